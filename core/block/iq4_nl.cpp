// IQ4_NL, 32 values in 18 bytes:
//   0  d, float16
//   2  16 bytes: byte j holds the code of value j in its low and that of value j + 16 in its high four bits
// value = d level(code), of 16 levels that are closer to each other around zero
#include <array>

#include "core/block/block_bytes.h"
#include "core/block/block_decoders.h"

namespace bitloupe {

namespace {

constexpr std::array kLevels = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};
static_assert(kLevels.size() == 16);

}  // namespace

void decode_iq4_nl(const std::byte* block, float* values) {
  const float d = half_at(block, 0);
  for (std::size_t i = 0; i < 32; ++i) values[i] = d * real(kLevels[nibble_at(block + 2, i % 16, i / 16)]);
}

}  // namespace bitloupe
