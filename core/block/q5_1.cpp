// Q5_1, 32 values in 24 bytes:
//   0  d, float16
//   2  m, float16
//   4  32 bits, little-endian: bit i is the highest bit of the code of value i
//   8  16 bytes: the low four bits of codes j (low half) and j + 16 (high half)
// value = code d + m
#include "core/block/block_anatomies.h"
#include "core/block/block_bytes.h"
#include "core/block/block_decoders.h"
#include "core/block/block_encoders.h"
#include "core/block/encode_numbers.h"

namespace bitloupe {

void decode_q5_1(const std::byte* block, float* values) {
  const float d = half_at(block, 0), m = half_at(block, 2);
  const std::uint32_t high = long_at(block, 4);
  for (std::size_t i = 0; i < 32; ++i) {
    const unsigned code = nibble_at(block + 8, i % 16, i / 16) | (high >> i & 1u) << 4;
    values[i] = real(code) * d + m;
  }
}

// As Q4_1, in 31 steps.
void encode_q5_1(const float* values, std::byte* block) {
  const auto [m, most] = extremes_of({values, 32});
  const float d = (most - m) / 31;
  const float inverse = reciprocal(d);
  std::array<std::uint8_t, 32> codes;
  for (std::size_t i = 0; i < 32; ++i)
    codes[i] = static_cast<std::uint8_t>(truncated((values[i] - m) * inverse + 0.5f));
  put_half(block, 0, d);
  put_half(block, 2, m);
  put_fifth_bits(block + 4, codes);
  put_nibbles(block + 8, codes.data(), 16);
}

namespace {

using enum BlockPart;
using enum BlockNumberKind;

constexpr BlockNumber kNumbers[] = {{BlockScale, F16, "d"}, {BlockMinimum, F16, "m"}, {Code, Unsigned, "q"}};

constexpr BitRun kLayout[] = {
    {.part = BlockScale, .byte = 0, .bits = 16},
    {.part = BlockMinimum, .byte = 2, .bits = 16},
    {.part = Code, .byte = 4, .low = 4, .bits = 1, .count = 32, .step = 1},
    {.part = Code, .byte = 8, .bits = 4, .count = 16, .layers = 2},
};

}  // namespace

constinit const BlockAnatomy kAnatomyQ5_1 = {
    .element = "uint5",
    .formula = "x = d q + m",
    .adds_minimum = true,
    .numbers = kNumbers,
    .layout = kLayout,
};

}  // namespace bitloupe
