// Q6_K, 256 values in 210 bytes, 16 groups of 16:
//     0  128 bytes: of each half of 128 values 64 bytes; byte j holds the low four bits of the codes of
//     values
//        j (low half) and j + 64 (high half)
//   128  64 bytes: of each half 32 bytes; byte j holds the high two bits of the codes of values j, j + 32,
//        j + 64 and j + 96, the lowest first
//   192  16 signed bytes: the scales s
//   208  d, float16
// value = (d s) (code - 32)
#include "core/block/block_anatomies.h"
#include "core/block/block_bytes.h"
#include "core/block/block_decoders.h"
#include "core/block/block_encoders.h"
#include "core/block/encode_numbers.h"
#include "core/block/scale_search.h"

namespace bitloupe {

void decode_q6_k(const std::byte* block, float* values) {
  const float d = half_at(block, 208);
  for (std::size_t group = 0; group < 16; ++group) {
    const float scale = d * real(signed_byte_at(block + 192, group));
    const std::size_t half = group / 8, in_half = group % 8 * 16;  // the group's first value in its half
    const std::byte* low_bits = block + 64 * half + in_half % 64;
    const std::byte* high_bits = block + 128 + 32 * half + in_half % 32;
    for (std::size_t j = 0; j < 16; ++j) {
      const unsigned low = nibble_at(low_bits, j, in_half / 64);
      const unsigned high = byte_at(high_bits, j) >> (in_half / 32 * 2) & 3u;
      values[16 * group + j] = scale * real(static_cast<int>(low | high << 4) - 32);
    }
  }
}

// Of each group a scale by a search, rounded to eight bits so that the largest in the block becomes -128;
// then the codes that are nearest under these.
void encode_q6_k(const float* values, std::byte* block) {
  std::array<float, 16> fits;
  std::array<std::uint8_t, 256> codes;
  for (std::size_t group = 0; group < 16; ++group)
    fits[group] = fit_symmetric(32, {values + 16 * group, 16}, codes.data() + 16 * group);
  const float largest = furthest_from_zero(fits);
  if (std::fabs(largest) < kAllZero) {
    std::fill_n(block, 210, std::byte{0});
    return;
  }

  const float inverse = -128 / largest;
  put_half(block, 208, 1 / inverse);
  const float d = half_at(block, 208);
  for (std::size_t group = 0; group < 16; ++group) {
    const int rounded = std::min(nearest(inverse * fits[group]), 127);
    put_byte(block, 192 + group, static_cast<unsigned>(rounded));
    const float scale = d * real(signed_byte_at(block, 192 + group));
    if (scale == 0) continue;
    for (std::size_t i = 16 * group; i < 16 * group + 16; ++i)
      codes[i] = static_cast<std::uint8_t>(nearest(values[i] / scale, -32, 31) + 32);
  }

  for (std::size_t half = 0; half < 2; ++half) {
    const std::uint8_t* of_half = codes.data() + 128 * half;
    put_nibbles(block + 64 * half, of_half, 64);
    for (std::size_t j = 0; j < 32; ++j) {
      unsigned high = 0;
      for (std::size_t k = 0; k < 4; ++k) high |= static_cast<unsigned>(of_half[32 * k + j]) >> 4 << (2 * k);
      put_byte(block, 128 + 32 * half + j, high);
    }
  }
}

namespace {

using enum BlockPart;
using enum BlockNumberKind;

constexpr BlockNumber kNumbers[] = {{Code, Unsigned, "q"}, {GroupScale, Signed, "s"}, {BlockScale, F16, "d"}};

constexpr BitRun kLayout[] = {
    {.part = Code, .byte = 0, .bits = 4, .first = 0, .count = 64, .layers = 2},
    {.part = Code, .byte = 64, .bits = 4, .first = 128, .count = 64, .layers = 2},
    {.part = Code, .byte = 128, .low = 4, .bits = 2, .first = 0, .count = 32, .layers = 4},
    {.part = Code, .byte = 160, .low = 4, .bits = 2, .first = 128, .count = 32, .layers = 4},
    {.part = GroupScale, .byte = 192, .count = 16},
    {.part = BlockScale, .byte = 208, .bits = 16},
};

}  // namespace

constinit const BlockAnatomy kAnatomyQ6_K = {
    .element = "uint6",
    .formula = "x = d s (q - 32)",
    .zero = 32,
    .group_values = 16,
    .numbers = kNumbers,
    .layout = kLayout,
};

}  // namespace bitloupe
