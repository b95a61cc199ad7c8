// Q4_0, 32 values in 18 bytes:
//   0  d, float16
//   2  16 bytes: byte j holds the code of value j in its low and that of value j + 16 in its high four bits
// value = (code - 8) d
#include "core/block/block_anatomies.h"
#include "core/block/block_bytes.h"
#include "core/block/block_decoders.h"
#include "core/block/block_encoders.h"
#include "core/block/encode_numbers.h"

namespace bitloupe {

void decode_q4_0(const std::byte* block, float* values) {
  const float d = half_at(block, 0);
  for (std::size_t half = 0; half < 2; ++half)
    for (std::size_t j = 0; j < 16; ++j)
      values[16 * half + j] = real(static_cast<int>(nibble_at(block + 2, j, half)) - 8) * d;
}

// The value furthest from zero gets the code 0, so that its sign decides that of d.
void encode_q4_0(const float* values, std::byte* block) {
  const float d = furthest_from_zero({values, 32}) / -8;
  const float inverse = reciprocal(d);
  std::array<std::uint8_t, 32> codes;
  for (std::size_t i = 0; i < 32; ++i)
    codes[i] = static_cast<std::uint8_t>(std::min(truncated(values[i] * inverse + 8.5f), 15));
  put_half(block, 0, d);
  put_nibbles(block + 2, codes.data(), 16);
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

constinit const BlockAnatomy kAnatomyQ4_0 = {
    .element = "uint4",
    .formula = "x = d (q - 8)",
    .zero = 8,
    .numbers = kNumbers,
    .layout = kLayout,
};

}  // namespace bitloupe
