#include "core/format/presets.h"

#include <algorithm>

#include "core/format/level_tables.h"
#include "core/text.h"

namespace bitloupe {
namespace {

constexpr float kTwoLevels[] = {-1, 1}, kThreeLevels[] = {-1, 0, 1};

NumberFormat with_bias(NumberFormat format, int bias) {
  format.bias = bias;
  return format;
}

// Powers of two without a zero, NaN on top.
NumberFormat e8m0_format() {
  NumberFormat format = unsigned_format(float_format(8, 0, Specials::NanTop));
  format.subnormals = format.has_zero = false;
  return format;
}

std::vector<FormatPreset> make_presets() {
  std::vector<FormatPreset> rows = {
      {"int8",
       "INT8",
       "8-bit two's complement, codes -128 to 127: the usual integer of quantized networks.",
       {},
       integer_format(8, true)},
      {"int4",
       "INT4",
       "4-bit two's complement, codes -8 to 7: weights in groups with one scale each.",
       {},
       integer_format(4, true)},
      {"int2",
       "INT2",
       "2-bit two's complement, codes -2 to 1; the narrow range keeps -1, 0 and 1.",
       {},
       integer_format(2, true)},
      {"int3", "INT3", "3-bit two's complement, codes -4 to 3.", {}, integer_format(3, true)},
      {"int5", "INT5", "5-bit two's complement, codes -16 to 15.", {}, integer_format(5, true)},
      {"int6", "INT6", "6-bit two's complement, codes -32 to 31.", {}, integer_format(6, true)},
      {"int7", "INT7", "7-bit two's complement, codes -64 to 63.", {}, integer_format(7, true)},
      {"int16", "INT16", "16-bit two's complement, codes -32768 to 32767.", {}, integer_format(16, true)},
      {"uint8",
       "UINT8",
       "8-bit unsigned, codes 0 to 255: activations with a zero point.",
       {},
       integer_format(8, false)},
      {"uint4",
       "UINT4",
       "4-bit unsigned, codes 0 to 15: weights with a zero point.",
       {},
       integer_format(4, false)},
      {"uint1", "UINT1", "1-bit unsigned, codes 0 and 1.", {}, integer_format(1, false)},
      {"uint2", "UINT2", "2-bit unsigned, codes 0 to 3.", {}, integer_format(2, false)},
      {"uint3", "UINT3", "3-bit unsigned, codes 0 to 7.", {}, integer_format(3, false)},
      {"uint5", "UINT5", "5-bit unsigned, codes 0 to 31.", {}, integer_format(5, false)},
      {"uint6", "UINT6", "6-bit unsigned, codes 0 to 63.", {}, integer_format(6, false)},
      {"uint7", "UINT7", "7-bit unsigned, codes 0 to 127.", {}, integer_format(7, false)},
      {"uint16", "UINT16", "16-bit unsigned, codes 0 to 65535.", {}, integer_format(16, false)},
      {"sm8",
       "SM8",
       "8-bit sign-magnitude, values -127 to 127 with two codes for zero.",
       {},
       sign_magnitude_format(8)},
      {"sm4",
       "SM4",
       "4-bit sign-magnitude, values -7 to 7 with two codes for zero: the same grid as E1M2.",
       {},
       sign_magnitude_format(4)},
      {"fixed:Q7.8",
       "Q7.8",
       "16-bit fixed point, value = q * 2^-8: -128 to 127.996 in steps of 1/256.",
       {},
       fixed_format(7, 8)},
      {"fixed:Q3.4",
       "Q3.4",
       "8-bit fixed point, value = q * 2^-4: -8 to 7.9375 in steps of 1/16.",
       {},
       fixed_format(3, 4)},
      {"mxint8",
       "MXINT8",
       "The 8-bit integer of OCP MX, value = q * 2^-6: -2 to 1.984 in steps of 1/64 (fixed point Q1.6); the "
       "narrow code range leaves -2 out.",
       {},
       fixed_format(1, 6)},
      {"e4m3fn",
       "E4M3FN (FP8)",
       "8-bit float of the OCP OFP8 specification: sign, 4 exponent bits (bias 7), 3 mantissa bits, up to "
       "448; "
       "NaN at all ones, no infinity.",
       {"float8_e4m3fn"},
       float_format(4, 3, Specials::Fn)},
      {"e5m2",
       "E5M2 (FP8)",
       "8-bit float of the OCP OFP8 specification: sign, 5 exponent bits (bias 15), 2 mantissa bits, up to "
       "57344; infinities and NaN as in IEEE 754.",
       {"float8_e5m2"},
       float_format(5, 2, Specials::Ieee)},
      {"e2m1",
       "E2M1 (FP4)",
       "4-bit float of OCP MX and NVFP4: 0, 0.5, 1, 1.5, 2, 3, 4, 6 with either sign; no infinity, no NaN.",
       {"float4_e2m1fn"},
       float_format(2, 1, Specials::Finite)},
      {"fp16",
       "FP16",
       "IEEE 754 binary16: 5 exponent bits (bias 15), 10 mantissa bits, up to 65504.",
       {"float16", "binary16"},
       float_format(5, 10, Specials::Ieee)},
      {"bf16",
       "BF16",
       "bfloat16, the upper half of FP32: 8 exponent bits (bias 127), 7 mantissa bits.",
       {"bfloat16"},
       float_format(8, 7, Specials::Ieee)},
      {"fp32",
       "FP32",
       "IEEE 754 binary32: 8 exponent bits (bias 127), 23 mantissa bits; nothing is lost.",
       {"float32", "binary32"},
       float_format(8, 23, Specials::Ieee)},
      {"tf32",
       "TF32",
       "NVIDIA's 19-bit float of tensor cores: the range of FP32 (8 exponent bits, bias 127) with the 10 "
       "mantissa bits of FP16.",
       {},
       float_format(8, 10, Specials::Ieee)},
      {"e4m3_ieee",
       "E4M3 (IEEE)",
       "8-bit float with infinities and NaN in the top exponent as in IEEE 754, up to 240. Not the E4M3 of "
       "hardware: that one is E4M3FN, up to 448.",
       {"float8_e4m3"},
       float_format(4, 3, Specials::Ieee)},
      {"e3m4",
       "E3M4",
       "8-bit float with 3 exponent bits (bias 3) and 4 mantissa bits, up to 15.5; infinities and NaN as in "
       "IEEE 754.",
       {"float8_e3m4"},
       float_format(3, 4, Specials::Ieee)},
      {"e4m3fnuz",
       "E4M3FNUZ",
       "E4M3 of AMD and Graphcore: bias 8, up to 240, one NaN at the code of negative zero, no infinity.",
       {"float8_e4m3fnuz"},
       float_format(4, 3, Specials::Fnuz)},
      {"e5m2fnuz",
       "E5M2FNUZ",
       "E5M2 of AMD and Graphcore: bias 16, up to 57344, one NaN at the code of negative zero, no infinity.",
       {"float8_e5m2fnuz"},
       float_format(5, 2, Specials::Fnuz)},
      {"e4m3b11fnuz",
       "E4M3B11FNUZ",
       "E4M3 with bias 11, for small numbers: up to 30, steps down to 2^-13; one NaN at the code of negative "
       "zero.",
       {"float8_e4m3b11fnuz"},
       with_bias(float_format(4, 3, Specials::Fnuz), 11)},
      {"e2m3",
       "E2M3 (FP6)",
       "6-bit float of OCP MX: 2 exponent bits (bias 1), 3 mantissa bits, up to 7.5; every code is a number.",
       {"float6_e2m3fn"},
       float_format(2, 3, Specials::Finite)},
      {"e3m2",
       "E3M2 (FP6)",
       "6-bit float of OCP MX: 3 exponent bits (bias 3), 2 mantissa bits, up to 28; every code is a number.",
       {"float6_e3m2fn"},
       float_format(3, 2, Specials::Finite)},
      {"e1m2",
       "E1M2 (FP4)",
       "4-bit float with bias 0: 0 to 3.5 in even steps of 0.5, the same grid as 4-bit sign-magnitude.",
       {"float4_e1m2_bias0"},
       float_format(1, 2, Specials::Finite)},
      {"e1m2_bias1",
       "E1M2, bias 1",
       "4-bit float with bias 1: 0 to 1.75 in even steps of 0.25.",
       {"float4_e1m2_bias1"},
       with_bias(float_format(1, 2, Specials::Finite), 1)},
      {"e3m0",
       "E3M0 (FP4)",
       "4-bit float without mantissa, bias 3: zero and the powers of two from 0.25 to 16.",
       {"float4_e3m0_bias3"},
       float_format(3, 0, Specials::Finite)},
      {"e3m0_bias4",
       "E3M0, bias 4",
       "4-bit float without mantissa, bias 4: zero and the powers of two from 0.125 to 8.",
       {"float4_e3m0_bias4"},
       with_bias(float_format(3, 0, Specials::Finite), 4)},
      {"e8m0",
       "E8M0",
       "The scale of OCP MX blocks: the powers of two from 2^-127 to 2^127, without sign and zero; NaN at "
       "all "
       "ones.",
       {"float8_e8m0fnu", "e8m0fnu"},
       e8m0_format()},
      {"ue4m3",
       "UE4M3",
       "The block scale of NVFP4: E4M3FN without its sign, 0 to 448, NaN at all ones.",
       {},
       unsigned_format(float_format(4, 3, Specials::Fn))},
      {"p3109_k8p3se",
       "P3109 k8p3",
       "IEEE P3109, 8 bits, precision 3, signed with infinities: like E5M2 with bias 16, one NaN and one "
       "zero, "
       "up to 49152.",
       {},
       p3109_format(8, 3, true, true)},
      {"p3109_k8p4se",
       "P3109 k8p4",
       "IEEE P3109, 8 bits, precision 4, signed with infinities: like E4M3 with bias 8, one NaN and one "
       "zero, "
       "up to 224. Any p3109_kBITSpPRECISION, then s or u and e or f, is known.",
       {},
       p3109_format(8, 4, true, true)},
      {"p3109_k8p5se",
       "P3109 k8p5",
       "IEEE P3109, 8 bits, precision 5, signed with infinities: like E3M4 with bias 4, one NaN and one "
       "zero, "
       "up to 15.",
       {},
       p3109_format(8, 5, true, true)},
      {"pow2:4",
       "POW2 (4 bits)",
       "Sign and powers of two: 0 and 2^-6 to 1, so that a product is a shift; pow2:2 to pow2:8 are known.",
       {},
       pow2_format(4)},
      {"nf4",
       "NF4",
       "NormalFloat of QLoRA: 16 quantiles of the normal distribution from -1 to 1 with an exact zero; "
       "blocks "
       "of 64 share a scale.",
       {"bnb_nf4"},
       table_format(nf4_levels())},
      {"bnb_fp4",
       "FP4 (bitsandbytes)",
       "bitsandbytes' own table, not E2M1: 0, 0.0052, 0.167, 0.25, 0.333, 0.5, 0.667 and 1 with either sign.",
       {},
       table_format(bnb_fp4_levels())},
      {"af4",
       "AF4",
       "AbnormalFloat: 16 levels that err least on normally distributed blocks of 64, in bitsandbytes' "
       "order.",
       {},
       table_format(af4_levels())},
      {"binary",
       "Binary",
       "One bit: -a or a by the sign, a = mean |x| of the tensor or scale group; 0 counts as positive.",
       {},
       table_format(kTwoLevels, Fit::MeanMagnitude)},
      {"ternary",
       "Ternary",
       "-a, 0 or a: the threshold of least squared error, a = the mean magnitude above it, of the "
       "tensor or scale group; stored in 2 bits.",
       {},
       table_format(kThreeLevels, Fit::LeastError)},
      {"ternary:twn",
       "Ternary (TWN)",
       "-a, 0 or a by the rule of ternary weight networks: threshold 0.7 * mean |x|, a = the mean magnitude "
       "above it.",
       {},
       table_format(kThreeLevels, Fit::MeanThreshold)},
      {"iq4_nl",
       "IQ4_NL",
       "The table of ggml's IQ4_NL: 16 integers from -127 to 113, denser near zero, none of them zero.",
       {},
       table_format(iq4_nl_levels())},
  };
  return rows;
}

}  // namespace

std::span<const FormatPreset> format_presets() {
  static const std::vector<FormatPreset> presets = make_presets();
  return presets;
}

const FormatPreset* find_preset(std::string_view lower) {
  for (const FormatPreset& preset : format_presets()) {
    if (lower_case(preset.key) == lower) return &preset;
    if (std::find(preset.aliases.begin(), preset.aliases.end(), lower) != preset.aliases.end())
      return &preset;
  }
  return nullptr;
}

const FormatPreset* find_preset(const NumberFormat& format) {
  for (const FormatPreset& preset : format_presets())
    if (preset.format == format) return &preset;
  return nullptr;
}

}  // namespace bitloupe
