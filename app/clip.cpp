#include "app/clip.h"

#include <algorithm>
#include <cmath>

namespace bitloupe {
namespace {

// Float32 is what the range ends as; a hair inside its largest value keeps every product finite.
constexpr double kFarthest = 1e38;

ClipHandles placed(double lo, double hi, bool mirrored, bool cap) {
  if (!mirrored) return {lo, hi, mirrored, cap};
  const double amax = std::max(std::abs(lo), std::abs(hi));
  return {-amax, amax, mirrored, cap};
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

}  // namespace bitloupe
