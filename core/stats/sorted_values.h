// The finite values of a span, sorted in the total order of floats (-0 before +0), with the weights that
// belong to them, and an index that finds a value's place in about one cache miss.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/huge_array.h"
#include "core/parallel.h"

namespace bitloupe {

class SortedValues {
 public:
  struct Parts {
    HugeArray<float> values, weights;
    std::uint64_t nan = 0, negative_inf = 0, positive_inf = 0;
  };
  SortedValues() = default;
  // `weights` is empty or has one entry a value. Nothing if stopped. At most 2^32 values.
  static std::optional<SortedValues> sort(std::span<const float> values, std::span<const float> weights,
                                          const WorkContext& context);

  std::uint64_t size() const { return parts_.values.size(); }
  std::uint64_t nan() const { return parts_.nan; }
  std::uint64_t negative_inf() const { return parts_.negative_inf; }
  std::uint64_t positive_inf() const { return parts_.positive_inf; }
  void set_specials(std::uint64_t nan, std::uint64_t negative_inf, std::uint64_t positive_inf) {
    parts_.nan = nan;
    parts_.negative_inf = negative_inf;
    parts_.positive_inf = positive_inf;
  }
  std::span<const float> values() const { return parts_.values.span(); }
  std::span<const float> weights() const {
    return parts_.weights.span();
  }  // in the order of values(), or empty
  float operator[](std::uint64_t i) const { return parts_.values[i]; }

  // How many values come before x in the total order; x is not NaN.
  std::uint64_t position(float x) const;
  // How many values are less than x, at most x; both zeros are equal. x is not NaN.
  std::uint64_t count_below(double x) const;
  std::uint64_t count_up_to(double x) const;

  std::uint64_t bytes() const;

 private:
  void build_index();

  Parts parts_;
  // Cell c holds the keys first_key_ + [c << shift_, (c + 1) << shift_); its values begin at starts_[c].
  std::int64_t first_key_ = 0;
  int shift_ = 0;
  std::vector<std::uint32_t> starts_;
};

}  // namespace bitloupe
