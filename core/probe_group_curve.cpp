#include "core/probe.h"

namespace bitloupe {

std::optional<ErrorCurve> group_curve(const Snapshot& snapshot, std::uint64_t group, std::uint64_t budget) {
  constexpr int kPoints = 64;
  const GroupLayout& layout = snapshot.extremes->layout;
  if (layout.count == 1 || !validate_curve(snapshot.spec) || group_size(layout, group) > budget)
    return std::nullopt;
  CurveRequest request;
  request.points = kPoints;
  request.group = group;
  request.prove = false;
  auto curve = error_curve(*snapshot.prepared, nullptr, snapshot.spec, *snapshot.extremes, request, {});
  const ClipRange own = snapshot.extremes->groups[group];
  const double largest = magnitude(own);
  if (!curve || !(largest > 0) || own.lo > own.hi) return std::nullopt;
  curve->relative = true;
  for (CurvePoint& point : curve->points) point.threshold /= largest;
  curve->best.threshold /= largest;
  return std::move(*curve);
}

}  // namespace bitloupe
