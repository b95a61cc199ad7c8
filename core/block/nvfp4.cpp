// NVFP4 as ggml stores it, 64 values in 36 bytes, 4 groups of 16:
//   0  4 scales s, UE4M3
//   4  32 bytes: of each group 8 bytes; byte j holds the codes of values j (low half) and j + 8 (high half)
// value = s E2M1(code). A scale of the whole tensor is no part of the block.
#include "core/block/block_anatomies.h"
#include "core/block/block_bytes.h"
#include "core/block/block_decoders.h"
#include "core/block/block_encoders.h"
#include "core/block/encode_numbers.h"
#include "core/block/fp4_codes.h"

namespace bitloupe {

namespace {

// From here on float32 cannot tell apart the differences to all levels of the largest scale, 448, and the
// first of the best is no longer the nearest.
constexpr float kHuge = 0x1p28f;

unsigned code_by_differences(float value, float half_scale) {
  unsigned best = 0;
  for (unsigned code = 1; code < 16; ++code) {
    const auto difference = [&](unsigned of) { return std::fabs(real(kTwiceE2M1[of]) * half_scale - value); };
    if (difference(code) < difference(best)) best = code;
  }
  return best;
}

}  // namespace

void decode_nvfp4(const std::byte* block, float* values) {
  for (std::size_t group = 0; group < 4; ++group) {
    const float scale = half_of_ue4m3(byte_at(block, group));
    const std::byte* codes = block + 4 + 8 * group;
    for (std::size_t i = 0; i < 16; ++i)
      values[16 * group + i] = real(kTwiceE2M1[nibble_at(codes, i % 8, i / 8)]) * scale;
  }
}

// Of each group the scale is the largest magnitude over 6, in UE4M3; there is no scale of the whole tensor to
// bring that into its range.
void encode_nvfp4(const float* values, std::byte* block) {
  for (std::size_t group = 0; group < 4; ++group) {
    const std::span x(values + 16 * group, 16);
    const float largest = largest_magnitude(x);
    const unsigned stored = ue4m3_of(largest / 6.0f);
    const float half_scale = half_of_ue4m3(stored);
    const NearestE2M1 nearest_code(half_scale);
    std::array<std::uint8_t, 16> codes;
    for (std::size_t i = 0; i < 16; ++i)
      codes[i] = static_cast<std::uint8_t>(largest < kHuge ? nearest_code.code(x[i])
                                                           : code_by_differences(x[i], half_scale));
    put_byte(block, group, stored);
    put_nibbles(block + 4 + 8 * group, codes.data(), 8);
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
