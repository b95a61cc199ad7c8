// Q5_0, 32 values in 22 bytes:
//   0  d, float16
//   2  32 bits, little-endian: bit i is the highest bit of the code of value i
//   6  16 bytes: the low four bits of codes j (low half) and j + 16 (high half)
// value = (code - 16) d
#include "core/block/block_anatomies.h"
#include "core/block/block_bytes.h"
#include "core/block/block_decoders.h"
#include "core/block/block_encoders.h"
#include "core/block/encode_numbers.h"

namespace bitloupe {

void decode_q5_0(const std::byte* block, float* values) {
  const float d = half_at(block, 0);
  const std::uint32_t high = long_at(block, 2);
  for (std::size_t i = 0; i < 32; ++i) {
    const unsigned code = nibble_at(block + 6, i % 16, i / 16) | (high >> i & 1u) << 4;
    values[i] = real(static_cast<int>(code) - 16) * d;
  }
}

// As Q4_0.
void encode_q5_0(const float* values, std::byte* block) {
  const float d = furthest_from_zero({values, 32}) / -16;
  const float inverse = reciprocal(d);
  std::array<std::uint8_t, 32> codes;
  for (std::size_t i = 0; i < 32; ++i)
    codes[i] = static_cast<std::uint8_t>(std::min(truncated(values[i] * inverse + 16.5f), 31));
  put_half(block, 0, d);
  put_fifth_bits(block + 2, codes);
  put_nibbles(block + 6, codes.data(), 16);
}

namespace {

using enum BlockPart;
using enum BlockNumberKind;

constexpr BlockNumber kNumbers[] = {{BlockScale, F16, "d"}, {Code, Unsigned, "q"}};

constexpr BitRun kLayout[] = {
    {.part = BlockScale, .byte = 0, .bits = 16},
    {.part = Code, .byte = 2, .low = 4, .bits = 1, .count = 32, .step = 1},
    {.part = Code, .byte = 6, .bits = 4, .count = 16, .layers = 2},
};

}  // namespace

constinit const BlockAnatomy kAnatomyQ5_0 = {
    .element = "uint5",
    .formula = "x = d (q - 16)",
    .zero = 16,
    .numbers = kNumbers,
    .layout = kLayout,
};

}  // namespace bitloupe
