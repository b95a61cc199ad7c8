#include "core/quant/scales.h"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <vector>

#include "core/format/codec.h"
#include "core/quant/dialect.h"
#include "core/quant/quantizer.h"

using namespace bitloupe;

namespace {

struct Made {
  GroupScale scale;
  std::uint64_t floored = 0, saturated = 0;
};

Made make(QuantSpec spec, float lo, float hi) {
  Made made;
  made.scale = make_scale(canonical(spec), {lo, hi}, made.floored, made.saturated);
  return made;
}

QuantSpec spec_of(NumberFormat format, std::optional<Scheme> scheme = {}) {
  QuantSpec spec;
  spec.format = format;
  spec.scheme = scheme;
  return spec;
}

float pow2_scale(NumberFormat format, ScaleRule rule, float amax) {
  QuantSpec spec = spec_of(format);
  spec.scale_type = ScaleType::Pow2;
  spec.scale_rule = rule;
  return make(spec, -amax, amax).scale.scale;
}

const NumberFormat kE2M1 = float_format(2, 1, Specials::Finite);

}  // namespace

TEST_CASE("symmetric scales: qmax, half-range, max-side") {
  QuantSpec spec = spec_of(integer_format(4, true));
  CHECK(make(spec, -0.21f, 0.14f).scale.scale == static_cast<float>(static_cast<double>(0.21f) / 7));
  spec.code_range = CodeRange::Full;
  spec.symmetric_scale = SymmetricScale::HalfRange;
  CHECK(make(spec, -3, 2).scale.scale == 3 / 7.5f);
  spec.symmetric_scale = SymmetricScale::MaxSide;
  CHECK(make(spec, -8, 6).scale.scale == 1);
  CHECK(make(spec, -8, 7.5f).scale.scale == 7.5f / 7);
}

TEST_CASE("symmetric unsigned: z in the middle, or given by hand for one-sided data") {
  QuantSpec spec = spec_of(integer_format(8, false), Scheme::Symmetric);
  CHECK(make(spec, -1, 1).scale == GroupScale{1 / 127.0f, 128});
  spec.zero_point = 0;
  CHECK(make(spec, 0, 1).scale == GroupScale{1 / 255.0f, 0});
}

TEST_CASE("V15 one bit, symmetric: codes 0 and 1 stand for 0 and amax") {
  const GroupScale scale = make(spec_of(integer_format(1, false), Scheme::Symmetric), -2, 2).scale;
  CHECK(scale.zero_point == 0);
  CHECK(scale.scale == 2);
}

TEST_CASE("affine: s = (hi - lo) / (qmax - qmin), z = round(qmin - lo / s), the range holds 0") {
  const GroupScale scale = make(spec_of(integer_format(8, true), Scheme::Affine), -1, 3).scale;
  CHECK(scale.scale == static_cast<float>(4.0 / 255));
  CHECK(scale.zero_point == -64);  // the common formula round((qmin - lo) / s) would give -8096
  CHECK(make(spec_of(integer_format(8, false)), 2, 4).scale == GroupScale{static_cast<float>(4.0 / 255), 0});
  QuantSpec without = spec_of(integer_format(8, false));
  without.include_zero = false;
  CHECK(make(without, 2, 4).scale.scale == static_cast<float>(2.0 / 255));
}

TEST_CASE("zero point rules differ at ties only") {
  QuantSpec spec = spec_of(integer_format(4, true), Scheme::Affine);  // s = 15 / 15 = 1, lo = -2.5
  CHECK(make(spec, -2.5f, 12.5f).scale.zero_point == -6);             // round(-8 + 2.5) = round(-5.5)
  spec.zero_point_rule = ZeroPointRule::DifferenceOfRound;
  CHECK(make(spec, -2.5f, 12.5f).scale.zero_point == -6);  // -8 - round(-2.5) = -8 + 2
  CHECK(make(spec, -3.5f, 11.5f).scale.zero_point == -4);  // -8 - round(-3.5) = -8 + 4
  spec.zero_point_rule = ZeroPointRule::RoundDifference;
  CHECK(make(spec, -3.5f, 11.5f).scale.zero_point == -4);  // round(-4.5) = -4
}

