#include "core/format/codec.h"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "core/format/presets.h"

namespace bitloupe {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

NumberFormat named(const char* name) { return parse_format(name).value(); }

std::optional<Code> nearest(const NumberFormat& format, double x) {
  return encode(format, x, Rounding::NearestEven, Overflow::Saturate);
}

double rounded(const NumberFormat& format, double x, Rounding rounding = Rounding::NearestEven) {
  return decode(format, encode(format, x, rounding, Overflow::Saturate).value());
}

// The specification by search: the nearest of all levels, ties by the last bit of the code. NaN codes and the
// sign of zero are left to other tests.
Code nearest_by_search(const NumberFormat& format, const std::vector<Level>& grid, double x) {
  const auto odd = [&](const Level& level) {
    return (is_integer_family(format) ? static_cast<Code>(code_integer(format, level.code)) : level.code) %
               2 !=
           0;
  };
  const Level* best = &grid.front();
  for (const Level& level : grid) {
    const double distance = std::fabs(level.value - x), least = std::fabs(best->value - x);
    const bool tie = best->value == -level.value || (odd(*best) && !odd(level));  // 0 has no sign
    if (distance < least || (distance == least && tie)) best = &level;
  }
  return best->code;
}

// A number on a level, on the middle of two, beside these, or anywhere; few bits, so that distances are
// exact.
double interesting(const std::vector<Level>& grid, std::mt19937& random) {
  const std::size_t i = random() % grid.size();
  const double low = grid[i].value, high = grid[std::min(i + 1, grid.size() - 1)].value;
  const double step = (high - low) / 64;
  switch (random() % 4) {
    case 0:
      return low;
    case 1:
      return low + 32 * step;
    case 2:
      return low + (random() % 2 ? 31 : 33) * step;
    default:
      return low + static_cast<double>(random() % 64) * step;
  }
}

NumberFormat random_format(std::mt19937& random) {
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  for (;;) {
    NumberFormat format;
    switch (below(8)) {
      case 0:
        format = integer_format(1 + below(8), random() % 2 == 0);
        break;
      case 1:
        format = sign_magnitude_format(2 + below(7));
        break;
      case 2:
        format = fixed_format(below(5), below(5));
        break;
      case 3: {
        std::vector<float> levels(2 + random() % 30);
        for (float& level : levels) level = static_cast<float>(below(129) - 64) / 64;
        format = table_format(levels);
        break;
      }
      default:
        format = float_format(1 + below(5), below(5), static_cast<Specials>(below(7)));
        format.bias += below(9) - 4;
        format.is_signed = below(4) != 0;
        format.subnormals = below(3) != 0;
        format.has_zero = format.subnormals || below(2) == 0;
        format.bits = (format.is_signed ? 1 : 0) + format.exponent_bits + format.mantissa_bits;
    }
    if (validate(format)) return format;
  }
}

}  // namespace

