// Q5_1, 32 values in 24 bytes:
//   0  d, float16
//   2  m, float16
//   4  32 bits, little-endian: bit i is the highest bit of the code of value i
//   8  16 bytes: the low four bits of codes j (low half) and j + 16 (high half)
// value = code d + m
#include "core/block/block_anatomies.h"
#include "core/block/block_bytes.h"
#include "core/block/block_decoders.h"

namespace bitloupe {

void decode_q5_1(const std::byte* block, float* values) {
  const float d = half_at(block, 0), m = half_at(block, 2);
  const std::uint32_t high = long_at(block, 4);
  for (std::size_t i = 0; i < 32; ++i) {
    const unsigned code = nibble_at(block + 8, i % 16, i / 16) | (high >> i & 1u) << 4;
    values[i] = real(code) * d + m;
  }
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
