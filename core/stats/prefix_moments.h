// PrefixMoments: sorted values with running sums of 1, x and x^2 (or of w, wx and wx^2), so that the sums
// over any run of the sorted values cost O(log n). concepts.md, "Prefix moments".
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "core/double_double.h"
#include "core/huge_array.h"
#include "core/parallel.h"
#include "core/stats/sorted_values.h"

namespace bitloupe {

// Sums of w, w*x and w*x^2 over some values, to about 100 bits; w = 1 where there are no weights.
struct MomentSums {
  DoubleDouble s0, s1, s2;
};
inline MomentSums operator-(const MomentSums& a, const MomentSums& b) {
  return {a.s0 - b.s0, a.s1 - b.s1, a.s2 - b.s2};
}

class PrefixMoments {
 public:
  PrefixMoments() = default;
  // Sorts on all threads of the pool; NaN and infinities are counted and set aside. Nothing if stopped.
  // Memory: 1.13 times the values' bytes.
  static std::optional<PrefixMoments> build(std::span<const float> values, const WorkContext& context);
  // weights[i] >= 0, finite, belongs to values[i].
  static std::optional<PrefixMoments> build_weighted(std::span<const float> values,
                                                     std::span<const float> weights,
                                                     const WorkContext& context);

  const SortedValues& sorted() const { return sorted_; }
  std::uint64_t entries() const { return sorted_.size(); }
  bool weighted() const { return !sorted_.weights().empty(); }

  // Entries may stand for buckets of values (bucket_moments.h): weights count them, `within` is what their
  // distances from the entry add to any sum of squared errors.
  struct Buckets {
    double within = 0;
    std::uint64_t nan = 0, negative_inf = 0, positive_inf = 0;
  };
  void stands_for(const Buckets& buckets);
  bool bucketed() const { return bucketed_; }
  double within() const { return within_; }

  // Finite values: entries, or what the buckets hold.
  std::uint64_t count() const;
  // Of entries [0, position): how many values they are.
  std::uint64_t count_below(std::uint64_t position) const;

  // Sums over entries [0, position).
  MomentSums below(std::uint64_t position) const;
  // Sums over entries [begin, end), one by one: to the last bits even where the prefix sums are far
  // larger.
  MomentSums read(std::uint64_t begin, std::uint64_t end) const;
  MomentSums total() const { return below(entries()); }

  std::uint64_t bytes() const;

 private:
  static constexpr std::uint64_t kBlock = 64;  // values between borders
  struct Border {
    DoubleDouble s1, s2;
  };
  static std::optional<PrefixMoments> from_sorted(std::optional<SortedValues> sorted,
                                                  const WorkContext& context);

  SortedValues sorted_;
  bool bucketed_ = false;
  double within_ = 0;
  HugeArray<Border> borders_;               // sums over [0, i * kBlock)
  HugeArray<DoubleDouble> weight_borders_;  // of the weights; empty where there are none
};

}  // namespace bitloupe
