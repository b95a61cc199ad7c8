#include "core/quant/quantizer.h"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "core/format/presets.h"
#include "core/random.h"
#include "tests/core/support.h"

using namespace bitloupe;

namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

QuantSpec spec_of(NumberFormat format) {
  QuantSpec spec;
  spec.format = format;
  return spec;
}

std::int32_t integer_of(const QuantSpec& spec, GroupScale scale, float x) {
  const Quantizer quantizer(canonical(spec));
  return code_integer(quantizer.format, quantize_value(quantizer, scale, x, 0).code);
}

std::vector<NumberFormat> formats() {
  return {integer_format(8, true),
          integer_format(2, true),
          integer_format(4, false),
          integer_format(1, false),
          integer_format(16, true),
          sign_magnitude_format(4),
          fixed_format(3, 4),
          float_format(4, 3, Specials::Fn),
          float_format(5, 2, Specials::Ieee),
          float_format(2, 1, Specials::Finite),
          float_format(3, 0, Specials::Finite),
          float_format(5, 10, Specials::Ieee),
          float_format(8, 23, Specials::Ieee),
          float_format(4, 3, Specials::Fnuz)};
}

// Values where paths tend to part: ties, their neighbours, extremes, specials.
std::vector<float> awkward_values(float scale) {
  std::vector<float> values = {0.0f, -0.0f, kInf, -kInf, kNan, 0x1p-149f, -0x1p-149f, 3.4e38f, -3.4e38f};
  for (int i = -40; i <= 40; ++i) {
    const float tie = static_cast<float>(i) * 0.5f * scale;
    for (const float x : {tie, std::nextafter(tie, kInf), std::nextafter(tie, -kInf)}) values.push_back(x);
  }
  for (std::uint64_t i = 0; i < 200; ++i) {
    const double u = random_unit(7, i);
    values.push_back(static_cast<float>((random_unit(8, i) < 0.5 ? -1 : 1) * std::exp2(40 * u - 25)) * scale);
  }
  return values;
}

}  // namespace

TEST_CASE("division: s = 0.001, x = 0.0015 gives 2 (f32), 1 (exact), 1 (reciprocal)") {
  QuantSpec spec = spec_of(integer_format(8, true));
  const GroupScale scale{0.001f, 0};
  CHECK(integer_of(spec, scale, 0.0015f) == 2);
  spec.divide = Divide::Exact;
  CHECK(integer_of(spec, scale, 0.0015f) == 1);
  spec.divide = Divide::Reciprocal;
  CHECK(integer_of(spec, scale, 0.0015f) == 1);
}

TEST_CASE("V21 ties: 0.5 1.5 2.5 -0.5 under every rounding") {
  const auto rounded = [](Rounding rounding) {
    QuantSpec spec = spec_of(integer_format(8, true));
    spec.rounding = rounding;
    std::vector<int> q;
    for (const float x : {0.5f, 1.5f, 2.5f, -0.5f, -1.5f, 0.75f, -0.75f})
      q.push_back(integer_of(spec, {1, 0}, x));
    return q;
  };
  CHECK(rounded(Rounding::NearestEven) == std::vector<int>{0, 2, 2, 0, -2, 1, -1});
  CHECK(rounded(Rounding::NearestAway) == std::vector<int>{1, 2, 3, -1, -2, 1, -1});
  CHECK(rounded(Rounding::TowardZero) == std::vector<int>{0, 1, 2, 0, -1, 0, 0});
  CHECK(rounded(Rounding::Down) == std::vector<int>{0, 1, 2, -1, -2, 0, -1});
  CHECK(rounded(Rounding::Up) == std::vector<int>{1, 2, 3, 0, -1, 1, 0});
}

TEST_CASE("V05 V22 infinities and huge values saturate, NaN takes the code of zero") {
  QuantSpec spec = spec_of(integer_format(8, true));
  CHECK(integer_of(spec, {1, 0}, kInf) == 127);
  CHECK(integer_of(spec, {1, 0}, -kInf) == -127);
  CHECK(integer_of(spec, {1e-30f, 0}, 3e38f) == 127);
  CHECK(integer_of(spec, {1, 0}, kNan) == 0);
  spec.scheme = Scheme::Affine;
  CHECK(integer_of(spec, {1, -5}, kNan) == -5);
  const Quantizer fp8(canonical(spec_of(float_format(4, 3, Specials::Fn))));
  CHECK(std::isnan(quantize_value(fp8, {1, 0}, kNan, 0).dequantized));
  CHECK(quantize_value(fp8, {1, 0}, kInf, 0).dequantized == 448);
  CHECK(quantize_value(fp8, {1, 0}, kNan, 0).kind == ErrorKind::Nan);
  const Quantizer fp4(canonical(spec_of(float_format(2, 1, Specials::Finite))));
  CHECK(quantize_value(fp4, {1, 0}, kNan, 0).dequantized == 0);
}

