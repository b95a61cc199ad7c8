// NVFP4 as ggml stores it, 64 values in 36 bytes, 4 groups of 16:
//   0  4 scales s, UE4M3
//   4  32 bytes: of each group 8 bytes; byte j holds the codes of values j (low half) and j + 8 (high half)
// value = s E2M1(code). A scale of the whole tensor is no part of the block.
#include "core/block/block_bytes.h"
#include "core/block/block_decoders.h"
#include "core/block/fp4_codes.h"

namespace bitloupe {

void decode_nvfp4(const std::byte* block, float* values) {
  for (std::size_t group = 0; group < 4; ++group) {
    const float scale = half_of_ue4m3(byte_at(block, group));
    const std::byte* codes = block + 4 + 8 * group;
    for (std::size_t i = 0; i < 16; ++i)
      values[16 * group + i] = real(kTwiceE2M1[nibble_at(codes, i % 8, i / 8)]) * scale;
  }
}

}  // namespace bitloupe
