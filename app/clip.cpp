#include "app/clip.h"

#include <algorithm>
#include <cmath>

#include "core/calibration/threshold_errors.h"

namespace bitloupe {
namespace {

// Float32 is what the range ends as; a hair inside its largest value keeps every product finite.
constexpr double kFarthest = 1e38;
constexpr double kLeastRatio = 1e-4, kMostRatio = 1e3;

ClipHandles placed(double lo, double hi, bool mirrored, bool cap) {
  // Sums, so that no field shows "-0" (all-zero and empty tensors): -0 + 0 and 0 - 0 are 0.
  if (!mirrored) return {lo + 0.0, hi + 0.0, mirrored, cap};
  const double amax = std::max(std::abs(lo), std::abs(hi));
  return {0 - amax, amax, mirrored, cap};
}

}  // namespace

std::optional<ClipHandles> clip_handles(const QuantSpec& spec, const Snapshot* snapshot) {
  const QuantSpec clean = canonical(spec);
  if (clean.scheme == Scheme::Direct) return std::nullopt;
  const bool mirrored = clean.scheme == Scheme::Symmetric;
  const bool cap = clean.granularity.kind != GranularityKind::Tensor;
  if (clean.calibration.method == CalibrationMethod::Manual)
    return placed(clean.calibration.lo, clean.calibration.hi, mirrored, cap);
  if (!snapshot || !snapshot->prepared) return std::nullopt;
  if (!cap && snapshot->ranges && snapshot->ranges->size() == 1) {
    const ClipRange range = snapshot->ranges->front();
    return placed(static_cast<double>(range.lo), static_cast<double>(range.hi), mirrored, cap);
  }
  const Statistics& statistics = snapshot->prepared->statistics;
  return placed(static_cast<double>(statistics.min), static_cast<double>(statistics.max), mirrored, cap);
}

void move_clip(QuantSpec& spec, const ClipHandles& from, ClipEnd end, double value, double smallest) {
  if (!std::isfinite(value)) return;
  value = std::clamp(value, -kFarthest, kFarthest);
  if (from.mirrored) {
    const double amax = std::max(end == ClipEnd::Hi ? value : -value, smallest);
    set_clip(spec, -amax, amax);
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
