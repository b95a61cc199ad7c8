#include "app/clip.h"

#include <algorithm>
#include <cmath>

#include "core/calibration/threshold_errors.h"
#include "core/quant/scales.h"

namespace bitloupe {
namespace {

// Float32 is what the range ends as; a hair inside its largest value keeps every product finite.
constexpr double kFarthest = 1e38;
constexpr double kLeastRatio = 1e-4, kMostRatio = 1e3;

// Where the codes end under the scale that this range leads to.
ClipHandles placed_by_side(const QuantSpec& clean, double lo, double hi) {
  QuantSpec exact = clean;  // the range before the scale is rounded to its type, as in every other case
  exact.scale_type = ScaleType::F32;
  exact.tensor_scale = false;
  std::uint64_t floored = 0, saturated = 0;
  const GroupScale group =
      make_scale(exact, {static_cast<float>(lo), static_cast<float>(hi)}, floored, saturated);
  const CodeLimits limits = code_limits(clean);
  const double below = group.zero_point - limits.grid_min, above = limits.grid_max - group.zero_point;
  const double scale = lo == 0 && hi == 0 ? 0 : static_cast<double>(group.scale);
  return {0 - below * scale, above * scale, true, false, below, above};
}

ClipHandles placed(const QuantSpec& clean, double lo, double hi) {
  const bool cap = clean.granularity.kind != GranularityKind::Tensor;
  if (clips_by_side(clean) && !cap) return placed_by_side(clean, lo, hi);
  const bool mirrored = clean.scheme == Scheme::Symmetric && !clips_by_side(clean);
  // Sums, so that no field shows "-0" (all-zero and empty tensors): -0 + 0 and 0 - 0 are 0.
  if (!mirrored) return {lo + 0.0, hi + 0.0, false, cap};
  const double amax = std::max(std::abs(lo), std::abs(hi));
  return {0 - amax, amax, true, cap};
}

// The curve scales the tensor's own range; the same scale is the same clipping.
double threshold_by_side(const QuantSpec& clean, const ClipHandles& handles, const Statistics& statistics) {
  const auto lo = static_cast<double>(statistics.min), hi = static_cast<double>(statistics.max);
  const ClipHandles own = placed_by_side(clean, lo, hi);
  const double width = own.hi - own.lo;
  return width > 0 ? std::max(std::abs(lo), std::abs(hi)) * (handles.hi - handles.lo) / width : 0;
}

}  // namespace

bool clips_by_side(const QuantSpec& spec) {
  const QuantSpec clean = canonical(spec);  // the rules for powers of two look at the larger magnitude
  return clean.symmetric_scale == SymmetricScale::MaxSide && !has_only_powers(clean.scale_type);
}

std::optional<ClipHandles> clip_handles(const QuantSpec& spec, const Snapshot* snapshot) {
  const QuantSpec clean = canonical(spec);
  if (clean.scheme == Scheme::Direct) return std::nullopt;
  if (clean.calibration.method == CalibrationMethod::Manual)
    return placed(clean, clean.calibration.lo, clean.calibration.hi);
  if (!snapshot || !snapshot->prepared) return std::nullopt;
  const bool cap = clean.granularity.kind != GranularityKind::Tensor;
  if (!cap && snapshot->ranges && snapshot->ranges->size() == 1) {
    const ClipRange range = snapshot->ranges->front();
    return placed(clean, static_cast<double>(range.lo), static_cast<double>(range.hi));
  }
  const Statistics& statistics = snapshot->prepared->statistics;
  return placed(clean, static_cast<double>(statistics.min), static_cast<double>(statistics.max));
}

void move_clip(QuantSpec& spec, const ClipHandles& from, ClipEnd end, double value, double smallest) {
  if (!std::isfinite(value)) return;
  value = std::clamp(value, -kFarthest, kFarthest);
  if (from.mirrored) {
    const double reach = end == ClipEnd::Hi ? from.above : from.below;
    if (!(reach > 0)) return;  // no code lies on that side of 0
    const double step =
        std::max((end == ClipEnd::Hi ? value : -value) / reach, smallest / std::max(from.below, from.above));
    set_clip(spec, 0 - from.below * step, from.above * step);
  } else if (end == ClipEnd::Lo) {
    set_clip(spec, std::min(value, from.hi - smallest), from.hi);
  } else {
    set_clip(spec, from.lo, std::max(value, from.lo + smallest));
  }
}

void set_clip(QuantSpec& spec, double lo, double hi) {
  spec.calibration.method = CalibrationMethod::Manual;
  spec.calibration.lo = std::clamp(std::min(lo, hi), -kFarthest, kFarthest);
  spec.calibration.hi = std::clamp(std::max(lo, hi), -kFarthest, kFarthest);
}

std::optional<double> clip_threshold(const QuantSpec& spec, const Snapshot& snapshot) {
  const QuantSpec clean = canonical(spec);
  if (clean.granularity.kind == GranularityKind::Tensor) {
    const auto handles = clip_handles(spec, &snapshot);
    if (!handles) return std::nullopt;
    if (clips_by_side(clean)) return threshold_by_side(clean, *handles, snapshot.prepared->statistics);
    return std::max(std::abs(handles->lo), std::abs(handles->hi));
  }
  if (clean.calibration.method == CalibrationMethod::MinMax) return 1;
  if (clean.calibration.method == CalibrationMethod::Ratio) return clean.calibration.ratio;
  if (snapshot.picks)
    for (const MethodPick& pick : *snapshot.picks)
      if (adopted(spec, pick.calibration)) return pick.threshold;
  return std::nullopt;
}

void move_threshold(QuantSpec& spec, const Snapshot& snapshot, double threshold) {
  if (!std::isfinite(threshold) || !(threshold > 0)) return;
  if (canonical(spec).granularity.kind != GranularityKind::Tensor) {
    spec.calibration.method = CalibrationMethod::Ratio;
    spec.calibration.ratio = std::clamp(threshold, kLeastRatio, kMostRatio);
    return;
  }
  const ClipRange own{snapshot.prepared->statistics.min, snapshot.prepared->statistics.max};
  if (!(magnitude(own) > 0)) return;
  const ClipRange range = threshold_range(canonical(spec), own, threshold);
  set_clip(spec, static_cast<double>(range.lo), static_cast<double>(range.hi));
}

bool adopted(const QuantSpec& spec, const Calibration& calibration) {
  QuantSpec other = spec;
  other.calibration = calibration;
  return canonical(other).calibration == canonical(spec).calibration;
}

}  // namespace bitloupe
