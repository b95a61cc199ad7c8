#include "core/block/block_type.h"

#include <algorithm>
#include <array>

#include "core/block/block_anatomies.h"
#include "core/block/block_bytes.h"
#include "core/block/block_decoders.h"
#include "core/block/block_encoders.h"
#include "core/block/encode_numbers.h"

namespace bitloupe {

namespace {

using enum BlockStatus;
using enum BlockScaleKind;

constexpr std::array kTypes = std::to_array<BlockType>({
    {"F32", 0, 1, 4, Plain},
    {"F16", 1, 1, 2, Plain},
    {"Q4_0", 2, 32, 18, Decoded, decode_q4_0, encode_any<32, encode_q4_0>, {F16, 0, 1}, &kAnatomyQ4_0},
    {"Q4_1", 3, 32, 20, Decoded, decode_q4_1, encode_any<32, encode_q4_1>, {F16, 0, 2}, &kAnatomyQ4_1},
    {"Q4_2", 4, 0, 0, Removed},
    {"Q4_3", 5, 0, 0, Removed},
    {"Q5_0", 6, 32, 22, Decoded, decode_q5_0, encode_any<32, encode_q5_0>, {F16, 0, 1}, &kAnatomyQ5_0},
    {"Q5_1", 7, 32, 24, Decoded, decode_q5_1, encode_any<32, encode_q5_1>, {F16, 0, 2}, &kAnatomyQ5_1},
    {"Q8_0", 8, 32, 34, Decoded, decode_q8_0, encode_any<32, encode_q8_0>, {F16, 0, 1}, &kAnatomyQ8_0},
    {"Q8_1", 9, 32, 36, Decoded, decode_q8_1, nullptr, {F16, 0, 1}, &kAnatomyQ8_1},
    {"Q2_K", 10, 256, 84, Decoded, decode_q2_k, encode_any<256, encode_q2_k>, {F16, 80, 2}, &kAnatomyQ2_K},
    {"Q3_K", 11, 256, 110, Decoded, decode_q3_k, encode_any<256, encode_q3_k>, {F16, 108, 1}, &kAnatomyQ3_K},
    {"Q4_K", 12, 256, 144, Decoded, decode_q4_k, encode_any<256, encode_q4_k>, {F16, 0, 2}, &kAnatomyQ4_K},
    {"Q5_K", 13, 256, 176, Decoded, decode_q5_k, encode_any<256, encode_q5_k>, {F16, 0, 2}, &kAnatomyQ5_K},
    {"Q6_K", 14, 256, 210, Decoded, decode_q6_k, encode_any<256, encode_q6_k>, {F16, 208, 1}, &kAnatomyQ6_K},
    {"Q8_K", 15, 256, 292, Decoded, decode_q8_k, nullptr, {F32, 0, 1}, &kAnatomyQ8_K},
    {"IQ2_XXS", 16, 256, 66, NotDecoded},
    {"IQ2_XS", 17, 256, 74, NotDecoded},
    {"IQ3_XXS", 18, 256, 98, NotDecoded},
    {"IQ1_S", 19, 256, 50, NotDecoded},
    {"IQ4_NL",
     20,
     32,
     18,
     Decoded,
     decode_iq4_nl,
     encode_any<32, encode_iq4_nl>,
     {F16, 0, 1},
     &kAnatomyIQ4_NL},
    {"IQ3_S", 21, 256, 110, NotDecoded},
    {"IQ2_S", 22, 256, 82, NotDecoded},
    {"IQ4_XS", 23, 256, 136, NotDecoded},
    {"I8", 24, 1, 1, Plain},
    {"I16", 25, 1, 2, Plain},
    {"I32", 26, 1, 4, Plain},
    {"I64", 27, 1, 8, Plain},
    {"F64", 28, 1, 8, Plain},
    {"IQ1_M", 29, 256, 56, NotDecoded},
    {"BF16", 30, 1, 2, Plain},
    {"Q4_0_4_4", 31, 0, 0, Removed},
    {"Q4_0_4_8", 32, 0, 0, Removed},
    {"Q4_0_8_8", 33, 0, 0, Removed},
    {"TQ1_0", 34, 256, 54, NotDecoded},
    {"TQ2_0", 35, 256, 66, NotDecoded},
    {"IQ4_NL_4_4", 36, 0, 0, Removed},
    {"IQ4_NL_4_8", 37, 0, 0, Removed},
    {"IQ4_NL_8_8", 38, 0, 0, Removed},
    {"MXFP4", 39, 32, 17, Decoded, decode_mxfp4, encode_any<32, encode_mxfp4>, {E8M0, 0, 1}, &kAnatomyMXFP4},
    {"NVFP4", 40, 64, 36, Decoded, decode_nvfp4, encode_any<64, encode_nvfp4>, {UE4M3, 0, 4}, &kAnatomyNVFP4},
    {"Q1_0", 41, 128, 18, NotDecoded},
    {"Q2_0", 42, 64, 18, NotDecoded},
});

// find_block_type() indexes the table with the id.
constexpr bool rows_follow_the_ids() {
  for (std::size_t i = 0; i < kTypes.size(); ++i)
    if (kTypes[i].ggml_id != i) return false;
  return true;
}
static_assert(rows_follow_the_ids());

// Of a float whose largest exponent stands for infinity and NaN and whose smallest for subnormals.
template <class Bits>
OddScales judge(Bits bits, int mantissa_bits) {
  const Bits sign = static_cast<Bits>(Bits{1} << (8 * sizeof(Bits) - 1));
  const Bits magnitude = static_cast<Bits>(bits & ~sign);
  const Bits smallest_normal = static_cast<Bits>(Bits{1} << mantissa_bits);
  const Bits infinity = static_cast<Bits>((sign - 1u) >> mantissa_bits << mantissa_bits);
  return {magnitude >= infinity, magnitude != 0 && magnitude < smallest_normal};
}

OddScales judge_scale(BlockScaleKind kind, const std::byte* block, std::size_t at, std::size_t number) {
  switch (kind) {
    case F16:
      return judge(word_at(block, at + 2 * number), 10);
    case F32:
      return judge(long_at(block, at + 4 * number), 23);
    case E8M0:
      return {byte_at(block, at + number) == 255, 0};
    case UE4M3:  // small scales are subnormal by design
      return {(byte_at(block, at + number) & 127u) == 127, 0};
    case None:
      break;
  }
  return {};
}

}  // namespace

std::span<const BlockType> block_types() { return kTypes; }

const BlockType* find_block_type(std::uint32_t ggml_id) {
  return ggml_id < kTypes.size() ? &kTypes[ggml_id] : nullptr;
}

const BlockType* find_block_type(std::string_view name) {
  const auto found =
      std::find_if(kTypes.begin(), kTypes.end(), [&](const BlockType& type) { return type.name == name; });
  return found == kTypes.end() ? nullptr : &*found;
}

OddScales odd_scales(const BlockType& type, const std::byte* block) {
  OddScales total;
  for (std::size_t i = 0; i < type.scales.count; ++i) {
    const OddScales one = judge_scale(type.scales.kind, block, type.scales.offset, i);
    total.not_finite += one.not_finite;
    total.subnormal += one.subnormal;
  }
  return total;
}

}  // namespace bitloupe