TEST_CASE("floats divide by the largest grid value") {
  CHECK(make(spec_of(kE2M1), -3, 1).scale.scale == 0.5f);
  CHECK(make(spec_of(float_format(4, 3, Specials::Fn)), -448, 448).scale.scale == 1);
}

TEST_CASE("power-of-two rules: the worked rows of block maxima 7.0 and 6.5 (E2M1)") {
  CHECK(pow2_scale(kE2M1, ScaleRule::Floor, 7) == 1);
  CHECK(pow2_scale(kE2M1, ScaleRule::RCeil, 7) == 2);
  CHECK(pow2_scale(kE2M1, ScaleRule::Ceil, 7) == 2);
  CHECK(pow2_scale(kE2M1, ScaleRule::Even, 7) == 2);
  CHECK(pow2_scale(kE2M1, ScaleRule::Nearest, 7) == 1);
  CHECK(pow2_scale(kE2M1, ScaleRule::Floor, 6.5f) == 1);
  CHECK(pow2_scale(kE2M1, ScaleRule::Even, 6.5f) == 1);
  CHECK(pow2_scale(kE2M1, ScaleRule::Nearest, 6.5f) == 1);
  CHECK(pow2_scale(kE2M1, ScaleRule::RCeil, 6.5f) == 2);
  CHECK(pow2_scale(kE2M1, ScaleRule::Ceil, 6.5f) == 2);
}

TEST_CASE("power-of-two rules are exact one ulp around their thresholds") {
  for (int k = -20; k <= 20; ++k) {
    const float power = std::ldexp(1.0f, k);
    const float below = std::nextafter(power, 0.0f), above = std::nextafter(power, 2 * power);
    CHECK(pow2_scale(kE2M1, ScaleRule::Floor, below) == power / 8);
    CHECK(pow2_scale(kE2M1, ScaleRule::Floor, power) == power / 4);
    CHECK(pow2_scale(kE2M1, ScaleRule::Ceil, power) == power / 4);
    CHECK(pow2_scale(kE2M1, ScaleRule::Ceil, above) == power / 2);
    CHECK(pow2_scale(kE2M1, ScaleRule::RCeil, 6 * power) == power);
    CHECK(pow2_scale(kE2M1, ScaleRule::RCeil, std::nextafter(6 * power, 8 * power)) == 2 * power);
    CHECK(pow2_scale(kE2M1, ScaleRule::Even, 7 * power) == 2 * power);  // carries from significand 1.75
    CHECK(pow2_scale(kE2M1, ScaleRule::Even, std::nextafter(7 * power, 0.0f)) == power);
    const float root = 6 * power * std::sqrt(2.0f);  // log2(amax / 6) = k + 1/2
    CHECK(pow2_scale(kE2M1, ScaleRule::Nearest, root * 0.999999f) == power);
    CHECK(pow2_scale(kE2M1, ScaleRule::Nearest, root * 1.000001f) == 2 * power);
  }
}

TEST_CASE("scale types round to nearest even and are floored and saturated") {
  CHECK(round_to_scale_type(0.1, ScaleType::BF16) == 0x1.9ap-4f);
  CHECK(round_to_scale_type(0.1, ScaleType::F16) == 0x1.998p-4f);
  QuantSpec spec = spec_of(integer_format(8, true));
  spec.scale_type = ScaleType::F16;
  const Made small = make(spec, -1e-9f, 1e-9f), large = make(spec, -1e9f, 1e9f);
  CHECK(small.scale.scale == 0x1p-14f);
  CHECK(small.floored == 1);
  CHECK(large.scale.scale == 65504);
  CHECK(large.saturated == 1);
}

