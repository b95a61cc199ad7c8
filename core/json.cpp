#include "core/json.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "core/text.h"
#include "core/text_distance.h"

namespace bitloupe {
namespace {

constexpr std::uint64_t kPlainNan = 0x7ff8000000000000;
constexpr std::string_view kHexDigits = "0123456789abcdef";

// Builds the document and stops at what the library would accept silently: keys given twice, nesting and
// numbers of members that nobody needs. (The library's own callback looks at all elements of a list after
// each of them.)
class Builder final : public nlohmann::json_sax<Json> {
 public:
  Json document;
  std::string problem;         // empty: none, or no JSON at all
  std::size_t stopped_at = 0;  // byte, counted from 1, where the text is no JSON

  bool null() override { return put(nullptr); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(number_integer_t value) override { return put(value); }
  bool number_unsigned(number_unsigned_t value) override { return put(value); }
  bool number_float(number_float_t value, const string_t&) override { return put(value); }
  bool string(string_t& value) override { return put(std::move(value)); }
  bool binary(binary_t&) override { return false; }  // JSON text has none
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    Json& object = *open_.back();
    if (object.contains(name)) return refuse("the key " + in_quotes(name) + " stands twice");
    if (object.size() >= kMostJsonMembers)
      return refuse("an object has more than " + std::to_string(kMostJsonMembers) + " members");
    member_ = &object[name];
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const Json::exception& error) override {
    constexpr int kNumberOverflow = 406;
    if (error.id == kNumberOverflow) return refuse("not JSON text (a number is out of range)");
    stopped_at = position;
    return false;
  }

 private:
  bool refuse(std::string what) {
    problem = std::move(what);
    return false;
  }
  Json& place_for(Json value) {
    if (open_.empty()) return document = std::move(value);
    if (!open_.back()->is_array()) return *member_ = std::move(value);
    open_.back()->push_back(std::move(value));
    return open_.back()->back();
  }
  bool put(Json value) {
    place_for(std::move(value));
    return true;
  }
  bool open(Json empty) {
    if (static_cast<int>(open_.size()) >= kDeepestJson) return refuse("nested too deeply");
    open_.push_back(&place_for(std::move(empty)));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  std::vector<Json*> open_;  // outermost first; only the last one grows, so the pointers hold
  Json* member_ = nullptr;   // that the next value belongs to
};

std::string place(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, byte == 0 ? 0 : byte - 1);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t start = before.rfind('\n');
  const std::size_t column = before.size() - (start == std::string_view::npos ? 0 : start + 1) + 1;
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

std::string hex(std::uint64_t value) {
  char buffer[17];
  const std::to_chars_result end = std::to_chars(buffer, buffer + sizeof buffer, value, 16);
  return std::string(buffer, end.ptr);
}

std::optional<int> hex_digit(char c) {
  const std::size_t at = kHexDigits.find(c);
  return at == std::string_view::npos ? std::nullopt : std::optional(static_cast<int>(at));
}

std::optional<double> nan_from(std::string_view digits) {
  std::uint64_t bits = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits, 16);
  const double value = std::bit_cast<double>(bits);
  if (error != std::errc() || end != digits.data() + digits.size() || !std::isnan(value)) return std::nullopt;
  return value;
}

bool is_utf8(std::string_view bytes) {
  try {
    Json(std::string(bytes)).dump();
    return true;
  } catch (const Json::type_error&) {
    return false;
  }
}

}  // namespace

Result<Json> parse_json(std::string_view text, const std::string& name) {
  const auto refused = [&](const std::string& problem) { return bad_argument(name + ": " + problem); };
  if (text.find('\0') != std::string_view::npos) return refused("not JSON text (it holds a NUL byte)");
  Builder builder;
  if (Json::sax_parse(text, &builder)) return std::move(builder.document);
  if (!builder.problem.empty()) return refused(builder.problem);
  return refused("not JSON text (stopped at " + place(text, builder.stopped_at) + ")");
}

std::string json_text(const Json& document, int indent) {
  return document.dump(indent, ' ', false, Json::error_handler_t::replace);
}

Json number_json(double value) {
  if (std::isfinite(value)) return value;
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  const auto bits = std::bit_cast<std::uint64_t>(value);
  return bits == kPlainNan ? "nan" : "nan:" + hex(bits);
}

std::optional<double> number_from(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (!value.is_string()) return std::nullopt;
  const std::string_view text = value.get_ref<const std::string&>();
  if (text == "inf") return std::numeric_limits<double>::infinity();
  if (text == "-inf") return -std::numeric_limits<double>::infinity();
  if (text == "nan") return std::bit_cast<double>(kPlainNan);
  return text.starts_with("nan:") ? nan_from(text.substr(4)) : std::nullopt;
}

Json bytes_json(std::string_view bytes) {
  if (is_utf8(bytes)) return std::string(bytes);
  std::string digits;
  digits.reserve(2 * bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    digits += kHexDigits[byte >> 4];
    digits += kHexDigits[byte & 15];
  }
  return {{"hex", digits}};
}

std::optional<std::string> bytes_from(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_object() || value.size() != 1 || !value.contains("hex") || !value["hex"].is_string())
    return std::nullopt;
  const std::string digits = value["hex"].get<std::string>();
  if (digits.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(digits.size() / 2);
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const auto high = hex_digit(digits[i]), low = hex_digit(digits[i + 1]);
    if (!high || !low) return std::nullopt;
    bytes += static_cast<char>(*high << 4 | *low);
  }
  return bytes;
}

Error wrong_type(std::string_view key, const Json& found, std::string_view expected) {
  const std::string text = found.dump(-1, ' ', true, Json::error_handler_t::replace);
  return bad_argument(
      (key.empty() ? "" : std::string(key) + ": ") + "expected " + std::string(expected) + " (found " +
      (found.is_structured() || text.size() > 60 ? std::string(found.type_name()) : text) + ")");
}

Error unknown_key(std::string_view where, std::string_view key, const std::vector<std::string_view>& names) {
  const std::string prefix = where.empty() ? "" : std::string(where) + ": ";
  return bad_argument(prefix + "unknown key " + in_quotes(key) + "; the nearest known one is " +
                      std::string(nearest_name(key, names)));
}

}  // namespace bitloupe