TEST_CASE("V23 overflow to NaN is counted as overflowed, not as clipped") {
  QuantSpec spec = spec_of(float_format(4, 3, Specials::Fn));
  spec.scheme = Scheme::Direct;
  spec.overflow = Overflow::Special;
  const Quantizer quantizer(canonical(spec));
  CHECK(quantize_value(quantizer, {}, 464, 0).dequantized == 448);  // a tie, to the even code
  const QuantizedValue over = quantize_value(quantizer, {}, 465, 0);
  CHECK(std::isnan(over.dequantized));
  CHECK(over.kind == ErrorKind::Overflowed);
}

TEST_CASE("clipped: beyond the grid range by more than tau") {
  const Quantizer quantizer(canonical(spec_of(integer_format(4, true))));
  const GroupScale scale{1, 0};
  const GridRange grid = grid_range(quantizer, scale);
  CHECK(grid.lo == -7);
  CHECK(grid.hi == 7);
  CHECK(quantize_value(quantizer, scale, std::nextafter(7.0f, 8.0f), 0).kind == ErrorKind::Rounding);
  CHECK(quantize_value(quantizer, scale, 7.0001f, 0).kind == ErrorKind::Clipped);
  CHECK(quantize_value(quantizer, scale, -7.0001f, 0).kind == ErrorKind::Clipped);
}

TEST_CASE("fast runs equal the reference for every format, rounding, division and scale") {
  for (const NumberFormat& format : formats())
    for (const Rounding rounding : {Rounding::NearestEven, Rounding::NearestAway, Rounding::TowardZero,
                                    Rounding::Down, Rounding::Up, Rounding::Stochastic})
      for (const Divide divide : {Divide::F32, Divide::Exact, Divide::Reciprocal})
        for (const Overflow overflow : {Overflow::Saturate, Overflow::Special})
          for (const float s : {1.0f, 0.001f, 3e-38f, 1e30f}) {
            QuantSpec spec = spec_of(format);
            spec.rounding = rounding;
            spec.divide = divide;
            spec.overflow = overflow;
            const Quantizer quantizer(canonical(spec));
            const GroupScale scale{s, format.family == Family::Integer && !format.is_signed ? 3 : 0};
            const std::vector<float> x = awkward_values(s);
            std::vector<Code> codes(x.size());
            std::vector<float> values(x.size());
            std::vector<ErrorKind> kinds(x.size());
            quantize_run(quantizer, scale, x, 100, codes, values, kinds);
            for (std::size_t i = 0; i < x.size(); ++i) {
              const QuantizedValue reference = quantize_value(quantizer, scale, x[i], 100 + i);
              CAPTURE(format_name(format));
              CAPTURE(x[i]);
              CAPTURE(s);
              REQUIRE(codes[i] == reference.code);
              REQUIRE(std::bit_cast<std::uint32_t>(values[i]) ==
                      std::bit_cast<std::uint32_t>(reference.dequantized));
              REQUIRE(kinds[i] == reference.kind);
            }
          }
}

TEST_CASE("inside the range the error is at most half a step, and codes stay in their limits") {
  for (const int bits : {2, 3, 4, 8}) {
    const Quantizer quantizer(canonical(spec_of(integer_format(bits, true))));
    const IntegerLimits limits = integer_limits(quantizer.format, true);
    const GroupScale scale{0.37f, 0};
    const GridRange grid = grid_range(quantizer, scale);
    for (const float x : test::random_values(2000, 3)) {
      const QuantizedValue value = quantize_value(quantizer, scale, x, 0);
      const std::int32_t q = code_integer(quantizer.format, value.code);
      CHECK(q >= limits.min);
      CHECK(q <= limits.max);
      if (x >= grid.lo && x <= grid.hi) CHECK(std::fabs(x - value.dequantized) <= 0.37f / 2 * 1.000001f);
    }
  }
}

TEST_CASE("stochastic rounding is unbiased and does not depend on where a run starts") {
  QuantSpec spec = spec_of(integer_format(8, true));
  spec.rounding = Rounding::Stochastic;
  spec.seed = 5;
  const Quantizer quantizer(canonical(spec));
  const std::vector<float> x(40000, 0.3f);
  std::vector<float> all(x.size()), tail(1000);
  quantize_run(quantizer, {1, 0}, x, 0, {}, all, {});
  quantize_run(quantizer, {1, 0}, std::span(x).first(1000), 7000, {}, tail, {});
  double sum = 0;
  for (const float value : all) sum += static_cast<double>(value);
  CHECK(sum / 40000 == doctest::Approx(0.3).epsilon(0.03));
  for (std::size_t i = 0; i < tail.size(); ++i) REQUIRE(tail[i] == all[7000 + i]);
}
