#include "app/cli/json_writer.h"

#include <charconv>
#include <cmath>

#include "app/cli/text.h"

namespace bitloupe::cli {

namespace {

template <class Real>
std::string number(Real value) {
  if (std::isnan(value)) return "\"nan\"";
  if (std::isinf(value)) return value > 0 ? "\"inf\"" : "\"-inf\"";
  char buffer[40];
  std::string text(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
  // A real number stays one for readers that tell 1 from 1.0.
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : valid_utf8(text)) {
    const unsigned char byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      result += "\\u00";
      result += "0123456789abcdef"[byte >> 4];
      result += "0123456789abcdef"[byte & 15];
    } else {
      result += c;
    }
  }
  return result + '"';
}

}  // namespace

JsonWriter& JsonWriter::open(char bracket) {
  put(std::string_view(&bracket, 1));
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  text_ += bracket;
  first_ = false;
  return *this;
}

JsonWriter& JsonWriter::put(std::string_view text) {
  if (!first_) text_ += ',';
  text_ += text;
  first_ = false;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view key) {
  put(quoted(key));
  text_ += ':';
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) { return put(quoted(text)); }
JsonWriter& JsonWriter::value(bool flag) { return put(flag ? "true" : "false"); }
JsonWriter& JsonWriter::value(double value) { return put(number(value)); }
JsonWriter& JsonWriter::value(float value) { return put(number(value)); }

std::string JsonWriter::finish() && { return std::move(text_) + '\n'; }

}  // namespace bitloupe::cli
