// Q8_0, 32 values in 34 bytes:
//   0  d, float16
//   2  32 signed bytes
// value = code d
#include "core/block/block_anatomies.h"
#include "core/block/block_bytes.h"
#include "core/block/block_decoders.h"
#include "core/block/block_encoders.h"
#include "core/block/encode_numbers.h"

namespace bitloupe {

void decode_q8_0(const std::byte* block, float* values) {
  const float d = half_at(block, 0);
  for (std::size_t i = 0; i < 32; ++i) values[i] = real(signed_byte_at(block + 2, i)) * d;
}

// The only type whose ties go away from zero.
void encode_q8_0(const float* values, std::byte* block) {
  const float d = largest_magnitude({values, 32}) / 127;
  const float inverse = reciprocal(d);
  put_half(block, 0, d);
  for (std::size_t i = 0; i < 32; ++i) {
    const int code = nearest_away(values[i] * inverse);
    put_byte(block + 2, i, static_cast<unsigned>(code));
  }
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
