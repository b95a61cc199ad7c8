// What the benchmarks of passes over many values read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/parallel.h"
#include "core/random.h"

namespace bitloupe {

// Sums of four uniform numbers: near enough to a normal distribution, standard deviation 1.
inline std::vector<float> bench_values(std::size_t count) {
  std::vector<float> x(count);
  parallel_for(count, 1 << 16, {}, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const std::uint64_t bits = random_bits(1, i);
      double sum = -2;
      for (int k = 0; k < 4; ++k) sum += static_cast<double>(bits >> (16 * k) & 0xFFFF) * 0x1p-16;
      x[i] = static_cast<float>(1.7320508 * sum);
    }
  });
  return x;
}

}  // namespace bitloupe
