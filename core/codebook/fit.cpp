#include "core/codebook/fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>

#include "core/codebook/fit_magnitude.h"
#include "core/format/presets.h"

namespace bitloupe {
namespace {

// {-a, a} by the sign, or {-a, 0, a} by the threshold, in the order of their codes.
NumberFormat with_levels(NumberFormat format, double alpha, double threshold) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const auto a = static_cast<float>(alpha);
  const std::array two = {-a, a};
  const std::array three = {-a, 0.0f, a};
  const bool binary = format.fit == Fit::MeanMagnitude;
  const std::span<const float> levels = binary ? std::span<const float>(two) : three;
  if (a == 0)  // nothing lies between the levels
    format.table = LevelTable(levels);
  else if (binary)
    format.table = LevelTable(levels, std::array{-0.0});  // 0 counts as positive, whatever its sign
  else
    format.table = LevelTable(levels, std::array{-threshold, std::nextafter(threshold, kInfinity)});
  return format;
}

}  // namespace

Result<FittedFormat> fit_format(const NumberFormat& format, const Tensor& tensor,
                                const WorkContext& context) {
  if (format.fit == Fit::None) return bad_argument("format " + format_name(format) + ": nothing to fit");
  const auto fitted = fit_magnitude(format.fit, tensor, context);
  if (!fitted) return fitted.error();
  const Above& above = fitted->above;
  FittedFormat result;
  result.format = with_levels(format, above.mean(), above.threshold);
  result.inertia = std::max(fitted->squares - above.gain(), 0.0);
  result.optimal = format.fit != Fit::MeanThreshold;
  return result;
}

}  // namespace bitloupe
