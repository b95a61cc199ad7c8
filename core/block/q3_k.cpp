// Q3_K, 256 values in 110 bytes, 16 groups of 16:
//     0  32 bytes: bit k of byte j is the highest bit of the code of value 32 k + j
//    32  64 bytes: the low two bits of the codes, placed as in Q2_K
//    96  12 bytes: the scales, six bits each. Bytes 0 to 7: the low four bits of scales 0 to 7 (low half) and
//        8 to 15 (high half). Byte 8 + i: the high two bits of scales i, i + 4, i + 8 and i + 12, the lowest
//        first
//   108  d, float16
// value = (d (s - 32)) (code - 4)
#include "core/block/block_anatomies.h"
#include "core/block/block_bytes.h"
#include "core/block/block_decoders.h"
#include "core/block/block_encoders.h"
#include "core/block/encode_numbers.h"
#include "core/block/k_codes.h"
#include "core/block/scale_search.h"

namespace bitloupe {

namespace {

int scale_of(const std::byte* scales, std::size_t group) {
  const unsigned low = nibble_at(scales, group % 8, group / 8);
  const unsigned high = byte_at(scales, 8 + group % 4) >> (2 * (group / 4)) & 3u;
  return static_cast<int>(low | high << 4) - 32;
}

// Into bytes that are zero before the first group.
void put_scale(std::byte* scales, std::size_t group, unsigned six_bits) {
  scales[group % 8] |= static_cast<std::byte>((six_bits & 15u) << (4 * (group / 8)));
  scales[8 + group % 4] |= static_cast<std::byte>(six_bits >> 4 << (2 * (group / 4)));
}

}  // namespace

void decode_q3_k(const std::byte* block, float* values) {
  const std::byte* low_bits = block + 32;
  const float d = half_at(block, 108);
  for (std::size_t group = 0; group < 16; ++group) {
    const float scale = d * real(scale_of(block + 96, group));
    const std::size_t first = group / 8 * 32 + group % 2 * 16, shift = group % 8 / 2 * 2;
    for (std::size_t j = 0; j < 16; ++j) {
      const unsigned low = byte_at(low_bits, first + j) >> shift & 3u;
      const unsigned high = byte_at(block, group % 2 * 16 + j) >> (group / 2) & 1u;
      values[16 * group + j] = scale * real(static_cast<int>(low | high << 2) - 4);
    }
  }
}

// Of each group a scale by a search, rounded to six bits so that the largest in the block becomes -32; then
// the codes that are nearest under these.
void encode_q3_k(const float* values, std::byte* block) {
  std::array<float, 16> fits;
  std::array<std::uint8_t, 256> codes;
  for (std::size_t group = 0; group < 16; ++group)
    fits[group] = fit_code_by_code(4, {values + 16 * group, 16}, codes.data() + 16 * group);

  const float largest = furthest_from_zero(fits);
  const float inverse = largest != 0 ? -32 / largest : 0.0f;
  std::fill_n(block + 96, 12, std::byte{0});
  for (std::size_t group = 0; largest != 0 && group < 16; ++group) {
    const auto scale = static_cast<std::int8_t>(nearest(inverse * fits[group]));
    put_scale(block + 96, group, static_cast<unsigned>(std::clamp<int>(scale, -32, 31) + 32));
  }
  put_half(block, 108, largest != 0 ? 1 / inverse : 0.0f);

  const float d = half_at(block, 108);
  for (std::size_t group = 0; group < 16; ++group) {
    const float scale = d * real(scale_of(block + 96, group));
    if (scale == 0) continue;
    for (std::size_t i = 16 * group; i < 16 * group + 16; ++i)
      codes[i] = static_cast<std::uint8_t>(nearest(values[i] / scale, -4, 3) + 4);
  }
  put_plane(block, codes, 2);
  put_two_bits(block + 32, codes);
}

namespace {

using enum BlockPart;
using enum BlockNumberKind;

constexpr BlockNumber kNumbers[] = {
    {Code, Unsigned, "q"}, {GroupScale, Unsigned, "s"}, {BlockScale, F16, "d"}};

constexpr BitRun kLayout[] = {
    {.part = Code, .byte = 0, .low = 2, .bits = 1, .count = 32, .layers = 8},
    {.part = Code, .byte = 32, .bits = 2, .first = 0, .count = 32, .layers = 4},
    {.part = Code, .byte = 64, .bits = 2, .first = 128, .count = 32, .layers = 4},
    {.part = GroupScale, .byte = 96, .bits = 4, .count = 8, .layers = 2},
    {.part = GroupScale, .byte = 104, .low = 4, .bits = 2, .count = 4, .layers = 4},
    {.part = BlockScale, .byte = 108, .bits = 16},
};

}  // namespace

constinit const BlockAnatomy kAnatomyQ3_K = {
    .element = "uint3",
    .formula = "x = d (s - 32) (q - 4)",
    .zero = 4,
    .scale_zero = 32,
    .group_values = 16,
    .numbers = kNumbers,
    .layout = kLayout,
};

}  // namespace bitloupe
