// describe(): the sentence of the window's breadcrumb.
#include "core/format/presets.h"
#include "core/quant/choices.h"
#include "core/quant/spec_text.h"
#include "core/text.h"

namespace bitloupe {
namespace {

std::string describe_granularity(const Granularity& granularity) {
  std::string text = lower_case(choice_of(granularity_choices(), granularity.kind).label);
  if (granularity.kind == GranularityKind::Group) text += " of " + std::to_string(granularity.size);
  if (granularity.kind == GranularityKind::Tile)
    return text + " of " + std::to_string(granularity.size) + "x" + std::to_string(granularity.columns);
  if (granularity.flat) return text + " (flat)";
  if (granularity.kind != GranularityKind::Tensor) text += " (axis " + std::to_string(granularity.axis) + ")";
  return text;
}

std::string describe_calibration(const Calibration& calibration) {
  const std::string label = lower_case(choice_of(calibration_choices(), calibration.method).label);
  switch (calibration.method) {
    case CalibrationMethod::MinMax:
    case CalibrationMethod::Mse:
      break;
    case CalibrationMethod::Percentile:
      return label + " " + number_text(calibration.percentile);
    case CalibrationMethod::Ratio:
      return label + " " + number_text(calibration.ratio);
    case CalibrationMethod::Manual:
      return label + " [" + number_text(calibration.lo) + ", " + number_text(calibration.hi) + "]";
  }
  return label;
}

}  // namespace

std::string describe(const QuantSpec& spec) {
  const QuantSpec clean = canonical(spec);
  std::string text =
      format_label(clean.format) + " " + lower_case(choice_of(scheme_choices(), *clean.scheme).label);
  const bool direct = clean.scheme == Scheme::Direct;
  if (!direct || fits_groups(clean)) {
    text += " " + describe_granularity(clean.granularity);
    if (!direct) text += ", " + describe_calibration(clean.calibration);
    if (clean.scale_type != ScaleType::F32)
      text += ", " + std::string(choice_of(scale_type_choices(), clean.scale_type).label) + " scale";
  }
  if (clean.rounding != Rounding::NearestEven)
    text += ", " + lower_case(choice_of(rounding_choices(), clean.rounding).label);
  return text;
}

}  // namespace bitloupe
