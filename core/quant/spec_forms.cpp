#include "core/quant/spec_forms.h"

#include <utility>

#include "core/format/presets.h"
#include "core/quant/choices.h"
#include "core/quant/dialect.h"
#include "core/quant/recipes.h"
#include "core/quant/spec_answers.h"
#include "core/text.h"

namespace bitloupe {

Status read_format(QuantSpec& spec, std::string_view text) {
  Result<NumberFormat> format = parse_format(text);
  if (!format) return format.error();
  spec.format = *format;
  return Ok{};
}
std::string write_format(const QuantSpec& spec) { return format_name(spec.format); }

Status read_dialect(QuantSpec& spec, std::string_view text) {
  if (text == "none") {
    spec.dialect.clear();
    return Ok{};
  }
  if (const Dialect* dialect = find_dialect(text)) {
    apply(*dialect, spec);
    return Ok{};
  }
  Names names = {"none"};
  for (const Dialect& dialect : dialects()) names.push_back(dialect.key);
  return unknown_value("dialect", text, names);
}
std::string write_dialect(const QuantSpec& spec) { return spec.dialect.empty() ? "none" : spec.dialect; }

namespace {

// "128x64"
bool read_tile(Granularity& tile, std::string_view text) {
  const Names sides = split(text, 'x');
  if (sides.size() != 2) return false;
  const auto rows = parse_integer<std::uint64_t>(sides[0]), columns = parse_integer<std::uint64_t>(sides[1]);
  if (!rows || !columns) return false;
  tile.size = *rows;
  tile.columns = *columns;
  return true;
}

// "channel:AXIS", "group:SIZE", "group:SIZE:AXIS", "group:SIZE:flat", as parts.
bool read_axis_and_size(Granularity& granularity, const Names& parts) {
  const bool group = granularity.kind == GranularityKind::Group;
  granularity.flat = group && parts.size() == 3 && parts[2] == "flat";
  const std::size_t numbers = parts.size() - (granularity.flat ? 2 : 1);
  if (group ? numbers != 1 && numbers != 2 : numbers != 1) return false;
  const auto size = group ? parse_integer<std::uint64_t>(parts[1]) : granularity.size;
  const bool names_axis = !group || numbers == 2;
  const auto axis = names_axis ? parse_integer<std::int64_t>(parts.back()) : granularity.axis;
  if (!size || !axis) return false;
  granularity.size = *size;
  granularity.axis = *axis;
  return true;
}

}  // namespace

Status read_granularity(QuantSpec& spec, std::string_view text) {
  const Names parts = split(text, ':');
  const auto* kind = find_choice(granularity_choices(), parts[0]);
  if (!kind)
    return unknown_value("granularity", text,
                         {"tensor", "channel:AXIS", "group:SIZE[:AXIS]", "group:SIZE:flat", "tile:RxC"});
  Granularity granularity;
  granularity.kind = kind->value;
  bool readable = true;
  switch (granularity.kind) {
    case GranularityKind::Tensor:
      readable = parts.size() == 1;
      break;
    case GranularityKind::Tile:
      readable = parts.size() == 2 && read_tile(granularity, parts[1]);
      break;
    case GranularityKind::Channel:
    case GranularityKind::Group:
      readable = read_axis_and_size(granularity, parts);
      break;
  }
  if (!readable) return unreadable("granularity", text, kGranularityForms);
  spec.granularity = granularity;
  return Ok{};
}
std::string write_granularity(const QuantSpec& spec) {
  const Granularity& granularity = spec.granularity;
  std::string text(choice_of(granularity_choices(), granularity.kind).key);
  switch (granularity.kind) {
    case GranularityKind::Tensor:
      return text;
    case GranularityKind::Channel:
      return text + ":" + std::to_string(granularity.axis);
    case GranularityKind::Tile:
      return text + ":" + std::to_string(granularity.size) + "x" + std::to_string(granularity.columns);
    case GranularityKind::Group:
      break;
  }
  text += ":" + std::to_string(granularity.size);
  if (granularity.flat) return text + ":flat";
  return granularity.axis == -1 ? text : text + ":" + std::to_string(granularity.axis);
}

Status read_calibration(QuantSpec& spec, std::string_view text) {
  const Names parts = split(text, ':');
  const auto* method = find_choice(calibration_choices(), parts[0]);
  if (!method)
    return unknown_value("calibration", text, {"minmax", "percentile:P", "mse", "ratio:R", "manual:LO:HI"});
  std::vector<double> numbers;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::optional<double> number = parse_number(parts[i]);
    if (!number) return unreadable("calibration", text, kCalibrationForms);
    numbers.push_back(*number);
  }
  const bool manual = method->value == CalibrationMethod::Manual;
  const bool none = method->value == CalibrationMethod::MinMax || method->value == CalibrationMethod::Mse;
  if (numbers.size() != (manual ? 2u : none ? 0u : 1u))
    return unreadable("calibration", text, kCalibrationForms);
  Calibration calibration;
  calibration.method = method->value;
  if (method->value == CalibrationMethod::Percentile) calibration.percentile = numbers[0];
  if (method->value == CalibrationMethod::Ratio) calibration.ratio = numbers[0];
  if (manual) {
    calibration.lo = numbers[0];
    calibration.hi = numbers[1];
  }
  spec.calibration = calibration;
  return Ok{};
}
std::string write_calibration(const QuantSpec& spec) {
  const Calibration& calibration = spec.calibration;
  const std::string key(choice_of(calibration_choices(), calibration.method).key);
  switch (calibration.method) {
    case CalibrationMethod::MinMax:
    case CalibrationMethod::Mse:
      break;
    case CalibrationMethod::Percentile:
      return key + ":" + number_text(calibration.percentile);
    case CalibrationMethod::Ratio:
      return key + ":" + number_text(calibration.ratio);
    case CalibrationMethod::Manual: {
      const bool swapped = calibration.lo > calibration.hi;
      return key + ":" + number_text(swapped ? calibration.hi : calibration.lo) + ":" +
             number_text(swapped ? calibration.lo : calibration.hi);
    }
  }
  return key;
}

