// Q5_K, 256 values in 176 bytes, 8 groups of 32:
//    0  d, float16
//    2  dmin, float16
//    4  12 bytes: scales s and minima m, six bits each (k_scales.h)
//   16  32 bytes: bit k of byte j is the highest bit of the code of value 32 k + j
//   48  128 bytes: the low four bits of the codes, placed as in Q4_K
// value = (d s) code - (dmin m)
#include "core/block/block_anatomies.h"
#include "core/block/block_decoders.h"
#include "core/block/block_encoders.h"
#include "core/block/k_affine.h"
#include "core/block/k_codes.h"
#include "core/block/k_scales.h"

namespace bitloupe {

void decode_q5_k(const std::byte* block, float* values) {
  const float d = half_at(block, 0), dmin = half_at(block, 2);
  const std::byte* high_bits = block + 16;
  for (std::size_t group = 0; group < 8; ++group) {
    const ScaleAndMinimum six_bits = k_scale(block + 4, group);
    const float scale = d * real(six_bits.scale), minimum = dmin * real(six_bits.minimum);
    const std::byte* codes = block + 48 + group / 2 * 32;
    for (std::size_t j = 0; j < 32; ++j) {
      const unsigned high = byte_at(high_bits, j) >> group & 1u;
      values[32 * group + j] = scale * real(nibble_at(codes, j, group % 2) | high << 4) - minimum;
    }
  }
}

void encode_q5_k(const float* values, std::byte* block) {
  const std::array<std::uint8_t, 256> codes = encode_k_affine({31, -0.5f, 0.1f, 15, false}, values, block);
  put_plane(block + 16, codes, 4);
  for (std::size_t i = 0; i < 4; ++i) put_nibbles(block + 48 + 32 * i, codes.data() + 64 * i, 32);
}

namespace {

using enum BlockPart;

constexpr auto kLayout = with_k_scales(std::to_array<BitRun>({
    {.part = Code, .byte = 16, .low = 4, .bits = 1, .count = 32, .layers = 8},
    {.part = Code, .byte = 48, .bits = 4, .first = 0, .count = 32, .layers = 2},
    {.part = Code, .byte = 80, .bits = 4, .first = 64, .count = 32, .layers = 2},
    {.part = Code, .byte = 112, .bits = 4, .first = 128, .count = 32, .layers = 2},
    {.part = Code, .byte = 144, .bits = 4, .first = 192, .count = 32, .layers = 2},
}));

}  // namespace

constinit const BlockAnatomy kAnatomyQ5_K = {
    .element = "uint5",
    .formula = "x = d s q - dmin m",
    .numbers = kKNumbers,
    .layout = kLayout,
};

}  // namespace bitloupe
