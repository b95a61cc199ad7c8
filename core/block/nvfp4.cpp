// NVFP4 as ggml stores it, 64 values in 36 bytes, 4 groups of 16:
//   0  4 scales s, UE4M3
//   4  32 bytes: of each group 8 bytes; byte j holds the codes of values j (low half) and j + 8 (high half)
// value = s E2M1(code). A scale of the whole tensor is no part of the block.
#include "core/block/block_anatomies.h"
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

namespace {

using enum BlockPart;
using enum BlockNumberKind;

constexpr BlockNumber kNumbers[] = {{GroupScale, UE4M3, "s"}, {Code, Unsigned, "q"}};

constexpr BitRun kLayout[] = {
    {.part = GroupScale, .byte = 0, .count = 4},
    {.part = Code, .byte = 4, .bits = 4, .first = 0, .count = 8, .layers = 2},
    {.part = Code, .byte = 12, .bits = 4, .first = 16, .count = 8, .layers = 2},
    {.part = Code, .byte = 20, .bits = 4, .first = 32, .count = 8, .layers = 2},
    {.part = Code, .byte = 28, .bits = 4, .first = 48, .count = 8, .layers = 2},
};

}  // namespace

constinit const BlockAnatomy kAnatomyNVFP4 = {
    .element = "e2m1",
    .formula = "x = s E2M1(q)",
    .group_values = 16,
    .levels = e2m1_levels,
    .numbers = kNumbers,
    .layout = kLayout,
};

}  // namespace bitloupe
