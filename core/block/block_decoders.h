// One decoder a block type. Each reads a whole block of any alignment and writes all of its values, in the
// order of the tensor; its bytes are described in the file of that name.
#pragma once

#include <cstddef>

namespace bitloupe {

void decode_q4_0(const std::byte* block, float* values);
void decode_q4_1(const std::byte* block, float* values);
void decode_q5_0(const std::byte* block, float* values);
void decode_q5_1(const std::byte* block, float* values);
void decode_q8_0(const std::byte* block, float* values);
void decode_q8_1(const std::byte* block, float* values);
void decode_q2_k(const std::byte* block, float* values);
void decode_q3_k(const std::byte* block, float* values);
void decode_q4_k(const std::byte* block, float* values);
void decode_q5_k(const std::byte* block, float* values);
void decode_q6_k(const std::byte* block, float* values);
void decode_q8_k(const std::byte* block, float* values);
void decode_iq4_nl(const std::byte* block, float* values);
void decode_mxfp4(const std::byte* block, float* values);
void decode_nvfp4(const std::byte* block, float* values);

}  // namespace bitloupe
