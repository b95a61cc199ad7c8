// MXFP4, 32 values in 17 bytes:
//   0  the scale s, E8M0
//   1  16 bytes: byte j holds the code of value j in its low and that of value j + 16 in its high four bits
// value = s E2M1(code)
#include "core/block/block_anatomies.h"
#include "core/block/block_bytes.h"
#include "core/block/block_decoders.h"
#include "core/block/block_encoders.h"
#include "core/block/encode_numbers.h"
#include "core/block/fp4_codes.h"

namespace bitloupe {

void decode_mxfp4(const std::byte* block, float* values) {
  const float scale = half_of_e8m0(byte_at(block, 0));
  for (std::size_t i = 0; i < 32; ++i)
    values[i] = real(kTwiceE2M1[nibble_at(block + 1, i % 16, i / 16)]) * scale;
}

// The scale is the power of two below the largest magnitude, over 4. ggml stores the low byte of a negative
// exponent (C leaves it open, x86 does so): a block whose largest is below 2^-125 gets an enormous scale and
// zeros.
void encode_mxfp4(const float* values, std::byte* block) {
  const float largest = largest_magnitude({values, 32});
  const unsigned exponent = largest > 0 ? static_cast<unsigned>(floor_of_log2(largest) + 125) & 255u : 0;
  const NearestE2M1 nearest_code(half_of_e8m0(exponent));
  std::array<std::uint8_t, 32> codes;
  for (std::size_t i = 0; i < 32; ++i) codes[i] = static_cast<std::uint8_t>(nearest_code.code(values[i]));
  put_byte(block, 0, exponent);
  put_nibbles(block + 1, codes.data(), 16);
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
