// IQ4_NL, 32 values in 18 bytes:
//   0  d, float16
//   2  16 bytes: byte j holds the code of value j in its low and that of value j + 16 in its high four bits
// value = d level(code), of 16 levels that are closer to each other around zero
#include <span>

#include "core/block/block_anatomies.h"
#include "core/block/block_bytes.h"
#include "core/block/block_decoders.h"
#include "core/format/level_tables.h"

namespace bitloupe {

void decode_iq4_nl(const std::byte* block, float* values) {
  const float d = half_at(block, 0);
  const std::span<const float> levels = iq4_nl_levels();
  for (std::size_t i = 0; i < 32; ++i) values[i] = d * levels[nibble_at(block + 2, i % 16, i / 16)];
}

namespace {

using enum BlockPart;
using enum BlockNumberKind;

constexpr BlockNumber kNumbers[] = {{BlockScale, F16, "d"}, {Code, Unsigned, "q"}};

constexpr BitRun kLayout[] = {
    {.part = BlockScale, .byte = 0, .bits = 16},
    {.part = Code, .byte = 2, .bits = 4, .count = 16, .layers = 2},
};

}  // namespace

constinit const BlockAnatomy kAnatomyIQ4_NL = {
    .element = "iq4_nl",
    .formula = "x = d level(q)",
    .levels = iq4_nl_levels,
    .numbers = kNumbers,
    .layout = kLayout,
};

}  // namespace bitloupe
