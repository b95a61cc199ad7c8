#include "core/codebook/fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "core/codebook/ternary_threshold.h"
#include "core/format/presets.h"

namespace bitloupe {
namespace {

constexpr std::uint64_t kBlock = 1 << 16;     // values per task
constexpr double kMeanThresholdFactor = 0.7;  // Li & Liu 2016, arXiv 1605.04711, section 3.2

struct Sums {
  double above = 0, squares = 0;
  std::uint64_t count = 0, finite = 0;
};

// One pass in a fixed order. Nothing if stopped.
std::optional<Sums> sums_above(const Tensor& tensor, double threshold, const WorkContext& context) {
  Sums total;
  const bool done = ordered_reduce(
      (tensor.count() + kBlock - 1) / kBlock, context,
      [&](std::size_t task) {
        Sums sums;
        if (tensor.error()) return sums;
        std::vector<float> buffer;
        const std::uint64_t begin = task * kBlock;
        for (const float x : tensor.view(begin, std::min(kBlock, tensor.count() - begin), buffer)) {
          if (!std::isfinite(x)) continue;
          const double magnitude = std::fabs(static_cast<double>(x));
          const bool above = magnitude > threshold;
          ++sums.finite;
          sums.count += above;
          sums.above += above ? magnitude : 0;
          sums.squares += magnitude * magnitude;
        }
        return sums;
      },
      [&](Sums&& sums) {
        total.above += sums.above;
        total.squares += sums.squares;
        total.count += sums.count;
        total.finite += sums.finite;
      });
  if (!done) return std::nullopt;
  return total;
}

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
  const auto all = sums_above(tensor, -1, context);
  if (!all) return cancelled();
  Above chosen{-1, all->above, all->count};
  if (format.fit == Fit::LeastError) {
    const auto best = ternary_threshold(tensor, context);
    if (!best) return cancelled();
    chosen = *best;
  } else if (format.fit == Fit::MeanThreshold) {
    const double threshold = kMeanThresholdFactor * chosen.mean();
    const auto above = sums_above(tensor, threshold, context);
    if (!above) return cancelled();
    chosen = {threshold, above->above, above->count};
  }
  if (const auto failure = tensor.error()) return *failure;
  FittedFormat result;
  result.format = with_levels(format, chosen.mean(), chosen.threshold);
  result.inertia = std::max(all->squares - chosen.gain(), 0.0);
  result.optimal = format.fit != Fit::MeanThreshold;
  return result;
}

}  // namespace bitloupe