Status read_zero_point(QuantSpec& spec, std::string_view text) {
  if (text == "auto") {
    spec.zero_point.reset();
    return Ok{};
  }
  const auto number = parse_integer<std::int32_t>(text);
  if (!number) return unreadable("zero_point", text, "auto or a whole number");
  spec.zero_point = *number;
  return Ok{};
}
std::string write_zero_point(const QuantSpec& spec) {
  return spec.zero_point ? std::to_string(*spec.zero_point) : "auto";
}

Status read_scale_type(QuantSpec& spec, std::string_view text) {
  const bool powers = text.size() == 4 && text[0] == 'e' && text.substr(2) == "m0";
  const auto bits = powers ? parse_integer<int>(text.substr(1, 1)) : std::nullopt;
  if (bits && *bits >= 2 && *bits <= 8) {
    spec.scale_type = ScaleType::E8M0;
    spec.scale_exponent_bits = *bits;
    return Ok{};
  }
  const auto* choice = find_choice(scale_type_choices(), text);
  if (!choice) {
    Names names;
    for (const auto& row : scale_type_choices()) names.push_back(row.key);
    return unknown_value("scale_type", text, names);
  }
  spec.scale_type = choice->value;
  return Ok{};
}
std::string write_scale_type(const QuantSpec& spec) {
  if (spec.scale_type == ScaleType::E8M0) return "e" + std::to_string(spec.scale_exponent_bits) + "m0";
  return std::string(choice_of(scale_type_choices(), spec.scale_type).key);
}

Status read_tensor_scale(QuantSpec& spec, std::string_view text) {
  if (text != "yes" && text != "no") return unreadable("tensor_scale", text, "no or yes");
  spec.tensor_scale = text == "yes";
  return Ok{};
}
std::string write_tensor_scale(const QuantSpec& spec) { return spec.tensor_scale ? "yes" : "no"; }

Status read_recipe(QuantSpec& spec, std::string_view text) {
  if (text == "none") {
    spec.recipe.clear();
    return Ok{};
  }
  return apply_recipe(spec, text);
}
std::string write_recipe(const QuantSpec& spec) { return spec.recipe.empty() ? "none" : spec.recipe; }

Status read_include_zero(QuantSpec& spec, std::string_view text) {
  if (text != "yes" && text != "no") return unreadable("include_zero", text, "yes or no");
  spec.include_zero = text == "yes";
  return Ok{};
}
std::string write_include_zero(const QuantSpec& spec) { return spec.include_zero ? "yes" : "no"; }

Status read_seed(QuantSpec& spec, std::string_view text) {
  const auto number = parse_integer<std::uint64_t>(text);
  if (!number) return unreadable("seed", text, "a whole number from 0 to 2^64 - 1");
  spec.seed = *number;
  return Ok{};
}
std::string write_seed(const QuantSpec& spec) { return std::to_string(spec.seed); }

Status read_overrides(QuantSpec& spec, std::string_view text) {
  std::vector<RangeOverride> overrides;
  if (text != "none")
    for (const std::string_view item : split(text, ',')) {
      const Names parts = split(item, ':');
      const auto group = parse_integer<std::uint64_t>(parts[0]);
      const auto lo = parts.size() == 3 ? parse_number(parts[1]) : std::nullopt;
      const auto hi = parts.size() == 3 ? parse_number(parts[2]) : std::nullopt;
      if (!group || !lo || !hi) return unreadable("overrides", text, "none or GROUP:LO:HI[,GROUP:LO:HI...]");
      overrides.push_back({*group, *lo, *hi});
    }
  spec.overrides = std::move(overrides);
  return Ok{};
}
std::string write_overrides(const QuantSpec& spec) {
  std::string text;
  for (const RangeOverride& range : spec.overrides)
    text += (text.empty() ? "" : ",") + std::to_string(range.group) + ":" + number_text(range.lo) + ":" +
            number_text(range.hi);
  return text.empty() ? "none" : text;
}

}  // namespace bitloupe
