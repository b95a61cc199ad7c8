// Order statistics of floats: the k-th smallest key of many values, exactly, by counting the upper and then
// the lower half of the key's bits (two reads, no copy, no sort).
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "core/parallel.h"
#include "core/stats/sorted_values.h"
#include "core/tensor/tensor.h"

namespace bitloupe {

enum class OrderKey { Value, Magnitude };  // order of x | of |x|

// The value at `rank` (0: smallest) among the finite values, by key; for Magnitude |x| is returned. Nothing
// if stopped. rank < number of finite values.
std::optional<float> kth_smallest(std::span<const float> values, OrderKey key, std::uint64_t rank,
                                  const WorkContext& context);
std::optional<float> kth_smallest(const Tensor& tensor, OrderKey key, std::uint64_t rank,
                                  const WorkContext& context);

// The same for |x| of values that are sorted already, in microseconds.
float kth_magnitude(const SortedValues& sorted, std::uint64_t rank);

// Rank of the nearest-rank percentile: the smallest k with (k + 1) / n >= percent / 100. n > 0, 0 < percent
// <= 100.
std::uint64_t percentile_rank(double percent, std::uint64_t n);

}  // namespace bitloupe
