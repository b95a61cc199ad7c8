// Q4_K, 256 values in 144 bytes, 8 groups of 32:
//    0  d, float16
//    2  dmin, float16
//    4  12 bytes: scales s and minima m, six bits each (k_scales.h)
//   16  128 bytes: of each 64 values 32 bytes; byte j holds the codes of values j (low half) and j + 32
//   (high)
// value = (d s) code - (dmin m)
#include "core/block/block_anatomies.h"
#include "core/block/block_decoders.h"
#include "core/block/block_encoders.h"
#include "core/block/k_affine.h"
#include "core/block/k_scales.h"

namespace bitloupe {

void decode_q4_k(const std::byte* block, float* values) {
  const float d = half_at(block, 0), dmin = half_at(block, 2);
  for (std::size_t group = 0; group < 8; ++group) {
    const ScaleAndMinimum six_bits = k_scale(block + 4, group);
    const float scale = d * real(six_bits.scale), minimum = dmin * real(six_bits.minimum);
    const std::byte* codes = block + 16 + group / 2 * 32;
    for (std::size_t j = 0; j < 32; ++j)
      values[32 * group + j] = scale * real(nibble_at(codes, j, group % 2)) - minimum;
  }
}

void encode_q4_k(const float* values, std::byte* block) {
  const std::array<std::uint8_t, 256> codes = encode_k_affine({15, -1.0f, 0.1f, 20, false}, values, block);
  for (std::size_t i = 0; i < 4; ++i) put_nibbles(block + 16 + 32 * i, codes.data() + 64 * i, 32);
}

namespace {

using enum BlockPart;

constexpr auto kLayout = with_k_scales(std::to_array<BitRun>({
    {.part = Code, .byte = 16, .bits = 4, .first = 0, .count = 32, .layers = 2},
    {.part = Code, .byte = 48, .bits = 4, .first = 64, .count = 32, .layers = 2},
    {.part = Code, .byte = 80, .bits = 4, .first = 128, .count = 32, .layers = 2},
    {.part = Code, .byte = 112, .bits = 4, .first = 192, .count = 32, .layers = 2},
}));

}  // namespace

constinit const BlockAnatomy kAnatomyQ4_K = {
    .element = "uint4",
    .formula = "x = d s q - dmin m",
    .numbers = kKNumbers,
    .layout = kLayout,
};

}  // namespace bitloupe
