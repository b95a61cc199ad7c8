// JsonWriter: prints one JSON document, keys in the order they are given. Doubles and floats are written as
// the shortest text that reads back to the same double or float; non-finite ones as "inf", "-inf", "nan".
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>

namespace bitloupe::cli {

class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view key);

  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(bool flag);
  JsonWriter& value(double number);
  JsonWriter& value(float number);
  JsonWriter& value(std::integral auto number) { return put(std::to_string(number)); }
  JsonWriter& value(std::nullopt_t) { return put("null"); }
  template <class T>
  JsonWriter& value(const std::optional<T>& maybe) {
    return maybe ? value(*maybe) : value(std::nullopt);
  }
  JsonWriter& raw(std::string_view json) { return put(json); }  // a document of its own

  template <class T>
  JsonWriter& member(std::string_view name, const T& content) {
    return key(name).value(content);
  }
  template <class Range>
  JsonWriter& member_array(std::string_view name, const Range& range) {
    key(name).begin_array();
    for (const auto& element : range) value(element);
    return end_array();
  }

  // The document and a line break.
  std::string finish() &&;

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  JsonWriter& put(std::string_view text);
  std::string text_;
  bool first_ = true;  // nothing stands before the next element of the innermost array or object
};

}  // namespace bitloupe::cli