TEST_CASE(
    "scales of 8 bits: E8M0 holds powers of two, E4M3 goes down to its smallest subnormal and up to 448") {
  QuantSpec spec = spec_of(float_format(2, 1, Specials::Finite));
  spec.scale_type = ScaleType::E8M0;
  CHECK(make(spec, -7, 7).scale.scale == 1);
  spec.scale_rule = ScaleRule::RCeil;
  CHECK(make(spec, -7, 7).scale.scale == 2);
  CHECK(make(spec, -1e-40f, 1e-40f).scale.scale == 0x1p-127f);
  CHECK(make(spec, -1e-40f, 1e-40f).floored == 1);
  spec.zero_group = ZeroGroup::Smallest;
  CHECK(make(spec, 0, 0).scale.scale == 0x1p-127f);

  spec.scale_type = ScaleType::E4M3;
  CHECK(make(spec, -6, 6).scale.scale == 1);
  CHECK(make(spec, -6 * 1.0625f, 6 * 1.0625f).scale.scale == 1);      // a tie goes to the even code
  CHECK(make(spec, -6 * 1.1875f, 6 * 1.1875f).scale.scale == 1.25f);  // 1.125 has the odd one
  CHECK(make(spec, -6 * 0x1p-9f, 6 * 0x1p-9f).scale.scale == 0x1p-9f);
  CHECK(make(spec, -6 * 0x1p-9f, 6 * 0x1p-9f).floored == 0);
  CHECK(make(spec, -6 * 0x1p-10f, 6 * 0x1p-10f).scale.scale == 0x1p-9f);
  CHECK(make(spec, -6 * 0x1p-10f, 6 * 0x1p-10f).floored == 1);
  CHECK(make(spec, -6 * 464.0f, 6 * 464.0f).saturated == 0);  // rounds to 448, the tie's even code
  CHECK(make(spec, -6 * 465.0f, 6 * 465.0f).scale.scale == 448);
  CHECK(make(spec, -6 * 465.0f, 6 * 465.0f).saturated == 1);
}

TEST_CASE("V07 V08 V09 all-zero groups, denormals, and ranges beyond FLT_MAX") {
  QuantSpec spec = spec_of(integer_format(8, true));
  const Made zero = make(spec, 0, 0);
  CHECK(zero.scale == GroupScale{1, 0});
  CHECK(zero.floored == 0);
  const Made denormal = make(spec, 0, 0x1p-149f);
  CHECK(denormal.scale.scale == 0x1p-126f);
  CHECK(denormal.floored == 1);
  const Made wide = make(spec_of(integer_format(8, true), Scheme::Affine), -3e38f, 3e38f);
  CHECK(std::isfinite(wide.scale.scale));
  CHECK(wide.saturated == 0);
  apply(*find_dialect("torch"), spec);
  CHECK(make(spec, 0, 0).scale.scale == 0x1p-23f);
}

TEST_CASE("a group of zeros and a scale too small: what each rule makes of them") {
  QuantSpec spec = spec_of(integer_format(8, true));
  spec.scale_type = ScaleType::F16;
  spec.zero_group = ZeroGroup::Smallest;
  CHECK(make(spec, 0, 0).scale.scale == 0x1p-14f);
  spec.zero_group = ZeroGroup::Zero;
  CHECK(make(spec, 0, 0).scale == GroupScale{0, 0});
  const float tiny = 127 * 0x1p-20f;
  CHECK(make(spec, -tiny, tiny).scale.scale == 0x1p-14f);
  spec.scale_floor = ScaleFloor::None;
  const Made subnormal = make(spec, -tiny, tiny);
  CHECK(subnormal.scale.scale == 0x1p-20f);
  CHECK(subnormal.floored == 0);
  CHECK(make(spec, -0x1p-30f, 0x1p-30f).scale.scale == 0);
  spec.scale_type = ScaleType::Pow2;
  CHECK(make(spec, 0, 0x1p-149f).scale.scale == 0x1p-127f);
}

