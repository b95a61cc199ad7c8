// The sums that the fused kernels leave, the same numbers in the same order on every instruction set.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/quant/vector_plan.h"

namespace bitloupe {

// How far ahead memory is asked for, in values: 8 KiB, one batch, so that the next batch is there when its
// ranges are looked for.
inline constexpr std::size_t kFusedAhead = 2048;

// Sums of the sixteen virtual lanes (lane i holds values i, i + 16, ... of every block) and what single
// values add. The same numbers in the same order on every instruction set.
struct alignas(64) FusedLanes {
  double error[kVectorLanes] = {}, hat[kVectorLanes] = {};
  double max_double[kVectorLanes] = {};
  float max_float[kVectorLanes] = {};
  double clipped_error = 0, clipped_max = 0;
  std::uint64_t clipped = 0;
};

struct FusedClipped {
  double error = 0, squares = 0, max = 0;
  std::uint64_t count = 0;
};

// Codes of the batch before, counted in a table of pairs while the vectors of this batch are busy: increments
// and arithmetic use different parts of a core (INT8: 6.5 ns for 16 values in one loop, 10 in two).
struct FusedPending {
  const std::uint8_t* codes = nullptr;
  std::size_t left = 0;
  std::uint32_t* table = nullptr;

  void count_sixteen() {
    if (left < kVectorLanes) return;
    std::uint64_t words[2];
    std::memcpy(words, codes, sizeof words);
    for (const std::uint64_t word : words) {
      ++table[word & 0xFFFF];
      ++table[word >> 16 & 0xFFFF];
      ++table[word >> 32 & 0xFFFF];
      ++table[word >> 48];
    }
    codes += kVectorLanes;
    left -= kVectorLanes;
  }
};

// Of one block: sums of x^2 and of the rounding and clipping errors squared.
struct FusedBlock {
  double signal = 0, rounding = 0, clipping = 0;
};

}  // namespace bitloupe
