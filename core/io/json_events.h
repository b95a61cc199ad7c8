// JSON text of a file as a series of events: nothing is kept, nesting is bounded, every key of an object
// comes once. It does not know what the text is about.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>

#include "core/result.h"

namespace bitloupe {

struct JsonScalar {
  enum class Kind { Null, Bool, Unsigned, Number, String };
  Kind kind;
  std::string* text;  // String: its characters, which may be moved away; Unsigned: null; else as written
  std::uint64_t number = 0;  // Unsigned

  std::string written() const { return kind == Kind::Unsigned ? std::to_string(number) : *text; }
  // For messages: "null", "-1.5", "a string".
  std::string found() const { return kind == Kind::String ? "a string" : written(); }
};

// What takes the events. An error ends the reading and is what read_json returns.
class JsonVisitor {
 public:
  virtual ~JsonVisitor() = default;
  virtual Status key(std::string& name) = 0;
  virtual Status scalar(const JsonScalar& value) = 0;
  virtual Status begin(bool array) = 0;
  virtual Status end() = 0;
};

// `what` opens the messages: "header". Offsets count from the start of the text.
// Errors: the JSON codes of io/file_error.h, the visitor's, Cancelled.
Status read_json(std::string_view text, std::string_view what, JsonVisitor& visitor,
                 const std::stop_token& stop = {});

}  // namespace bitloupe
