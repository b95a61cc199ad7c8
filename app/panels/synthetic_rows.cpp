#include "app/panels/synthetic_rows.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "app/ui/widgets.h"
#include "core/checked.h"

namespace bitloupe {
namespace {

constexpr std::uint64_t kMostTypedValues = std::uint64_t{1} << 28;

bool accept(SyntheticSpec& spec, const SyntheticSpec& trial) {
  if (!validate(trial)) return false;
  spec = trial;
  return true;
}

void kind_row(SyntheticSpec& spec) {
  std::vector<ui::Option> options;
  int current = -1;
  for (const SyntheticKind& kind : synthetic_kinds()) {
    if (kind.key == spec.kind) current = static_cast<int>(options.size());
    options.push_back({std::string(kind.label), std::string(kind.help)});
  }
  const auto chosen = ui::combo_row("source.kind", "Kind", options, current,
                                    "The distribution that the values are drawn from.");
  if (!chosen || *chosen == current) return;
  spec.kind = synthetic_kinds()[static_cast<std::size_t>(*chosen)].key;
  spec.parameters.clear();
}

void parameter_row(SyntheticSpec& spec, const SyntheticParameter& row) {
  const std::string id = "source.parameter." + std::string(row.key), key(row.key);
  const std::vector<double>& now = parameter_list(spec, row.key);
  SyntheticSpec trial = spec;
  if (row.is_list) {
    std::string text = numbers_text(now);
    if (!ui::text_row(id, row.label, text, row.help)) return;
    const auto numbers = typed_numbers(text);
    if (!numbers) return;
    trial.parameters[key] = *numbers;
  } else {
    double value = now.empty() ? 0 : now.front();
    if (!ui::number_row(id, row.label, value, row.lowest, row.highest, row.help)) return;
    trial.parameters[key] = {value};
  }
  accept(spec, trial);
}

void shape_row(SyntheticSpec& spec) {
  std::string text = shape_text(spec.shape);
  if (!ui::text_row("source.shape", "Shape", text,
                    "Lengths of the axes, as in 256x256 or 64x3x3; Enter takes it."))
    return;
  const auto shape = typed_shape(text);
  if (!shape) return;
  SyntheticSpec trial = spec;
  trial.shape = *shape;
  accept(spec, trial);
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Calls take(part) for the parts between separators; false as soon as one is refused.
template <class Take>
bool for_parts(std::string_view text, std::string_view separators, Take take) {
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find_first_of(separators, begin), text.size());
    if (!take(trimmed(text.substr(begin, end - begin)))) return false;
    begin = end + 1;
  }
  return true;
}

template <class Number>
std::optional<Number> parsed(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

}  // namespace

void draw_synthetic_rows(SyntheticSpec& spec) {
  kind_row(spec);
  if (const SyntheticKind* kind = find_synthetic_kind(spec.kind))
    for (const SyntheticParameter& row : kind->parameters) parameter_row(spec, row);
  shape_row(spec);
  auto seed = static_cast<double>(spec.seed);
  if (ui::number_row("source.seed", "Seed", seed, 0, 1e9, "The same seed draws the same values."))
    spec.seed = static_cast<std::uint64_t>(std::llround(seed));
  ui::check_row(
      "source.quantiles", "Quantiles", spec.quantiles,
      "Exact quantiles x_i = F^-1((i + 1/2) / n) instead of draws: the smooth distribution itself.");
}

std::optional<Shape> typed_shape(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  Shape shape;
  std::uint64_t values = 1;
  const bool fine = for_parts(text, "x,*", [&](std::string_view part) {
    const auto length = parsed<std::uint64_t>(part);
    const auto product = length ? checked_mul(values, *length) : std::nullopt;
    if (!product || *product == 0 || *product > kMostTypedValues) return false;
    values = *product;
    shape.push_back(*length);
    return true;
  });
  if (!fine || shape.size() > 8) return std::nullopt;
  return shape;
}

std::string shape_text(const Shape& shape) {
  std::string text;
  for (const std::uint64_t length : shape) text += (text.empty() ? "" : "x") + std::to_string(length);
  return text;
}

std::optional<std::vector<double>> typed_numbers(std::string_view text) {
  std::vector<double> numbers;
  const bool fine = for_parts(text, ",;", [&](std::string_view part) {
    const auto number = parsed<double>(part);
    if (!number || !std::isfinite(*number)) return false;
    numbers.push_back(*number);
    return true;
  });
  if (!fine) return std::nullopt;
  return numbers;
}

std::string numbers_text(const std::vector<double>& numbers) {
  std::string text;
  for (const double number : numbers) {
    char digits[32];  // the shortest text that reads back to the same double
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    text.append(text.empty() ? "" : ", ").append(digits, end);
  }
  return text;
}

}  // namespace bitloupe
