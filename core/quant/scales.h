// From clip ranges to scales and zero points, one a scale group: rounded to the scale's own type, floored and
// saturated as concepts.md says.
#pragma once

#include <cstdint>
#include <vector>

#include "core/quant/group_layout.h"
#include "core/quant/quant_spec.h"

namespace bitloupe {

// The clip range that calibration (or the user) asked for; lo <= hi, both finite. A group without a finite
// value has lo = hi = 0.
struct ClipRange {
  float lo = 0, hi = 0;
  bool operator==(const ClipRange&) const = default;
};

// max(|lo|, |hi|)
double magnitude(const ClipRange& range);

// t times a range, its ends kept inside float32. t > 0.
ClipRange scaled(const ClipRange& range, double t);

// Dequantized value = scale * (q - zero_point) for integer families, scale * grid[q] otherwise; of blocks
// less `minimum`.
struct GroupScale {
  float scale = 1;
  std::int32_t zero_point = 0;
  // CodeScale::Unrounded: the scale before it was rounded to its type; of fitted levels their divisor
  // (core/codebook/fit_groups.h); else 0.
  float unrounded = 0;
  float minimum = 0;  // of blocks: what is taken off the product
  // What a value is divided by to find its code. 0: all values take the code of 0.
  float divisor() const { return unrounded != 0 ? unrounded : scale; }
  bool operator==(const GroupScale&) const = default;
};

struct ScaleSet {
  GroupLayout layout;
  std::vector<GroupScale> groups;  // layout.count entries, row-major order of the groups
  std::uint64_t floored = 0;       // scales that would have been 0 or subnormal in their type
  std::uint64_t saturated = 0;     // scales that would have been inf in their type
  float tensor_scale = 1;          // of two levels; a group's scale is fl32(its stored scale * this)
};

// What a canonical spec fixes for all groups: the code range and its end levels.
struct CodeLimits {
  double grid_min = 0, grid_max = 0;  // first and last level before scaling
};
CodeLimits code_limits(const QuantSpec& canonical_spec);

// Two levels: what takes the largest magnitude of the tensor to the largest level under the largest scale,
// fl32(largest / (max|grid| * 448)) (NVFP4), and at least 2^-117, so that its product with the smallest E4M3
// number is normal; 1 for a tensor of zeros. One level: 1.
float tensor_scale_of(const QuantSpec& canonical_spec, double largest);

// What the scales of all groups have in common, worked out once; make_scale of each group then.
class ScaleMaker {
 public:
  explicit ScaleMaker(const QuantSpec& canonical_spec, float tensor_scale = 1);  // the spec outlives it
  GroupScale operator()(ClipRange range, std::uint64_t& floored, std::uint64_t& saturated) const;

 private:
  // Position of zero and the grid's ends in units of one step, before scaling.
  struct Grid {
    double min = 0, max = 0;  // q_min, q_max, or -max, +max
    double zero = 0;          // q of zero under the symmetric scheme
    bool integer = true;
    // What amax must reach. Integers: the positive side, or the other one where it holds nothing; else the
    // largest magnitude of the grid.
    double reach() const;
  };
  friend float tensor_scale_of(const QuantSpec& canonical_spec, double largest);

  static Grid grid_of(const QuantSpec& spec);
  double computed(double lo, double hi) const;
  double power_of_two(double lo, double hi) const;
  double over_tensor_scale(double computed) const;
  std::int32_t affine_zero_point(double lo, float scale) const;

  const QuantSpec& spec_;
  float tensor_scale_;
  Grid grid_;
  double smallest_ = 0, largest_ = 0;  // scales that are stored
};

// One group's scale, of nested ones as it is before they are quantized together; `floored`, `saturated` are
// incremented where that happened. Two levels: the computed scale, rounded to float32, is divided by
// `tensor_scale` and rounded to E4M3.
GroupScale make_scale(const QuantSpec& canonical_spec, ClipRange range, std::uint64_t& floored,
                      std::uint64_t& saturated, float tensor_scale = 1);

// `largest`: the tensor's largest magnitude; two levels look at it.
ScaleSet make_scales(const QuantSpec& canonical_spec, const GroupLayout& layout,
                     const std::vector<ClipRange>& ranges, double largest);

// The number that is stored for a group: its scale, of two levels the E4M3 one below the tensor's.
float stored_scale(const ScaleSet& scales, std::uint64_t group);

// Rounds a positive finite scale to its type (nearest even; Pow2 by the spec's rule from amax and the grid's
// largest value is make_scale's business).
float round_to_scale_type(double scale, ScaleType type);

// floor(log2 x) of a positive finite double, from its bits.
int floor_log2(double x);

}  // namespace bitloupe
