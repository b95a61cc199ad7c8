// The fused pass: quantizes values under given scales and adds up what an error report needs, in one read,
// with the SIMD kernels of core/simd.h. It knows scales and runs of values, not tensors; quantize_value is
// its specification, and its sums have the same bits on every instruction set.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/quant/quantizer.h"
#include "core/quant/scales.h"
#include "core/stats/fused_sums.h"

namespace bitloupe {

// Sums over finite values (nothing overflows where the fused pass applies).
struct FusedSums {
  std::uint64_t finite = 0, clipped = 0, nan = 0, inf = 0;
  double rounding = 0, clipping = 0, error = 0, max_abs = 0;
  double signal = 0, signal_hat = 0;
  // sum of x * x_hat: (a - b)^2 = a^2 - 2ab + b^2. Good to 1e-16 of `signal`.
  double dot() const { return (signal + signal_hat - (rounding + clipping)) / 2; }
};

struct GroupSums {
  double signal = 0, noise = 0;  // sums of x^2, e^2
};

class FusedPass {
 public:
  // Integer families, and signed floats with subnormals, zero and mantissa bits; saturating; any rounding but
  // stochastic. Everything else is quantize_run's.
  static bool applies(const Quantizer& quantizer);

  explicit FusedPass(const Quantizer& quantizer);  // `quantizer` must outlive it

  // What one thread adds up: sums since the last take(), code counts since the start.
  class Worker {
   public:
    Worker(const FusedPass& pass, bool counts, std::uint64_t expected_values);
    ~Worker();
    Worker(Worker&&) noexcept;
    FusedSums take();
    // Adds the counts so far to `counts` (2^bits of them) and forgets them.
    void move_counts(std::vector<std::uint64_t>& counts);

   private:
    friend class FusedPass;
    struct State;
    std::unique_ptr<State> state_;
  };

  // values.size() = size * scales.size(): whole groups, each under its own scale. `groups` may be empty; else
  // their sums are added to it.
  void add_groups(Worker& worker, std::span<const float> values, std::size_t size,
                  std::span<const GroupScale> scales, std::span<GroupSums> groups) const;

  // The same with the scales made on the way from each group's own extremes (calibration min-max):
  // scales[g] = make_scale(spec, range of group g); `spec` is the canonical one of the quantizer.
  void add_groups_with_own_scales(Worker& worker, const QuantSpec& spec, std::span<const float> values,
                                  std::size_t size, std::span<GroupScale> scales,
                                  std::span<GroupSums> groups) const;

 private:
  void add_batch(Worker& worker, const float* values, std::size_t size, std::span<const GroupScale> scales,
                 GroupSums* groups, bool clips) const;
  VectorPlan plan_;
};

}  // namespace bitloupe
