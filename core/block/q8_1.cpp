// Q8_1, 32 values in 36 bytes, ggml's type for activations:
//   0  d, float16
//   2  d times the sum of the codes, float16: what Q4_1 and Q5_1 multiply their minimum with
//   4  32 signed bytes
// value = code d
#include "core/block/block_anatomies.h"
#include "core/block/block_bytes.h"
#include "core/block/block_decoders.h"

namespace bitloupe {

void decode_q8_1(const std::byte* block, float* values) {
  const float d = half_at(block, 0);
  for (std::size_t i = 0; i < 32; ++i) values[i] = real(signed_byte_at(block + 4, i)) * d;
}

namespace {

using enum BlockPart;
using enum BlockNumberKind;

constexpr BlockNumber kNumbers[] = {{BlockScale, F16, "d"}, {Sum, F16, "sum"}, {Code, Signed, "q"}};

constexpr BitRun kLayout[] = {
    {.part = BlockScale, .byte = 0, .bits = 16},
    {.part = Sum, .byte = 2, .bits = 16},
    {.part = Code, .byte = 4, .count = 32},
};

}  // namespace

constinit const BlockAnatomy kAnatomyQ8_1 = {
    .element = "int8",
    .formula = "x = d q",
    .numbers = kNumbers,
    .layout = kLayout,
};

}  // namespace bitloupe
