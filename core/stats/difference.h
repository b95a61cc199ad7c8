// Two arrays of values, one against the other: how far apart, in how many places, and where first.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "core/parallel.h"
#include "core/result.h"
#include "core/tensor/tensor.h"

namespace bitloupe {

// Of b against a. Sums are taken over the pairs of finite values, in double and in the order of the values.
struct Difference {
  std::uint64_t values = 0;
  // Pairs that are not the same number: +0 is -0, and every NaN is the same as any other.
  std::uint64_t different = 0;
  double max_abs = 0;            // of a - b
  double signal = 0, noise = 0;  // sums of a^2 and (a - b)^2
  struct Pair {
    std::uint64_t index = 0;
    float a = 0, b = 0;
  };
  std::optional<Pair> first;  // the first pair that differs

  std::optional<double> relative_rmse() const;  // sqrt(noise / signal); empty: zero signal
  std::optional<double> sqnr_db() const;        // 10 log10(signal / noise), inf: no noise; empty: zero signal
};

// Adds the next values of both, of one length; they follow those that were added before.
void add_values(Difference& difference, std::span<const float> a, std::span<const float> b);

// Gives values begin ... begin + a.size() - 1 of both sides; from any thread.
using FillBoth = std::function<void(std::uint64_t begin, std::span<float> a, std::span<float> b)>;

// Of `count` values that are filled in a part at a time. The same answer for any number of threads; nothing
// if stopped.
std::optional<Difference> difference_of(std::uint64_t count, const FillBoth& fill,
                                        const WorkContext& context);

// Of two tensors of one shape. Errors: those of reading either, and Cancelled.
Result<Difference> difference_of(const Tensor& a, const Tensor& b, const WorkContext& context);

}  // namespace bitloupe
