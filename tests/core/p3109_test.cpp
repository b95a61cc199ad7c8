// IEEE P3109 for every width, precision, sign and domain: the codec against the definition, written here once
// more.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "core/format/codec.h"
#include "core/format/presets.h"
#include "tests/golden_tables.h"

namespace bitloupe {
namespace {

// Bits, precision, signed or unsigned, extended (with infinities) or finite.
struct P3109 {
  int k, p;
  bool is_signed, extended;

  std::string name() const {
    return "p3109_k" + std::to_string(k) + "p" + std::to_string(p) + (is_signed ? "s" : "u") +
           (extended ? "e" : "f");
  }
  int exponent_bits() const { return is_signed ? k - p : k - p + 1; }
  std::int64_t half() const { return std::int64_t{1} << (k - 1); }
  std::int64_t nan() const { return is_signed ? half() : 2 * half() - 1; }
  std::int64_t largest() const { return (is_signed ? half() : nan()) - 1 - (extended ? 1 : 0); }

  double decoded(std::int64_t code) const {
    if (code == nan()) return std::numeric_limits<double>::quiet_NaN();
    if (is_signed && code > half()) return -decoded(code - half());
    if (code > largest()) return std::numeric_limits<double>::infinity();
    const int bias = 1 << (is_signed ? k - p - 1 : k - p);
    const std::int64_t trailing = code % (std::int64_t{1} << (p - 1)), exponent = code >> (p - 1);
    const std::int64_t significand = exponent == 0 ? trailing : trailing + (std::int64_t{1} << (p - 1));
    return std::ldexp(static_cast<double>(significand),
                      static_cast<int>(std::max<std::int64_t>(exponent, 1)) - bias - p + 1);
  }
};

}  // namespace

TEST_CASE("P3109: every format of 2 to 16 bits whose values are float32, code by code") {
  std::size_t known = 0;
  for (int k = 2; k <= 16; ++k)
    for (int p = 1; p <= k; ++p)
      for (int i = 0; i < 4; ++i) {
        const P3109 defined{k, p, i < 2, i % 2 == 0};
        const std::string name = defined.name();
        CAPTURE(name);
        const Result<NumberFormat> format = parse_format(name);
        // Nine exponent bits leave float32; a format without exponent or without a number but zero is none.
        const bool exists =
            defined.exponent_bits() >= 1 && defined.exponent_bits() <= 8 && defined.largest() >= 1;
        REQUIRE(format.ok() == exists);
        if (!exists) continue;
        ++known;
        std::size_t differing = 0;
        for (std::int64_t code = 0; code < 2 * defined.half(); ++code) {
          const double value = defined.decoded(code);
          const auto own = static_cast<Code>(code);
          differing += !test::same_number(decode(*format, own), value) ||
                       encode(*format, value, Rounding::NearestEven, Overflow::Special) != own;
        }
        CHECK(differing == 0);
      }
  CHECK(known == 381);
}

}  // namespace bitloupe
