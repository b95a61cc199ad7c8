// MXFP4, 32 values in 17 bytes:
//   0  the scale s, E8M0
//   1  16 bytes: byte j holds the code of value j in its low and that of value j + 16 in its high four bits
// value = s E2M1(code)
#include "core/block/block_anatomies.h"
#include "core/block/block_bytes.h"
#include "core/block/block_decoders.h"
#include "core/block/fp4_codes.h"

namespace bitloupe {

void decode_mxfp4(const std::byte* block, float* values) {
  const float scale = half_of_e8m0(byte_at(block, 0));
  for (std::size_t i = 0; i < 32; ++i)
    values[i] = real(kTwiceE2M1[nibble_at(block + 1, i % 16, i / 16)]) * scale;
}

namespace {

using enum BlockPart;
using enum BlockNumberKind;

constexpr BlockNumber kNumbers[] = {{BlockScale, E8M0, "s"}, {Code, Unsigned, "q"}};

constexpr BitRun kLayout[] = {
    {.part = BlockScale, .byte = 0},
    {.part = Code, .byte = 1, .bits = 4, .count = 16, .layers = 2},
};

}  // namespace

constinit const BlockAnatomy kAnatomyMXFP4 = {
    .element = "e2m1",
    .formula = "x = s E2M1(q)",
    .levels = e2m1_levels,
    .numbers = kNumbers,
    .layout = kLayout,
};

}  // namespace bitloupe
