// Q8_K, 256 values in 292 bytes, ggml's type for activations:
//     0  d, float32
//     4  256 signed bytes
//   260  16 sums of 16 codes each, int16: what the K-quants multiply their minima with
// value = code d
#include "core/block/block_anatomies.h"
#include "core/block/block_bytes.h"
#include "core/block/block_decoders.h"

namespace bitloupe {

void decode_q8_k(const std::byte* block, float* values) {
  const float d = std::bit_cast<float>(long_at(block, 0));
  for (std::size_t i = 0; i < 256; ++i) values[i] = d * real(signed_byte_at(block + 4, i));
}

namespace {

using enum BlockPart;
using enum BlockNumberKind;

constexpr BlockNumber kNumbers[] = {{BlockScale, F32, "d"}, {Code, Signed, "q"}, {Sum, Signed, "sum"}};

constexpr BitRun kLayout[] = {
    {.part = BlockScale, .byte = 0, .bits = 32},
    {.part = Code, .byte = 4, .count = 256},
    {.part = Sum, .byte = 260, .bits = 16, .count = 16, .step = 16},
};

}  // namespace

constinit const BlockAnatomy kAnatomyQ8_K = {
    .element = "int8",
    .formula = "x = d q",
    .group_values = 256,
    .numbers = kNumbers,
    .layout = kLayout,
};

}  // namespace bitloupe
