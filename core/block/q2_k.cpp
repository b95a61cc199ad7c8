// Q2_K, 256 values in 84 bytes, 16 groups of 16:
//    0  16 bytes, one a group: scale s in the low, minimum m in the high four bits
//   16  64 bytes: of each half of 128 values 32 bytes; byte j holds the codes of values j, j + 32, j + 64 and
//       j + 96 of its half, two bits each, the lowest first
//   80  d, float16
//   82  dmin, float16
// value = (d s) code - (dmin m)
#include "core/block/block_anatomies.h"
#include "core/block/block_bytes.h"
#include "core/block/block_decoders.h"
#include "core/block/block_encoders.h"
#include "core/block/encode_numbers.h"
#include "core/block/k_codes.h"
#include "core/block/scale_search.h"

namespace bitloupe {

void decode_q2_k(const std::byte* block, float* values) {
  const std::byte* codes = block + 16;
  const float d = half_at(block, 80), dmin = half_at(block, 82);
  for (std::size_t group = 0; group < 16; ++group) {
    const float scale = d * real(nibble_at(block, group, 0));
    const float minimum = dmin * real(nibble_at(block, group, 1));
    const std::size_t first = group / 8 * 32 + group % 2 * 16, shift = group % 8 / 2 * 2;
    for (std::size_t j = 0; j < 16; ++j) {
      const unsigned code = byte_at(codes, first + j) >> shift & 3u;
      values[16 * group + j] = scale * real(code) - minimum;
    }
  }
}

// Of each group a scale and a minimum by a search (the error weighted by magnitude), both rounded to four
// bits of the largest in the block; then the codes that are nearest under these.
void encode_q2_k(const float* values, std::byte* block) {
  constexpr AffineSearch kSearch{3, -0.5f, 0.1f, 15, true};
  std::array<AffineFit, 16> fits;
  std::array<std::uint8_t, 256> codes;
  AffineFit most{0, 0};
  for (std::size_t group = 0; group < 16; ++group) {
    const std::span x(values + 16 * group, 16);
    std::array<float, 16> weights;
    for (std::size_t j = 0; j < 16; ++j) weights[j] = std::fabs(x[j]);
    fits[group] = fit_affine(kSearch, x, weights, codes.data() + 16 * group);
    most.scale = std::max(most.scale, fits[group].scale);
    most.minimum = std::max(most.minimum, fits[group].minimum);
  }
  const float per_scale = most.scale > 0 ? 15 / most.scale : 0.0f;
  const float per_minimum = most.minimum > 0 ? 15 / most.minimum : 0.0f;
  for (std::size_t group = 0; group < 16; ++group) {
    const int scale = nearest(per_scale * fits[group].scale);
    const int minimum = nearest(per_minimum * fits[group].minimum);
    put_byte(block, group, static_cast<unsigned>(scale | minimum << 4));
  }
  put_half(block, 80, most.scale > 0 ? most.scale / 15 : 0.0f);
  put_half(block, 82, most.minimum > 0 ? most.minimum / 15 : 0.0f);

  const float d = half_at(block, 80), dmin = half_at(block, 82);
  for (std::size_t group = 0; group < 16; ++group) {
    const float scale = d * real(nibble_at(block, group, 0));
    if (scale == 0) continue;
    const float minimum = dmin * real(nibble_at(block, group, 1));
    for (std::size_t i = 16 * group; i < 16 * group + 16; ++i)
      codes[i] = static_cast<std::uint8_t>(nearest((values[i] + minimum) / scale, 0, 3));
  }
  put_two_bits(block + 16, codes);
}

namespace {

using enum BlockPart;
using enum BlockNumberKind;

constexpr BlockNumber kNumbers[] = {{GroupScale, Unsigned, "s"},
                                    {GroupMinimum, Unsigned, "m"},
                                    {Code, Unsigned, "q"},
                                    {BlockScale, F16, "d"},
                                    {BlockMinimum, F16, "dmin"}};

constexpr BitRun kLayout[] = {
    {.part = GroupScale, .byte = 0, .bits = 4, .count = 16},
    {.part = GroupMinimum, .byte = 0, .bit = 4, .bits = 4, .count = 16},
    {.part = Code, .byte = 16, .bits = 2, .first = 0, .count = 32, .layers = 4},
    {.part = Code, .byte = 48, .bits = 2, .first = 128, .count = 32, .layers = 4},
    {.part = BlockScale, .byte = 80, .bits = 16},
    {.part = BlockMinimum, .byte = 82, .bits = 16},
};

}  // namespace

constinit const BlockAnatomy kAnatomyQ2_K = {
    .element = "uint2",
    .formula = "x = d s q - dmin m",
    .group_values = 16,
    .numbers = kNumbers,
    .layout = kLayout,
};

}  // namespace bitloupe
