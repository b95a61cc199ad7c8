// Random quantizers and values that are unkind to them: ties, their neighbours, zeros, subnormals, specials.
#pragma once

#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>
#include <vector>

#include "core/format/presets.h"
#include "core/quant/quantizer.h"

namespace bitloupe::test {

struct RandomCase {
  Quantizer quantizer{QuantSpec{}};
  GroupScale scale;
};

inline RandomCase random_quantizer(std::mt19937& random, bool wide) {
  constexpr const char* kFormats[] = {"int2",
                                      "int4",
                                      "int8",
                                      "uint1",
                                      "uint4",
                                      "uint8",
                                      "sm4",
                                      "sm8",
                                      "fixed:Q3.4",
                                      "e4m3fn",
                                      "e5m2",
                                      "e2m1",
                                      "float:E4M3:bias=8:specials=fnuz",
                                      "float:E3M0",
                                      "float:E3M2:bias=4:specials=fn",
                                      "float:E2M3:subnormals=no",
                                      "e8m0",
                                      "ue4m3",
                                      "p3109_k8p4se",
                                      "p3109_k6p3sf",
                                      "p3109_k6p3ue",
                                      "pow2:4",
                                      "pow2:7",
                                      "pow2:8",
                                      "mxint8",
                                      "nf4",
                                      "bnb_fp4",
                                      "af4",
                                      "iq4_nl"};
  constexpr const char* kWide[] = {"int12", "int16", "fp16", "bf16", "fixed:Q7.8"};
  QuantSpec spec;
  const char* name = wide ? kWide[random() % std::size(kWide)] : kFormats[random() % std::size(kFormats)];
  const auto format = parse_format(name);
  if (!format) throw std::runtime_error(format.error().message);
  spec.format = *format;
  constexpr Rounding kRoundings[] = {Rounding::NearestEven, Rounding::NearestAway, Rounding::TowardZero,
                                     Rounding::Down, Rounding::Up};
  constexpr Divide kDivides[] = {Divide::F32, Divide::Exact, Divide::Reciprocal};
  spec.rounding = kRoundings[random() % 5];
  if (has_only_powers(spec.format) && random() % 4 == 0) spec.rounding = Rounding::NearestExponent;
  spec.divide = kDivides[random() % 3];
  if (random() % 5 == 0 && (has_inf(spec.format) || nan_code(spec.format))) spec.overflow = Overflow::Special;
  if (random() % 2) spec.code_range = random() % 2 ? CodeRange::Narrow : CodeRange::Full;
  if (spec.format.family == Family::Integer && random() % 2) spec.scheme = Scheme::Affine;
  const QuantSpec clean = canonical(spec);
  RandomCase result{Quantizer(clean), {}};
  const int exponent =
      random() % 8 == 0 ? static_cast<int>(random() % 250) - 125 : static_cast<int>(random() % 20) - 12;
  result.scale.scale =
      static_cast<float>(std::ldexp(1 + static_cast<double>(random() % 1000003) / 1000003, exponent));
  if (random() % 4 == 0) result.scale.scale = static_cast<float>(std::ldexp(1.0, exponent));
  // Codes made with a scale that was rounded afterwards, to a half's precision or to nothing.
  if (random() % 6 == 0) result.scale.unrounded = result.scale.scale * (random() % 2 ? 1.0003f : 0.9996f);
  if (random() % 40 == 0) result.scale.scale = 0;
  if (spec.format.family == Family::Integer) {
    const double low = result.quantizer.grid_min, high = result.quantizer.grid_max;
    if (clean.scheme == Scheme::Affine || !spec.format.is_signed)
      result.scale.zero_point =
          static_cast<std::int32_t>(low + static_cast<double>(random() % 1000) / 999 * (high - low));
  }
  return result;
}

inline std::vector<float> unkind_values(std::mt19937& random, const RandomCase& on, std::size_t count) {
  constexpr float kMax = std::numeric_limits<float>::max(), kInf = std::numeric_limits<float>::infinity();
  const float specials[] = {
      0.0f,      -0.0f,      kMax,     -kMax, kInf, -kInf, std::numeric_limits<float>::quiet_NaN(),
      0x1p-149f, -0x1p-149f, 0x1p-126f};
  const double reach = std::fmax(std::fabs(on.quantizer.grid_min), std::fabs(on.quantizer.grid_max));
  const double scale = static_cast<double>(on.scale.scale);
  std::vector<float> values(count);
  for (float& x : values) {
    const double uniform = static_cast<double>(random()) / 4294967296.0 * 2 - 1;
    switch (random() % 8) {
      case 0:
        x = specials[random() % std::size(specials)];
        break;
      case 1:
      case 2: {  // near a half or a whole step of an integer grid, or of a small float's
        const double step =
            on.quantizer.integer ? on.quantizer.step : std::ldexp(1.0, static_cast<int>(random() % 8) - 6);
        x = static_cast<float>(std::round(uniform * 40) / 2 * step * scale);
        if (random() % 2) x = std::nextafter(x, random() % 2 ? kInf : -kInf);
        break;
      }
      case 3:
        x = static_cast<float>(uniform * uniform * uniform * reach * scale);
        break;
      default:
        x = static_cast<float>(uniform * 1.3 * reach * scale);
    }
  }
  return values;
}

}  // namespace bitloupe::test
