// The inner loops of the pass over all values: extremes and counts of a block, sums of a chunk. They know
// nothing of tensors; every loop adds up in a fixed order, so every build gives the same bits.
#pragma once

#include <cstdint>
#include <span>

namespace bitloupe {

struct BlockScan {
  float min = 0, max = 0;  // of the finite values; min > max where there is none; zeros are +0
  std::uint32_t nan = 0, inf = 0, zero = 0;
};
BlockScan scan_block(std::span<const float> values);

// Count, mean and sum of squared deviations from it.
struct Moments {
  double count = 0, mean = 0, m2 = 0;
  // Chan, Golub, LeVeque 1983: the moments of both sets together.
  void merge(const Moments& other);
};
// Of finite values; two passes, so `values` should fit the L1 cache.
Moments moments_of(std::span<const float> values);

}  // namespace bitloupe
