// The threshold of least squared error of {-a, 0, a}: exact, of any number of values, without sorting them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "core/parallel.h"
#include "core/tensor/tensor.h"

namespace bitloupe {

// Of the finite values whose magnitude is above a threshold: how many there are, and the sum of magnitudes.
struct Above {
  double threshold = 0, sum = 0;
  std::uint64_t count = 0;
  double mean() const { return count == 0 ? 0 : sum / static_cast<double>(count); }
  double gain() const { return sum * mean(); }  // what the squared error is less than the sum of squares
};

// Of every number k of largest magnitudes the one with the largest S^2 / k, S their sum; equal magnitudes
// stay together, and of equal S^2 / k the least k counts. Two passes as a rule: counts and exact sums in 2^16
// cells of magnitudes, then every magnitude of the few cells that can hold the best. Nothing if stopped;
// whether reading failed the tensor says.
std::optional<Above> ternary_threshold(const Tensor& tensor, const WorkContext& context);

// The same, bit for bit, of few values: the bits of finite magnitudes (float32, no sign) in descending order.
Above ternary_threshold(std::span<const std::uint32_t> magnitudes);

}  // namespace bitloupe
