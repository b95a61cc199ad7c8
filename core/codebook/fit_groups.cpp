#include "core/codebook/fit_groups.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "core/codebook/fit_magnitude.h"
#include "core/quant/group_tensor.h"

namespace bitloupe {
namespace {

// The smallest float32 p above a threshold, never 0 as no threshold is negative. Dividing by it decides as
// comparing does: fl32(x / p) is at least 1 where x >= p, and below 1 where it is not. The float32 below p in
// (2^k, 2^(k+1)) gives 1 - 2^(k-23) / p < 1 - 2^-24, the float32 below 1; below 2^k it gives just that; below
// a subnormal n * 2^-149 it gives 1 - 1 / n, still less. Quotients that overflow belong to the end level.
float smallest_above(double threshold) {
  const auto nearest = static_cast<float>(threshold);
  const bool above = static_cast<double>(nearest) > threshold;
  return above ? nearest : std::nextafter(nearest, std::numeric_limits<float>::infinity());
}

GroupMagnitude made_of(Fit fit, const Above& above) {
  GroupMagnitude group;
  group.magnitude = static_cast<float>(above.mean());
  if (fit != Fit::MeanMagnitude && above.count > 0) group.divisor = smallest_above(above.threshold);
  return group;
}

// The groups of `rows` to out[0], out[1], ... Nothing if all went well.
std::optional<Error> fit_rows(Fit fit, const GroupRows& rows, const WorkContext& context,
                              std::span<GroupMagnitude> out) {
  const std::uint64_t width = rows.tensor.shape.back();
  if (width > kMostAtHand) {  // many tasks a group
    for (std::size_t r = 0; r < out.size(); ++r) {
      const auto fitted = fit_magnitude(fit, group_tensor(rows.tensor, rows.layout, r), context);
      if (!fitted) return fitted.error();
      out[r] = made_of(fit, fitted->above);
    }
    return std::nullopt;
  }
  const auto fit_some = [&](std::size_t r, std::size_t end) {
    std::vector<float> buffer;
    for (; r < end; ++r)
      out[r] = made_of(fit, fit_magnitude(fit, rows.tensor.view(r * width, width, buffer)).above);
  };
  if (!parallel_for(out.size(), std::max<std::size_t>(kMostAtHand / width, 1), context, fit_some))
    return cancelled();
  return std::nullopt;
}

}  // namespace

Result<std::vector<GroupMagnitude>> fit_groups(const NumberFormat& format, const Tensor& tensor,
                                               const GroupLayout& layout, const WorkContext& context) {
  std::vector<GroupMagnitude> groups(layout.count);
  if (tensor.count() == 0) return groups;
  std::optional<Error> failure;
  WorkContext quiet = context;
  quiet.progress = nullptr;
  const bool done = for_each_group_rows(tensor, layout, 1, 1, context, [&](const GroupRows& rows) {
    failure =
        fit_rows(format.fit, rows, quiet, std::span(groups).subspan(rows.first, rows.last - rows.first));
    return !failure;
  });
  if (const auto unread = tensor.error()) return *unread;
  if (failure) return *failure;
  if (!done) return cancelled();
  return groups;
}

NumberFormat unit_format(const NumberFormat& format) {
  constexpr std::array kTwo = {-1.0f, 1.0f};
  constexpr std::array kThree = {-1.0f, 0.0f, 1.0f};
  NumberFormat unit = format;
  if (format.fit == Fit::MeanMagnitude)
    unit.table = LevelTable(kTwo, std::array{-0.0});  // 0 counts as positive, whatever its sign
  else
    unit.table = LevelTable(kThree, std::array{std::nextafter(-1.0, 0.0), 1.0});
  return unit;
}

ScaleSet fitted_scales(const QuantSpec& spec, const GroupLayout& layout,
                       std::span<const GroupMagnitude> magnitudes) {
  QuantSpec rule;  // symmetric scales of ranges [-a, a] on a grid that ends at 1
  rule.format = unit_format(spec.format);
  rule.scheme = Scheme::Symmetric;
  rule.scale_type = spec.scale_type;
  rule.scale_exponent_bits = spec.scale_exponent_bits;
  rule.scale_rule = spec.scale_rule;
  if (spec.scale_type == ScaleType::F32) rule.scale_floor = ScaleFloor::None;
  rule.zero_group = has_only_powers(spec.scale_type) ? ZeroGroup::Smallest : ZeroGroup::Zero;
  std::vector<ClipRange> ranges;
  ranges.reserve(magnitudes.size());
  for (const GroupMagnitude& group : magnitudes) ranges.push_back({-group.magnitude, group.magnitude});
  ScaleSet set = make_scales(rule, layout, ranges, 0);
  for (std::size_t g = 0; g < set.groups.size(); ++g) set.groups[g].unrounded = magnitudes[g].divisor;
  return set;
}

}  // namespace bitloupe
