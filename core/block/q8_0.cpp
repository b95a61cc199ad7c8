// Q8_0, 32 values in 34 bytes:
//   0  d, float16
//   2  32 signed bytes
// value = code d
#include "core/block/block_anatomies.h"
#include "core/block/block_bytes.h"
#include "core/block/block_decoders.h"

namespace bitloupe {

void decode_q8_0(const std::byte* block, float* values) {
  const float d = half_at(block, 0);
  for (std::size_t i = 0; i < 32; ++i) values[i] = real(signed_byte_at(block + 2, i)) * d;
}

namespace {

using enum BlockPart;
using enum BlockNumberKind;

constexpr BlockNumber kNumbers[] = {{BlockScale, F16, "d"}, {Code, Signed, "q"}};

constexpr BitRun kLayout[] = {
    {.part = BlockScale, .byte = 0, .bits = 16},
    {.part = Code, .byte = 2, .count = 32},
};

}  // namespace

constinit const BlockAnatomy kAnatomyQ8_0 = {
    .element = "int8",
    .formula = "x = d q",
    .numbers = kNumbers,
    .layout = kLayout,
};

}  // namespace bitloupe
