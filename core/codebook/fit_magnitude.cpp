#include "core/codebook/fit_magnitude.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <optional>
#include <vector>

namespace bitloupe {
namespace {

constexpr std::uint64_t kBlock = kMostAtHand;  // values per task: those at hand are added up as one task's
constexpr double kMeanThresholdFactor = 0.7;   // Li & Liu 2016, arXiv 1605.04711, section 3.2

struct Sums {
  double above = 0, squares = 0;
  std::uint64_t count = 0;
};

Sums sums_above(std::span<const float> values, double threshold) {
  Sums sums;
  for (const float x : values) {
    if (!std::isfinite(x)) continue;
    const double magnitude = std::fabs(static_cast<double>(x));
    const bool above = magnitude > threshold;
    sums.count += above;
    sums.above += above ? magnitude : 0;
    sums.squares += magnitude * magnitude;
  }
  return sums;
}

// One pass in a fixed order. Nothing if stopped.
std::optional<Sums> sums_above(const Tensor& tensor, double threshold, const WorkContext& context) {
  Sums total;
  const bool done = ordered_reduce(
      (tensor.count() + kBlock - 1) / kBlock, context,
      [&](std::size_t task) {
        if (tensor.error()) return Sums();
        std::vector<float> buffer;
        const std::uint64_t begin = task * kBlock;
        return sums_above(tensor.view(begin, std::min(kBlock, tensor.count() - begin), buffer), threshold);
      },
      [&](Sums&& sums) {
        total.above += sums.above;
        total.squares += sums.squares;
        total.count += sums.count;
      });
  if (!done) return std::nullopt;
  return total;
}

// What is above a threshold below every magnitude: all of them.
Above all_of(const Sums& sums) { return {-1, sums.above, sums.count}; }

std::vector<std::uint32_t> descending_magnitudes(std::span<const float> values) {
  std::vector<std::uint32_t> bits;
  bits.reserve(values.size());
  for (const float x : values)
    if (std::isfinite(x)) bits.push_back(std::bit_cast<std::uint32_t>(x) & 0x7FFFFFFF);
  std::sort(bits.begin(), bits.end(), std::greater<>());
  return bits;
}

}  // namespace

Result<FittedMagnitude> fit_magnitude(Fit fit, const Tensor& tensor, const WorkContext& context) {
  const auto all = sums_above(tensor, -1, context);
  if (!all) return cancelled();
  FittedMagnitude result{all_of(*all), all->squares};
  if (fit == Fit::LeastError) {
    const auto best = ternary_threshold(tensor, context);
    if (!best) return cancelled();
    result.above = *best;
  } else if (fit == Fit::MeanThreshold) {
    const double threshold = kMeanThresholdFactor * result.above.mean();
    const auto above = sums_above(tensor, threshold, context);
    if (!above) return cancelled();
    result.above = {threshold, above->above, above->count};
  }
  if (const auto failure = tensor.error()) return *failure;
  return result;
}

FittedMagnitude fit_magnitude(Fit fit, std::span<const float> values) {
  const Sums all = sums_above(values, -1);
  FittedMagnitude result{all_of(all), all.squares};
  if (fit == Fit::LeastError) {
    result.above = ternary_threshold(descending_magnitudes(values));
  } else if (fit == Fit::MeanThreshold) {
    const double threshold = kMeanThresholdFactor * result.above.mean();
    const Sums above = sums_above(values, threshold);
    result.above = {threshold, above.above, above.count};
  }
  return result;
}

}  // namespace bitloupe