TEST_CASE("codes are made with the scale before it is rounded where a dialect does so") {
  QuantSpec spec = spec_of(integer_format(8, true));
  spec.scale_type = ScaleType::F16;
  spec.code_scale = CodeScale::Unrounded;
  const float amax = 1.0f;
  const GroupScale scale = make(spec, -amax, amax).scale;
  CHECK(scale.scale == 0x1.02p-7f);  // 1/127 as float16
  CHECK(scale.unrounded == 1.0f / 127);
  CHECK(scale.divisor() == scale.unrounded);
  const Quantizer quantizer(canonical(spec));
  const float x =
      63.5f * scale.unrounded * 0.99999f;  // below the tie by the one scale, above it by the other
  CHECK(code_integer(quantizer.format, quantize_value(quantizer, scale, x, 0).code) == 63);
  CHECK(quantize_value(quantizer, scale, x, 0).dequantized == 63 * scale.scale);
  CHECK(code_integer(quantizer.format, quantize_value(quantizer, {scale.scale, 0}, x, 0).code) == 64);
  // In float32 nothing is rounded away.
  spec.scale_type = ScaleType::F32;
  CHECK(make(spec, -amax, amax).scale.unrounded == 0);
  // A subnormal scale has no finite reciprocal, and 0 stays 0.
  spec.divide = Divide::Reciprocal;
  const Quantizer reciprocal(canonical(spec));
  const std::vector<float> zeros = {0.0f, -0.0f};
  std::vector<Code> codes(2, 9);
  quantize_run(reciprocal, {0x1p-149f, 0}, zeros, 0, codes, {}, {});
  CHECK(codes == std::vector<Code>{0, 0});
  // A scale of 0 has one level.
  CHECK(quantize_value(quantizer, {0, 0}, 3, 0).code == 0);
  CHECK(quantize_value(quantizer, {0, 0}, 3, 0).dequantized == 0);
}

TEST_CASE("floor_log2 is exact below every power of two, subnormals included") {
  for (int k = -1070; k < 1023; ++k) {
    const double power = std::ldexp(1.0, k);
    CHECK(floor_log2(power) == k);
    CHECK(floor_log2(std::nextafter(power * 2, 0.0)) == k);
  }
}

TEST_CASE("scales round to their types as the codec does") {
  struct Case {
    ScaleType type;
    NumberFormat format;
  };
  const Case cases[] = {{ScaleType::F16, float_format(5, 10, Specials::Ieee)},
                        {ScaleType::BF16, float_format(8, 7, Specials::Ieee)},
                        {ScaleType::E4M3, float_format(4, 3, Specials::Fn)}};
  std::mt19937_64 random(17);
  for (const auto& [type, format] : cases) {
    std::vector<double> numbers = {0x1p-130, 464, 465, 479.9, 480, 65519.9, 65520, 0x1.ffp127, 1e39, 0};
    for (const Code code : std::vector<Code>{1, 2, 3, 7, 8, 9, 100, 125, 126}) {
      const double level = decode(format, code), next = decode(format, code + 1);
      const double middle = (level + next) / 2;
      for (const double x : std::vector<double>{level, middle, std::nextafter(middle, 0.0)})
        if (std::isfinite(x)) numbers.push_back(x);
    }
    for (int i = 0; i < 20000; ++i)
      numbers.push_back(std::ldexp(1 + static_cast<double>(random() >> 12) * 0x1p-52,
                                   static_cast<int>(random() % 60) - 40));
    for (const double x : numbers) {
      CAPTURE(x);
      const auto code = encode(format, x, Rounding::NearestEven, Overflow::Special);
      const double wanted = decode(format, code.value_or(0));
      const float got = round_to_scale_type(x, type);
      if (std::isfinite(wanted))
        CHECK(static_cast<double>(got) == wanted);
      else
        CHECK(std::isinf(got));
    }
  }
}
