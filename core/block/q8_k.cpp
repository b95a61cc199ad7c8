// Q8_K, 256 values in 292 bytes, ggml's type for activations:
//     0  d, float32
//     4  256 signed bytes
//   260  16 sums of 16 codes each, int16: what the K-quants multiply their minima with
// value = code d
#include "core/block/block_bytes.h"
#include "core/block/block_decoders.h"

namespace bitloupe {

void decode_q8_k(const std::byte* block, float* values) {
  const float d = std::bit_cast<float>(long_at(block, 0));
  for (std::size_t i = 0; i < 256; ++i) values[i] = d * real(signed_byte_at(block + 4, i));
}

}  // namespace bitloupe
