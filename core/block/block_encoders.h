// One encoder a block type, for those that ggml's reference makes without importance weights. Each reads all
// values of a block, which are finite, and writes every byte of it; the method is described in the file of
// its name. Source: quantize_row_*_ref of ggml-quants.c, portable C in float32 without contraction.
#pragma once

#include <cstddef>

namespace bitloupe {

void encode_q4_0(const float* values, std::byte* block);
void encode_q4_1(const float* values, std::byte* block);
void encode_q5_0(const float* values, std::byte* block);
void encode_q5_1(const float* values, std::byte* block);
void encode_q8_0(const float* values, std::byte* block);
void encode_q2_k(const float* values, std::byte* block);
void encode_q3_k(const float* values, std::byte* block);
void encode_q4_k(const float* values, std::byte* block);
void encode_q5_k(const float* values, std::byte* block);
void encode_q6_k(const float* values, std::byte* block);
void encode_iq4_nl(const float* values, std::byte* block);
void encode_mxfp4(const float* values, std::byte* block);
void encode_nvfp4(const float* values, std::byte* block);

}  // namespace bitloupe
