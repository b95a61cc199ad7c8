#include <algorithm>
#include <utility>

#include "core/tensor/synthetic.h"
#include "core/text.h"

namespace bitloupe {

namespace {

// Takes the text before the first `separator` off `rest`; all of it where there is none.
std::string_view take(std::string_view& rest, char separator) {
  const std::size_t at = std::min(rest.find(separator), rest.size());
  const std::string_view part = rest.substr(0, at);
  rest.remove_prefix(std::min(at + 1, rest.size()));
  return part;
}

Error wrong(std::string_view key, std::string_view found, const char* expected) {
  return bad_argument(std::string(key) + " cannot be read (found '" + std::string(found) + "', expected " +
                      expected + ")");
}

// "256x256"; empty for a scalar.
Result<Shape> parse_shape(std::string_view text) {
  Shape shape;
  for (std::string_view rest = text; !rest.empty();) {
    if (rest.ends_with('x')) return wrong("shape", text, "lengths such as 256x256");
    const auto length = parse_integer<std::uint64_t>(take(rest, 'x'));
    if (!length) return wrong("shape", text, "lengths such as 256x256");
    shape.push_back(*length);
  }
  return shape;
}

Result<std::vector<double>> parse_numbers(std::string_view key, std::string_view text) {
  std::vector<double> numbers;
  std::string_view rest = text;
  do {
    const bool more = rest.find(',') != std::string_view::npos;
    const auto number = parse_number(take(rest, ','));
    if (!number) return wrong(key, text, "a finite number, or a list with commas");
    numbers.push_back(*number);
    if (!more) break;
  } while (true);
  return numbers;
}

// Reads one key=value into the spec; `validate` judges the numbers afterwards.
Status read_setting(SyntheticSpec& spec, std::string_view key, std::string_view value) {
  if (key == "shape") {
    auto shape = parse_shape(value);
    if (!shape) return shape.error();
    spec.shape = std::move(*shape);
  } else if (key == "seed") {
    const auto seed = parse_integer<std::uint64_t>(value);
    if (!seed) return wrong(key, value, "a whole number from 0 to 2^64 - 1");
    spec.seed = *seed;
  } else if (key == "quantiles") {
    if (value != "0" && value != "1") return wrong(key, value, "0 or 1");
    spec.quantiles = value == "1";
  } else {
    auto numbers = parse_numbers(key, value);
    if (!numbers) return numbers.error();
    spec.parameters[std::string(key)] = std::move(*numbers);
  }
  return Ok{};
}

bool is_default(const SyntheticSpec& spec, const std::string& key, const std::vector<double>& numbers) {
  const SyntheticKind* kind = find_synthetic_kind(spec.kind);
  return kind != nullptr &&
         std::any_of(kind->parameters.begin(), kind->parameters.end(), [&](const SyntheticParameter& row) {
           return row.key == key && row.default_value == numbers;
         });
}

}  // namespace

Result<SyntheticSpec> parse_synthetic(std::string_view text) {
  SyntheticSpec spec;
  std::string_view rest = text;
  spec.kind = take(rest, '?');
  std::vector<std::string_view> seen;
  while (!rest.empty()) {
    const std::string_view setting = take(rest, '&');
    std::string_view value = setting;
    const std::string_view key = take(value, '=');
    if (key.empty() || key.size() == setting.size()) {
      return bad_argument("synthetic source: '" + std::string(setting) +
                          "' is not a setting (expected key=value)");
    }
    if (std::find(seen.begin(), seen.end(), key) != seen.end()) {
      return bad_argument("synthetic source: key '" + std::string(key) + "' is given twice");
    }
    seen.push_back(key);
    if (Status status = read_setting(spec, key, value); !status) return status.error();
  }
  if (Status status = validate(spec); !status) return status.error();
  std::erase_if(spec.parameters,
                [&](const auto& entry) { return is_default(spec, entry.first, entry.second); });
  return spec;
}

std::string to_text(const SyntheticSpec& spec) {
  std::string text = "synthetic:" + spec.kind + "?shape=";
  for (std::size_t axis = 0; axis < spec.shape.size(); ++axis) {
    text += (axis > 0 ? "x" : "") + std::to_string(spec.shape[axis]);
  }
  for (const auto& [key, numbers] : spec.parameters) {
    if (is_default(spec, key, numbers)) continue;
    text += "&" + key + "=";
    for (std::size_t i = 0; i < numbers.size(); ++i) text += (i > 0 ? "," : "") + number_text(numbers[i]);
  }
  text += "&seed=" + std::to_string(spec.seed);
  if (spec.quantiles) text += "&quantiles=1";
  return text;
}

}  // namespace bitloupe
