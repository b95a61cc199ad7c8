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
