// Q4_1, 32 values in 20 bytes:
//   0  d, float16
//   2  m, float16
//   4  16 bytes: byte j holds the code of value j in its low and that of value j + 16 in its high four bits
// value = code d + m
#include "core/block/block_bytes.h"
#include "core/block/block_decoders.h"

namespace bitloupe {

void decode_q4_1(const std::byte* block, float* values) {
  const float d = half_at(block, 0), m = half_at(block, 2);
  for (std::size_t half = 0; half < 2; ++half)
    for (std::size_t j = 0; j < 16; ++j) values[16 * half + j] = real(nibble_at(block + 4, j, half)) * d + m;
}

}  // namespace bitloupe
