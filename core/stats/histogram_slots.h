// What the vectors of count_into need to know to find bins in float32.
#pragma once

#include <cstdint>

namespace bitloupe {

// The slot of x is trunc((x - lo) * per_value + 1), held between 0 (below) and bins + 1 (above), wherever
// that sum is no further than `sure` from the middle of a slot.
struct SlotFinder {
  float lo = 0, per_value = 1, most = 1, sure = 0;
  std::int32_t elsewhere = 0;  // a slot for what is counted otherwise
  bool usable = false;         // float32 is good to a quarter of a bin
};

}  // namespace bitloupe