TEST_CASE("encode finds the nearest level of 400 random formats") {
  std::mt19937 random(1);
  for (int n = 0; n < 400; ++n) {
    const NumberFormat format = random_format(random);
    CAPTURE(format_name(format));
    const std::vector<Level> grid = levels(format);
    REQUIRE(!grid.empty());
    int wrong = 0;
    for (int i = 0; i < 300; ++i) {
      const double x = interesting(grid, random);
      const double found = decode(format, nearest(format, x).value());
      wrong += found != decode(format, nearest_by_search(format, grid, x));
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("directed modes of random formats take the level on their side") {
  std::mt19937 random(2);
  for (int n = 0; n < 200; ++n) {
    const NumberFormat format = random_format(random);
    CAPTURE(format_name(format));
    const std::vector<Level> grid = levels(format);
    int wrong = 0;
    for (int i = 0; i < 200; ++i) {
      const double x = interesting(grid, random);
      const bool beyond_zero = !format.has_zero && std::fabs(x) < min_normal(format);
      if (beyond_zero) continue;  // no level on one side
      const double down = rounded(format, x, Rounding::Down), up = rounded(format, x, Rounding::Up);
      const double cut = rounded(format, x, Rounding::TowardZero);
      wrong += !(down <= x && x <= up) || (down == up && down != x);
      const bool around_zero = down < 0 && up > 0;  // and no zero: the smaller magnitude
      const bool to_upper = around_zero && up != -down ? up < -down : x < 0;
      wrong += cut != (to_upper != (around_zero && up == -down) ? up : down);
      for (const Level& level : grid) wrong += level.value > down && level.value < up;
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("every code of a random format encodes back to itself") {
  std::mt19937 random(3);
  for (int n = 0; n < 300; ++n) {
    const NumberFormat format = random_format(random);
    CAPTURE(format_name(format));
    for (Code code = 0; code < Code{1} << format.bits; ++code) {
      const double value = decode(format, code);
      // Of the codes of a table that stand for the same number the lowest.
      const bool table = format.family == Family::Table && std::isfinite(value);
      const Code expected = table ? format.table.sorted()[format.table.rank_of(code)].code : code;
      if (std::isfinite(value)) REQUIRE(nearest(format, value) == expected);
    }
  }
}

TEST_CASE("V23: fp32 is the float cast, bit by bit") {
  const NumberFormat fp32 = named("fp32");
  std::mt19937_64 random(4);
  for (int i = 0; i < 300000; ++i) {
    const double x = std::bit_cast<double>(random());
    if (std::isnan(x)) continue;
    const double narrow = std::ldexp(std::fmod(x, 4.0), static_cast<int>(random() % 300) - 170);
    for (const double value : {x, narrow}) {
      const auto code = encode(fp32, value, Rounding::NearestEven, Overflow::Special);
      REQUIRE(code == std::bit_cast<std::uint32_t>(static_cast<float>(value)));
    }
    const auto bits = static_cast<std::uint32_t>(random());
    const float single = std::bit_cast<float>(bits);
    if (!std::isnan(single)) REQUIRE(decode(fp32, bits) == static_cast<double>(single));
  }
}

TEST_CASE("doubles are rounded once") {
  // Just above a tie of binary16; float32 would lose the excess and round to even, downward.
  const double just_above = 1 + 0x1p-11 + 0x1p-40;
  CHECK(nearest(named("fp16"), just_above) == Code{0x3c01});
  CHECK(nearest(named("fp16"), 1 + 0x1p-11) == Code{0x3c00});
  CHECK(nearest(named("fp16"), 1 + 3 * 0x1p-11) == Code{0x3c02});
}

TEST_CASE("the smallest and the largest doubles do not disturb the scaling") {
  for (const char* name : {"e4m3fn", "fp32", "int8", "fixed:Q3.4"}) {
    const NumberFormat format = named(name);
    CAPTURE(name);
    CHECK(rounded(format, 5e-324) == 0);
    CHECK(rounded(format, 5e-324, Rounding::Up) > 0);
    CHECK(rounded(format, -5e-324, Rounding::Down) < 0);
    CHECK(rounded(format, 1.7e308) == max_finite(format));
    CHECK(rounded(format, -1.7e308) == min_finite(format));
  }
}

TEST_CASE("V23: overflow of E4M3FN and E5M2") {
  const NumberFormat e4m3 = named("e4m3fn"), e5m2 = named("e5m2");
  const auto special = [](const NumberFormat& format, double x, Rounding rounding = Rounding::NearestEven) {
    return encode(format, x, rounding, Overflow::Special);
  };
  CHECK(special(e4m3, 464) == Code{0x7e});  // a tie of 448 and 480, whose code would be NaN's: even is 448
  CHECK(special(e4m3, 465) == Code{0x7f});
  CHECK(special(e4m3, 464, Rounding::NearestAway) == Code{0x7f});
  CHECK(special(e4m3, 1e9, Rounding::TowardZero) == Code{0x7e});
  CHECK(special(e4m3, -1e9, Rounding::Up) == Code{0xfe});
  CHECK(special(e4m3, -1e9, Rounding::Down) == Code{0x7f});
  CHECK(nearest(e4m3, 465) == Code{0x7e});
  CHECK(special(e5m2, 61440) == Code{0x7c});  // the tie goes to the even code, which is infinity
  CHECK(special(e5m2, -61440) == Code{0xfc});
  CHECK(special(e5m2, kInf, Rounding::TowardZero) == Code{0x7c});
  CHECK(nearest(e5m2, kInf) == Code{0x7b});
  CHECK(nearest(e5m2, kNan) == Code{0x7e});
}

TEST_CASE("worked examples of course notes") {
  const NumberFormat fp16 = named("fp16"), bf16 = named("bf16");
  CHECK(decode(fp16, 0b1'10001'1100000000) == -7.0);
  CHECK(nearest(fp16, -7.1) == Code{0xC71A});
  CHECK(decode(fp16, 0xC71A) == -7.1015625);
  CHECK(decode(bf16, 0b0'10000000'0100000) == 2.5);
  CHECK(nearest(bf16, 2.5) == Code{0x4020});
}

TEST_CASE("nearest exponent: half-way between powers of two is their geometric mean") {
  const NumberFormat pow2 = named("pow2:4");
  const auto code = [&](double x, Rounding rounding) {
    return encode(pow2, x, rounding, Overflow::Saturate).value();
  };
  const double root = std::sqrt(2.0);  // the first double above the real one
  for (int c = 1; c < 7; ++c) {
    const double low = std::ldexp(1.0, c - 7);
    CHECK(code(low * root, Rounding::NearestExponent) == Code(c + 1));
    CHECK(code(low * std::nextafter(root, 1.0), Rounding::NearestExponent) == Code(c));
    CHECK(code(-low * root, Rounding::NearestExponent) == Code(8 + c + 1));
    CHECK(code(low * root, Rounding::NearestEven) == Code(c));
    CHECK(code(low * 1.5000001, Rounding::NearestEven) == Code(c + 1));
  }
  // Zero counts as the exponent below the smallest: 2^round(log2 x) below 2^-6 is 2^-7, and that is 0.
  CHECK(code(0x1p-7 * root, Rounding::NearestExponent) == 1);
  CHECK(code(0x1p-7 * std::nextafter(root, 1.0), Rounding::NearestExponent) == 0);
  CHECK(code(100, Rounding::NearestExponent) == 7);
  CHECK(encode(named("e8m0"), 0x1.7p5, Rounding::NearestExponent, Overflow::Saturate) == Code{127 + 6});
  CHECK(encode(named("e8m0"), 0x1.6p5, Rounding::NearestExponent, Overflow::Saturate) == Code{127 + 5});
  CHECK(encode(named("int8"), 2.5, Rounding::NearestExponent, Overflow::Saturate) == Code{2});
}

TEST_CASE(
    "a table without zero rounds around it: toward the smaller magnitude, and 0 to the positive level") {
  const NumberFormat iq4 = named("iq4_nl"), two = named("table:-1,1,3");
  CHECK(rounded(iq4, -9.5, Rounding::TowardZero) == 1);
  CHECK(rounded(iq4, 0.5, Rounding::TowardZero) == 1);
  CHECK(rounded(iq4, -10.5, Rounding::TowardZero) == -10);
  CHECK(rounded(iq4, 0) == 1);
  CHECK(rounded(iq4, -4.5) == 1);  // a tie of codes 7 and 8: to the even one
  CHECK(rounded(two, -0.0) == 1);
  CHECK(rounded(two, 0, Rounding::NearestAway) == 1);
  CHECK(rounded(two, -0.25, Rounding::TowardZero) == -1);
  CHECK(rounded(two, 2) == 3);  // codes 1 and 2: to the even one
}

TEST_CASE("two levels far apart are compared with their real middle") {
  // The sum of the levels is no double: it rounds to 2^60.
  const NumberFormat table = named("table:1152921504606846976,1");
  CHECK(encode(table, 0x1p59, Rounding::NearestEven, Overflow::Saturate) == Code{1});
  CHECK(encode(table, std::nextafter(0x1p59, 0x1p60), Rounding::NearestEven, Overflow::Saturate) == Code{0});
}

TEST_CASE("formats without an answer return nothing") {
  for (const char* name : {"e2m1", "int8", "uint4", "sm4", "fixed:Q3.4"}) {
    const NumberFormat format = named(name);
    CAPTURE(name);
    CHECK(!nearest(format, kNan));
    CHECK(!encode(format, 1e9, Rounding::NearestEven, Overflow::Special));
    CHECK(!encode(format, kInf, Rounding::TowardZero, Overflow::Special));
    CHECK(encode(format, 1e9, Rounding::TowardZero, Overflow::Special).has_value());
    CHECK(rounded(format, kInf) == max_finite(format));
    CHECK(rounded(format, -kInf) == min_finite(format));
  }
}

TEST_CASE("V10: negative zero keeps its sign where the format has one") {
  CHECK(nearest(named("e4m3fn"), -0.0) == Code{0x80});
  CHECK(nearest(named("e4m3fn"), -1e-9) == Code{0x80});
  CHECK(nearest(named("sm4"), -0.0) == Code{8});
  CHECK(nearest(named("sm4"), -0.4) == Code{8});
  CHECK(std::signbit(decode(named("sm4"), 8)));
  CHECK(nearest(named("int8"), -0.0) == Code{0});
  CHECK(nearest(named("float:E4M3:specials=fnuz"), -1e-9) == Code{0});
  CHECK(nearest(named("float:E4M3:signed=no"), -0.0) == Code{0});
}

TEST_CASE("V21: ties of integers in every mode") {
  const NumberFormat int8 = named("int8");
  const double inputs[] = {0.5, 1.5, 2.5, -0.5, -1.5, -2.5};
  const double even[] = {0, 2, 2, 0, -2, -2}, away[] = {1, 2, 3, -1, -2, -3};
  const double cut[] = {0, 1, 2, 0, -1, -2}, down[] = {0, 1, 2, -1, -2, -3}, up[] = {1, 2, 3, 0, -1, -2};
  for (std::size_t i = 0; i < 6; ++i) {
    CHECK(rounded(int8, inputs[i]) == even[i]);
    CHECK(rounded(int8, inputs[i], Rounding::NearestAway) == away[i]);
    CHECK(rounded(int8, inputs[i], Rounding::TowardZero) == cut[i]);
    CHECK(rounded(int8, inputs[i], Rounding::Down) == down[i]);
    CHECK(rounded(int8, inputs[i], Rounding::Up) == up[i]);
  }
}

TEST_CASE("stochastic rounding goes up in magnitude where the random number is below the fraction") {
  const auto code = [](double x, double random) {
    return encode(named("int8"), x, Rounding::Stochastic, Overflow::Saturate, random).value();
  };
  CHECK(code(2.25, 0.2499) == Code{3});
  CHECK(code(2.25, 0.2501) == Code{2});
  CHECK(code(-2.25, 0.2499) == Code{0xfd});
  CHECK(code(3, 1e-9) == Code{3});
  int ups = 0;
  for (int i = 0; i < 1000; ++i)
    ups +=
        decode(
            named("e2m1"),
            encode(named("e2m1"), 4.5, Rounding::Stochastic, Overflow::Saturate, (i + 0.5) / 1000).value()) ==
        6;
  CHECK(ups == 250);
}

TEST_CASE("unsigned floats send negative numbers to their smallest value") {
  const NumberFormat format = named("float:E4M3:specials=fn:signed=no");
  CHECK(format.bits == 7);
  CHECK(nearest(format, -3) == Code{0});
  CHECK(encode(format, -3, Rounding::Down, Overflow::Special) == Code{0});
  CHECK(nearest(format, -kInf) == Code{0});
  CHECK(encode(format, -kInf, Rounding::Down, Overflow::Special) == Code{0x7f});
  CHECK(min_finite(format) == 0);
}

TEST_CASE("floats without subnormals or zero") {
  const NumberFormat flush = named("float:E3M2:subnormals=no");
  CHECK(min_normal(flush) == 1.25 * 0.125);  // code 1: code 0 is taken by zero
  CHECK(min_subnormal(flush) == 0);
  CHECK(rounded(flush, 0.07) == 0);
  CHECK(rounded(flush, 0.08) == 0.15625);
  CHECK(rounded(flush, 0.078125) == 0);  // the tie: code 0 is even
  const NumberFormat e8m0 = named("float:E8M0:specials=fn:signed=no:zero=no:subnormals=no");
  CHECK(decode(e8m0, 0) == 0x1p-127);
  CHECK(decode(e8m0, 0xfe) == 0x1p127);
  CHECK(std::isnan(decode(e8m0, 0xff)));
  CHECK(nearest(e8m0, 0) == Code{0});
  CHECK(nearest(e8m0, -5) == Code{0});
  CHECK(nearest(e8m0, 1.5) == Code{0x80});  // a tie: the even code is 2
  CHECK(nearest(e8m0, 3) == Code{0x80});
}

TEST_CASE("integers and their codes") {
  CHECK(code_integer(named("int4"), 0xf) == -1);
  CHECK(code_integer(named("int4"), 0x8) == -8);
  CHECK(code_integer(named("sm4"), 0xf) == -7);
  CHECK(code_integer(named("sm4"), 0x8) == 0);
  CHECK(code_integer(named("uint16"), 0xffff) == 65535);
  CHECK(integer_code(named("int16"), -32768) == 0x8000);
  CHECK(integer_code(named("sm4"), -7) == 0xf);
  for (const char* name : {"int2", "int8", "uint1", "uint16", "sm2", "sm8", "fixed:Q3.4"}) {
    const NumberFormat format = named(name);
    const IntegerLimits limits = integer_limits(format, false);
    for (std::int32_t q = limits.min; q <= limits.max; ++q)
      REQUIRE(code_integer(format, integer_code(format, q)) == q);
  }
  CHECK(integer_limits(named("int8"), true).min == -127);
  CHECK(integer_limits(named("int8"), false).min == -128);
  CHECK(integer_limits(named("sm8"), false).min == -127);
  CHECK(integer_limits(named("uint8"), true).min == 0);
  CHECK(integer_limits(named("int2"), true).max == 1);
}

TEST_CASE("fixed point is an integer times its step") {
  const NumberFormat q34 = named("fixed:Q3.4");
  CHECK(max_finite(q34) == 7.9375);
  CHECK(min_finite(q34) == -8);
  CHECK(min_normal(q34) == 0.0625);
  CHECK(decode(q34, 0x18) == 1.5);
  CHECK(rounded(q34, 1.03125) == 1);  // a tie of 16 and 17 sixteenths
  CHECK(rounded(q34, -1.03125) == -1);
}

TEST_CASE("levels ascend, hold zero once, and name the lowest code") {
  const std::vector<Level> grid = levels(named("e2m1"));
  REQUIRE(grid.size() == 15);
  CHECK(grid.front().value == -6);
  CHECK(grid.back().value == 6);
  CHECK(grid[7].value == 0);
  CHECK(!std::signbit(grid[7].value));
  CHECK(grid[7].code == 0);
  for (std::size_t i = 1; i < grid.size(); ++i) CHECK(grid[i - 1].value < grid[i].value);
}

TEST_CASE("bit_fields names every bit, most significant first") {
  using enum BitField;
  CHECK(bit_fields(named("e2m1")) == std::vector{Sign, Exponent, Exponent, Mantissa});
  CHECK(bit_fields(named("uint2")) == std::vector{Integer, Integer});
  CHECK(bit_fields(named("sm4")) == std::vector{Sign, Integer, Integer, Integer});
  CHECK(bit_fields(named("fixed:Q1.2")) == std::vector{Sign, Integer, Fraction, Fraction});
  CHECK(bit_fields(named("fp32")).size() == 32);
}

}  // namespace bitloupe
