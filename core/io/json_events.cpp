#include "core/io/json_events.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "core/io/display_text.h"
#include "core/io/file_error.h"
#include "core/io/key_set.h"
#include "core/io/limits.h"

namespace bitloupe {

namespace {

using nlohmann::json;

std::string line_and_column(std::string_view text, std::size_t position) {
  const std::string_view before = text.substr(0, position);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t start = before.rfind('\n');
  const std::size_t column = start == std::string_view::npos ? position + 1 : position - start;
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

// The parser's events, checked and passed on. Every function returns false to stop, after having set `error`.
class Adapter {
 public:
  Adapter(std::string_view text, std::string_view what, JsonVisitor& visitor, const std::stop_token& stop)
      : text_(text), what_(what), visitor_(visitor), stop_(stop) {}

  std::optional<Error> error;

  bool null() { return written(JsonScalar::Kind::Null, "null"); }
  bool boolean(bool v) { return written(JsonScalar::Kind::Bool, v ? "true" : "false"); }
  bool number_integer(json::number_integer_t v) {
    return written(JsonScalar::Kind::Number, v == 0 ? "-0" : std::to_string(v));  // 0 itself is unsigned
  }
  bool number_unsigned(json::number_unsigned_t v) {
    return pass(visitor_.scalar({JsonScalar::Kind::Unsigned, nullptr, v}));
  }
  bool number_float(json::number_float_t, const std::string& text) {
    return written(JsonScalar::Kind::Number, text);
  }
  bool string(std::string& v) { return pass(visitor_.scalar({JsonScalar::Kind::String, &v})); }
  bool binary(json::binary_t&) { return written(JsonScalar::Kind::Null, "binary"); }

  bool start_object(std::size_t) { return open(false); }
  bool start_array(std::size_t) { return open(true); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(std::string& name) {
    if (stop_.stop_requested()) return fail(cancelled());
    return keys_[depth_ - 1].insert(name) ? pass(visitor_.key(name)) : fail(duplicate(name));
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& problem) {
    // The position counts the bytes consumed, the offending one included.
    const std::size_t at = std::min(position > 0 ? position - 1 : 0, text_.size());
    auto here = [&](FaultCode code, const char* problem_text) {
      return fail(file_error(
          code, std::string(what_) + problem_text + " (at " + line_and_column(text_, at) + ")", at));
    };
    if (problem.id == 406) return here(FaultCode::JsonNumber, " has a number out of range");
    if (position > text_.size()) return here(FaultCode::JsonCut, " ends in the middle of its JSON");
    if (done_) return here(FaultCode::JsonAfterEnd, " has something after its closing brace");
    return here(FaultCode::JsonSyntax, " is not valid JSON");
  }

 private:
  bool fail(Error reason) {
    error = std::move(reason);
    return false;
  }

  bool pass(const Status& status) { return status || fail(status.error()); }

  bool written(JsonScalar::Kind kind, std::string text) { return pass(visitor_.scalar({kind, &text})); }

  bool open(bool array) {
    if (depth_ == kMaxJsonDepth)
      return fail(file_error(FaultCode::JsonDepth, std::string(what_) + " is nested too deeply (more than " +
                                                       std::to_string(kMaxJsonDepth) + " levels)"));
    if (keys_.size() == depth_) keys_.emplace_back();
    keys_[depth_++].clear();
    return pass(visitor_.begin(array));
  }

  bool close() {
    done_ = --depth_ == 0;
    const std::string_view twice = keys_[depth_].duplicate();
    return twice.data() == nullptr ? pass(visitor_.end()) : fail(duplicate(twice));
  }

  Error duplicate(std::string_view key) const {
    return file_error(FaultCode::JsonDuplicate,
                      std::string(what_) + " has the duplicate key '" + displayed(key) + "'");
  }

  std::string_view text_, what_;
  JsonVisitor& visitor_;
  const std::stop_token& stop_;
  std::vector<KeySet> keys_;  // of the objects around the current place; those deeper are kept for reuse
  std::size_t depth_ = 0;
  bool done_ = false;
};

}  // namespace

Status read_json(std::string_view text, std::string_view what, JsonVisitor& visitor,
                 const std::stop_token& stop) {
  const std::string front(what);
  // Before the parser: it takes a NUL for the end of its input, and skips a byte order mark.
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
    return file_error(FaultCode::JsonNul,
                      front + " holds a NUL byte (at byte " + std::to_string(nul) + " of the " + front + ")",
                      nul);
  }
  if (text.starts_with("\xEF\xBB\xBF"))
    return file_error(FaultCode::JsonMark, front + " starts with a byte order mark (expected '{')", 0);
  if (const auto at = ill_formed_utf8(text)) {
    return file_error(FaultCode::JsonUtf8,
                      front + " is not UTF-8 (at byte " + std::to_string(*at) + " of the " + front + ")",
                      *at);
  }
  Adapter adapter(text, what, visitor, stop);
  if (json::sax_parse(text.begin(), text.end(), &adapter)) return Ok{};
  return *adapter.error;
}

}  // namespace bitloupe
