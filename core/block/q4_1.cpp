// Q4_1, 32 values in 20 bytes:
//   0  d, float16
//   2  m, float16
//   4  16 bytes: byte j holds the code of value j in its low and that of value j + 16 in its high four bits
// value = code d + m
#include "core/block/block_anatomies.h"
#include "core/block/block_bytes.h"
#include "core/block/block_decoders.h"
#include "core/block/block_encoders.h"
#include "core/block/encode_numbers.h"

namespace bitloupe {

void decode_q4_1(const std::byte* block, float* values) {
  const float d = half_at(block, 0), m = half_at(block, 2);
  for (std::size_t half = 0; half < 2; ++half)
    for (std::size_t j = 0; j < 16; ++j) values[16 * half + j] = real(nibble_at(block + 4, j, half)) * d + m;
}

// m is the smallest value; 15 steps of d lead to the largest.
void encode_q4_1(const float* values, std::byte* block) {
  const auto [m, most] = extremes_of({values, 32});
  const float d = (most - m) / 15;
  const float inverse = reciprocal(d);
  std::array<std::uint8_t, 32> codes;
  for (std::size_t i = 0; i < 32; ++i)
    codes[i] = static_cast<std::uint8_t>(std::min(truncated((values[i] - m) * inverse + 0.5f), 15));
  put_half(block, 0, d);
  put_half(block, 2, m);
  put_nibbles(block + 4, codes.data(), 16);
}

namespace {

using enum BlockPart;
using enum BlockNumberKind;

constexpr BlockNumber kNumbers[] = {{BlockScale, F16, "d"}, {BlockMinimum, F16, "m"}, {Code, Unsigned, "q"}};

constexpr BitRun kLayout[] = {
    {.part = BlockScale, .byte = 0, .bits = 16},
    {.part = BlockMinimum, .byte = 2, .bits = 16},
    {.part = Code, .byte = 4, .bits = 4, .count = 16, .layers = 2},
};

}  // namespace

constinit const BlockAnatomy kAnatomyQ4_1 = {
    .element = "uint4",
    .formula = "x = d q + m",
    .adds_minimum = true,
    .numbers = kNumbers,
    .layout = kLayout,
};

}  // namespace bitloupe
