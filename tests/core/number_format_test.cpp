#include "core/format/number_format.h"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "core/format/codec.h"

namespace bitloupe {
namespace {

bool message_has(const Status& status, const char* part) {
  return !status && status.error().message.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("V16: bits 0, 33 and 64 are refused, and the limits named") {
  for (const int bits : {-1, 0, 1, 17, 33, 64}) {
    CAPTURE(bits);
    CHECK(message_has(validate(integer_format(bits, true)), "2 to 16"));
    CHECK(!validate(sign_magnitude_format(bits)));
  }
  for (const int bits : {0, 17, 33, 64}) CHECK(message_has(validate(integer_format(bits, false)), "1 to 16"));
  CHECK(validate(integer_format(1, false)));
  CHECK(validate(integer_format(2, true)));
  CHECK(validate(integer_format(16, true)));
  CHECK(validate(sign_magnitude_format(16)));
}

TEST_CASE("fixed point has 2 to 16 bits in all") {
  CHECK(validate(fixed_format(3, 4)));
  CHECK(validate(fixed_format(0, 15)));
  CHECK(validate(fixed_format(15, 0)));
  CHECK(!validate(fixed_format(0, 0)));
  CHECK(!validate(fixed_format(8, 8)));
  CHECK(!validate(fixed_format(3, -1)));
}

TEST_CASE("the default bias is the family's") {
  CHECK(float_format(4, 3, Specials::Fn).bias == 7);
  CHECK(float_format(4, 3, Specials::Fnuz).bias == 8);
  CHECK(float_format(8, 23, Specials::Ieee).bias == 127);
  CHECK(float_format(1, 2, Specials::Finite).bias == 0);
}

TEST_CASE("floats whose specials leave no room are refused") {
  CHECK(!validate(float_format(1, 2, Specials::Ieee)));
  CHECK(!validate(float_format(4, 0, Specials::Ieee)));
  CHECK(!validate(float_format(1, 0, Specials::Fn)));
  CHECK(validate(float_format(1, 0, Specials::Finite)));
  NumberFormat unsigned_fnuz = float_format(4, 3, Specials::Fnuz);
  unsigned_fnuz.is_signed = false;
  unsigned_fnuz.bits = 7;
  CHECK(message_has(validate(unsigned_fnuz), "signed"));
  NumberFormat no_zero = float_format(4, 3, Specials::Finite);
  no_zero.has_zero = false;
  CHECK(message_has(validate(no_zero), "subnormals"));
  no_zero.subnormals = false;
  CHECK(validate(no_zero));
}

TEST_CASE("a bias that would leave float32 is refused with the range that would not") {
  NumberFormat format = float_format(3, 2, Specials::Finite);
  for (const int bias : {-121, 149, -2000000000, 2000000000}) {
    format.bias = bias;
    CAPTURE(bias);
    CHECK(message_has(validate(format), "bias"));
  }
  for (const int bias : {-120, 148}) {
    format.bias = bias;
    CAPTURE(bias);
    CHECK(validate(format));
    CHECK(std::isfinite(static_cast<float>(max_finite(format))));
    CHECK(static_cast<double>(static_cast<float>(min_subnormal(format))) == min_subnormal(format));
  }
  CHECK(message_has(validate(float_format(8, 23, Specials::Finite)), "mantissa_bits"));
}

TEST_CASE("inconsistent fields are refused") {
  NumberFormat format = float_format(4, 3, Specials::Fn);
  format.bits = 9;
  CHECK(message_has(validate(format), "bits 9"));
  CHECK(!validate(float_format(0, 3, Specials::Finite)));
  CHECK(!validate(float_format(9, 3, Specials::Finite)));
  CHECK(!validate(float_format(40, 3, Specials::Finite)));
  CHECK(!validate(float_format(4, 24, Specials::Finite)));
  CHECK(!validate(float_format(4, -1, Specials::Finite)));
}

TEST_CASE("every value of a valid float format is a float32") {
  std::mt19937 random(5);
  int valid = 0;
  for (int n = 0; n < 20000; ++n) {
    NumberFormat format = float_format(1 + static_cast<int>(random() % 8), static_cast<int>(random() % 24),
                                       static_cast<Specials>(random() % 4));
    format.bias += static_cast<int>(random() % 401) - 200;
    format.subnormals = random() % 2 == 0;
    if (!validate(format)) continue;
    ++valid;
    for (const double value : {max_finite(format), min_normal(format), min_subnormal(format)})
      REQUIRE(static_cast<double>(static_cast<float>(value)) == value);
  }
  CHECK(valid > 1000);
}

TEST_CASE("names of families and specials read back") {
  for (const Family family :
       {Family::Integer, Family::SignMagnitude, Family::Fixed, Family::Float, Family::Table})
    CHECK(find_family(family_name(family)) == family);
  for (const Specials specials : {Specials::Finite, Specials::Ieee, Specials::Fn, Specials::Fnuz,
                                  Specials::P3109Extended, Specials::P3109Finite, Specials::NanTop})
    CHECK(find_specials(specials_name(specials)) == specials);
  for (const Fit fit : {Fit::None, Fit::MeanMagnitude, Fit::LeastError, Fit::MeanThreshold})
    CHECK(find_fit(fit_name(fit)) == fit);
  CHECK(!find_family("codebook"));
  CHECK(!find_specials(""));
}

}  // namespace bitloupe
