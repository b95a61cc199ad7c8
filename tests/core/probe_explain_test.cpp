#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "core/probe.h"
#include "tests/core/support.h"

namespace bitloupe {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInf = std::numeric_limits<float>::infinity();

Explanation explained(const QuantSpec& spec, Shape shape, std::vector<float> values, std::uint64_t index) {
  return explain(*test::run_spec(spec, test::prepared_from(std::move(shape), std::move(values))), index);
}

std::string text(const Explanation& explanation) {
  std::string all;
  for (const FormulaLine& line : explanation.lines) all += line.formula + "\n" + line.numbers + "\n";
  return all;
}

QuantSpec manual_int4(double range) {
  QuantSpec spec;
  spec.format = integer_format(4, true);
  spec.calibration.method = CalibrationMethod::Manual;
  spec.calibration.lo = -range;
  spec.calibration.hi = range;
  return spec;
}

TEST_CASE("symmetric INT4, the drawing's example") {
  const Explanation e = explained(manual_int4(0.21), {2, 3}, {0, 0.4f, 0, 0, 0.1374f, -0.3f}, 4);
  CHECK(e.position == std::vector<std::uint64_t>{1, 1});
  CHECK(e.group_values == 6);
  CHECK(e.code_integer == 5);
  CHECK(e.code_hex == "5");
  CHECK(e.own_range.lo == -0.3f);
  CHECK(e.range.hi == 0.21f);
  CHECK(e.error == static_cast<double>(0.1374f) - static_cast<double>(e.quantized.dequantized));
  CHECK(text(e) ==
        "s = max|range| / q_max\n= 0.21 / 7 = 0.03\n"
        "q = clamp(round(x / s), -7, 7)\n= clamp(round(4.58), -7, 7) = 5\n"
        "x^ = s · q\n= 0.03 · 5 = 0.15\n"
        "e = x - x^ -> rounding\n= 0.1374 - 0.15 = -0.0126 (|e| <= s/2 = 0.015)\n");
}

TEST_CASE("a clipped value shows the rounded quotient, the clamp and the end of the grid") {
  const std::string lines = text(explained(manual_int4(0.21), {2}, {0.4f, -0.5f}, 1));
  CHECK(lines.find("= clamp(round(-16.667), -7, 7) = clamp(-17, -7, 7) = -7\n") != std::string::npos);
  CHECK(lines.find("e = x - x^ -> clipping\n= -0.5 + 0.21 = -0.29 (x < g_lo = -0.21)\n") !=
        std::string::npos);
}

TEST_CASE("affine: range widened to hold 0, scale and zero point") {
  QuantSpec spec;
  spec.format = integer_format(8, true);
  spec.scheme = Scheme::Affine;
  const Explanation e = explained(spec, {2}, {-1, 3}, 1);
  CHECK(e.scale.zero_point == -64);
  CHECK(
      text(e) ==
      "s = (hi - lo) / (q_max - q_min)\n= (3 + 1) / 255 = 0.015686\n"
      "z = clamp(round(q_min - lo / s), q_min, q_max)\n= clamp(round(-128 + 63.75), -128, 127) = -64\n"
      "q = clamp(round(x / s) + z, -128, 127)\n= clamp(round(191.25) - 64, -128, 127) = 127\n"
      "x^ = s · (q - z)\n= 0.015686 · (127 + 64) = 2.9961\n"
      "e = x - x^ -> clipping\n= 3 - 2.9961 = 0.0039215 (x > g_hi = 2.9961, yet |e| <= s/2: z is rounded)\n");
  spec.zero_point_rule = ZeroPointRule::DifferenceOfRound;
  CHECK(text(explained(spec, {2}, {-1, 3}, 0))
            .find("z = clamp(q_min - round(lo / s), q_min, q_max)\n= clamp(-128 - round(-63.75), -128, 127) "
                  "= -64") != std::string::npos);
  spec.zero_point = 3;
  CHECK(text(explained(spec, {2}, {-1, 3}, 0)).find("z = 3\nset by hand") != std::string::npos);
}

TEST_CASE("V21 a tie is named, and digits never hide one") {
  QuantSpec spec = manual_int4(7);
  CHECK(text(explained(spec, {1}, {2.5f}, 0)).find("round(2.5), -7, 7) = 2, a tie: to even") !=
        std::string::npos);
  const float above = std::nextafter(2.5f, 3.0f);
  CHECK(text(explained(spec, {1}, {above}, 0)).find("round(2.5000002), -7, 7) = 3\n") != std::string::npos);
  spec.rounding = Rounding::NearestAway;
  CHECK(text(explained(spec, {1}, {2.5f}, 0)).find("round_away(2.5), -7, 7) = 3, a tie: away from 0") !=
        std::string::npos);
}

TEST_CASE("every rounding mode has its name and bound") {
  const std::pair<Rounding, std::string> names[] = {{Rounding::TowardZero, "trunc"},
                                                    {Rounding::Down, "floor"},
                                                    {Rounding::Up, "ceil"},
                                                    {Rounding::Stochastic, "stochastic"}};
  for (const auto& [rounding, name] : names) {
    QuantSpec spec = manual_int4(7);
    spec.rounding = rounding;
    const std::string lines = text(explained(spec, {1}, {2.25f}, 0));
    CHECK(lines.find("q = clamp(" + name + "(x / s), -7, 7)") != std::string::npos);
    CHECK(lines.find("(|e| < s = 1)") != std::string::npos);
  }
}

TEST_CASE("divisions are written as they are computed") {
  QuantSpec spec = manual_int4(7);
  spec.divide = Divide::Reciprocal;
  CHECK(text(explained(spec, {1}, {2.25f}, 0)).find("round(x · (1 / s))") != std::string::npos);
}

TEST_CASE("direct integers and fixed point") {
  QuantSpec spec;
  spec.format = integer_format(8, true);
  spec.scheme = Scheme::Direct;
  CHECK(text(explained(spec, {1}, {2.25f}, 0)) ==
        "q = clamp(round(x), -128, 127)\n= clamp(round(2.25), -128, 127) = 2\n"
        "x^ = q\n= 2\n"
        "e = x - x^ -> rounding\n= 2.25 - 2 = 0.25 (|e| <= 1/2 = 0.5)\n");
  spec.format = fixed_format(3, 4);
  CHECK(text(explained(spec, {1}, {2.3f}, 0)) ==
        "q = clamp(round(x · 2^4), -128, 127)\n= clamp(round(36.8), -128, 127) = 37\n"
        "x^ = q · 2^-4\n= 37 · 2^-4 = 2.3125\n"
        "e = x - x^ -> rounding\n= 2.3 - 2.3125 = -0.0125 (|e| <= gap/2 = 0.03125)\n");
}

TEST_CASE("floats: the quotient, the fields of the code, the gap as bound") {
  QuantSpec spec;
  spec.format = float_format(4, 3, Specials::Fn);
  const Explanation e = explained(spec, {2}, {448, 19}, 1);
  CHECK(!e.code_integer);
  CHECK(e.code_hex == "5a");
  CHECK(text(e) ==
        "s = max|range| / max|grid|\n= 448 / 448 = 1\n"
        "grid[q] = round(x / s)\n= round(19) = 20\n"
        "grid[q] = (-1)^S · (1 + M/2^3) · 2^(E - 7)\n= (-1)^0 · (1 + 2/2^3) · 2^(11 - 7) = 20\n"
        "x^ = s · grid[q]\n= 1 · 20 = 20\n"
        "e = x - x^ -> rounding\n= 19 - 20 = -1 (|e| <= gap/2 = 1)\n");
  CHECK(text(explained(spec, {2}, {448, -0.0041f}, 1))
            .find("(-1)^S · M/2^3 · 2^(1 - 7)\n= (-1)^1 · 2/2^3 · 2^-6 = -0.00390625") != std::string::npos);
}

TEST_CASE("direct floats have no scale; overflow to specials is no error") {
  QuantSpec spec;
  spec.format = float_format(5, 10, Specials::Ieee);
  const std::string direct = text(explained(spec, {1}, {1.0001f}, 0));
  CHECK(direct.find("grid[q] = round(x)\n") == 0);
  CHECK(direct.find("x^ = grid[q]\n= 1\n") != std::string::npos);
  spec.overflow = Overflow::Special;
  const std::string overflow = text(explained(spec, {1}, {1e6f}, 0));
  CHECK(overflow.find("= round(1000000) = inf, beyond the largest value 65504") != std::string::npos);
  CHECK(overflow.find("overflow\nleft out of the error") != std::string::npos);
}

TEST_CASE("the bound holds for every value inside the grid, for every format") {
  for (const NumberFormat& format : {integer_format(3, true), integer_format(8, false), fixed_format(2, 5),
                                     float_format(2, 1, Specials::Finite), float_format(4, 3, Specials::Fn),
                                     float_format(5, 10, Specials::Ieee), sign_magnitude_format(5)})
    for (const Rounding rounding : {Rounding::NearestEven, Rounding::Down}) {
      QuantSpec spec;
      spec.format = format;
      spec.rounding = rounding;
      const auto snapshot =
          test::run_spec(spec, test::prepared_from({500}, test::random_values(500, 4, 0.2)));
      for (std::uint64_t i = 0; i < 500; ++i) {
        const Explanation e = explain(*snapshot, i);
        if (e.quantized.kind != ErrorKind::Rounding) continue;
        const std::string& line = e.lines.back().numbers;
        const double bound = std::stod(line.substr(line.rfind('=') + 1));
        if (rounding == Rounding::NearestEven) REQUIRE(std::fabs(e.error) <= bound * 1.0001);
        REQUIRE(std::fabs(e.error) <= (rounding == Rounding::Down ? bound * 1.0001 : bound * 1.0001));
      }
    }
}

TEST_CASE("V04 V05 NaN and inf are explained, not computed") {
  const std::string nan = text(explained(manual_int4(1), {2}, {kNan, kInf}, 0));
  CHECK(nan.find("q = 0\nx is NaN") != std::string::npos);
  CHECK(nan.find("counted apart") != std::string::npos);
  const std::string inf = text(explained(manual_int4(1), {2}, {kNan, kInf}, 1));
  CHECK(inf.find("q = 7\nx is inf") != std::string::npos);
}

TEST_CASE("V07 V08 all-zero groups and scales at their floor say so") {
  QuantSpec spec;
  CHECK(text(explained(spec, {2}, {0, 0}, 0)).find("s = 1\nno value but 0 in this group") == 0);
  CHECK(text(explained(spec, {2}, {1e-45f, 0}, 0)).find("limited to 1.1755e-38") != std::string::npos);
}

TEST_CASE("scale types and rules") {
  QuantSpec spec = manual_int4(0.21);
  spec.scale_type = ScaleType::BF16;
  CHECK(text(explained(spec, {1}, {0.1f}, 0))
            .find("s = bf16(max|range| / q_max)\n= bf16(0.21 / 7) = 0.030029\n") == 0);
  spec.scale_type = ScaleType::Pow2;
  CHECK(text(explained(spec, {1}, {0.1f}, 0))
            .find("s = 2^k\n= 2^-5 = 0.03125\nk = floor(log2 max|range|) - floor(log2 q_max)\n= floor(log2 "
                  "0.21) - 2 = -5\n") == 0);
  spec.scale_rule = ScaleRule::RCeil;
  CHECK(text(explained(spec, {1}, {0.1f}, 0))
            .find("k = ceil(log2(max|range| / q_max))\n= ceil(log2(0.21 / 7)) = -5\n") != std::string::npos);
  spec.scale_type = ScaleType::F32;
  spec.symmetric_scale = SymmetricScale::HalfRange;
  spec.code_range = CodeRange::Full;
  CHECK(text(explained(spec, {1}, {0.1f}, 0))
            .find("s = max|range| / ((q_max - q_min) / 2)\n= 0.21 / 7.5 = 0.028\n") == 0);
  spec.symmetric_scale = SymmetricScale::MaxSide;
  CHECK(text(explained(spec, {1}, {0.1f}, 0))
            .find("s = max(hi / q_max, lo / q_min)\n= max(0.21 / 7, -0.21 / -8) = 0.03\n") == 0);
}

TEST_CASE("each group explains its own scale") {
  QuantSpec spec;
  spec.format = integer_format(4, true);
  spec.granularity = {GranularityKind::Channel, 0};
  const Explanation e = explained(spec, {2, 2}, {1, 2, 30, 70}, 2);
  CHECK(e.group == 1);
  CHECK(e.groups == 2);
  CHECK(e.group_values == 2);
  CHECK(e.scale.scale == 10);
  CHECK(text(e).find("= 70 / 7 = 10\n") != std::string::npos);
}

}  // namespace
}  // namespace bitloupe
