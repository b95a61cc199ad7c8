// Every code and every rounding of all golden tables, and what other tools make of the same inputs.
#include <doctest/doctest.h>

#include <cmath>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "core/format/codec.h"
#include "core/format/presets.h"
#include "tests/golden_tables.h"

namespace bitloupe {
namespace {

using test::golden_code;
using test::golden_rows;
using test::golden_tables;
using test::golden_value;
using test::same_number;

// How much there is to agree with.
constexpr std::size_t kCodes = 147128, kResults = 744710, kCasts = 25502;

bool as_expected(const NumberFormat& format, std::optional<Code> code, const std::string& expected) {
  if (expected == "-") return !code;
  if (expected == "nan") return code && std::isnan(decode(format, *code));
  return code && *code == golden_code(expected);
}

// The code that ml_dtypes (numpy for binary16) gives a float32, where its conventions leave ours:
// - E8M0 breaks ties upwards, as away from zero, and below 2^-126 (float32's subnormals) it always rounds up;
// - a format without infinity and NaN saturates, and NaN becomes -0;
// - the NaN of E4M3FN that an overflow gives keeps the number's sign.
std::optional<Code> cast_of(const NumberFormat& format, double x) {
  if (format.specials == Specials::NanTop)
    return encode(format, x, x < 0x1p-126 ? Rounding::Up : Rounding::NearestAway, Overflow::Special);
  if (format.specials == Specials::Finite) {
    if (std::isnan(x)) return Code{1} << (format.bits - 1);
    return encode(format, x, Rounding::NearestEven, Overflow::Saturate);
  }
  const auto code = encode(format, x, Rounding::NearestEven, Overflow::Special);
  const bool signed_nan = format.specials == Specials::Fn && x < 0 && code == nan_code(format);
  return signed_nan ? *code | Code{1} << (format.bits - 1) : code;
}

// Rows of golden/rounding where the cast leaves nearest-even with overflow to infinity or NaN: at ties
// (nearest, ties away from zero, gives its code), beyond what the format has a code for, elsewhere.
struct Disagreements {
  std::size_t ties = 0, no_code = 0, not_nearest = 0;
  bool operator==(const Disagreements&) const = default;
};

}  // namespace

TEST_CASE("decode and encode agree with the golden tables on every code (V23)") {
  std::size_t codes = 0;
  for (const std::string& table : golden_tables("formats")) {
    CAPTURE(table);
    const NumberFormat format = parse_format(table).value();
    const auto rows = golden_rows("formats", table);
    constexpr std::size_t kSampled = 9696;  // of the 2^19 codes of TF32
    CHECK(rows.size() == (format.bits > 16 ? kSampled : std::size_t{1} << format.bits));
    codes += rows.size();
    std::size_t differing = 0;
    for (const auto& row : rows) {
      const Code code = golden_code(row[0]);
      const double value = golden_value(row[1]);
      bool same = same_number(decode(format, code), value);
      if (!std::isnan(value))
        same = same && encode(format, value, Rounding::NearestEven, Overflow::Special) == code;
      differing += !same;
    }
    CHECK(differing == 0);
  }
  CHECK(codes == kCodes);
}

TEST_CASE("encode agrees with the golden tables in five modes, saturating and overflowing (V21, V23)") {
  struct Mode {
    std::size_t column;
    Rounding rounding;
  };
  constexpr Mode kModes[] = {{1, Rounding::NearestEven},
                             {3, Rounding::NearestAway},
                             {5, Rounding::TowardZero},
                             {7, Rounding::Up},
                             {9, Rounding::Down}};
  std::size_t results = 0;
  for (const std::string& table : golden_tables("rounding")) {
    CAPTURE(table);
    const NumberFormat format = parse_format(table).value();
    const auto rows = golden_rows("rounding", table);
    CHECK(rows.size() > 1000);
    results += rows.size() * 2 * std::size(kModes);
    std::size_t differing = 0;
    for (const auto& row : rows) {
      const double input = golden_value(row[0]);
      for (const Mode& mode : kModes) {
        const auto saturated = encode(format, input, mode.rounding, Overflow::Saturate);
        const auto special = encode(format, input, mode.rounding, Overflow::Special);
        differing += !as_expected(format, saturated, row[mode.column]);
        differing += !as_expected(format, special, row[mode.column + 1]);
      }
    }
    CHECK(differing == 0);
  }
  CHECK(results == kResults);
}

TEST_CASE("the casts of ml_dtypes and numpy: their own conventions reproduce every one, bit by bit") {
  const std::map<std::string, Disagreements> kKnown = {{"float4_e2m1fn", {0, 225, 0}},
                                                       {"float6_e2m3fn", {0, 195, 0}},
                                                       {"float6_e3m2fn", {0, 169, 0}},
                                                       {"float8_e8m0fnu", {130, 0, 3}}};
  constexpr std::size_t kCast = 11;  // the column
  std::size_t casts = 0, unexplained = 0, negative_nans = 0;
  for (const std::string& table : golden_tables("rounding")) {
    CAPTURE(table);
    const NumberFormat format = parse_format(table).value();
    Disagreements found;
    for (const auto& row : golden_rows("rounding", table)) {
      if (row.size() <= kCast) continue;
      ++casts;
      const double x = golden_value(row[0]);
      const Code cast = golden_code(row[kCast]);
      unexplained += cast_of(format, x) != cast;
      const auto ours = encode(format, x, Rounding::NearestEven, Overflow::Special);
      const auto away = encode(format, x, Rounding::NearestAway, Overflow::Special);
      const bool both_nan = ours && std::isnan(decode(format, *ours)) && std::isnan(decode(format, cast));
      negative_nans += both_nan && ours != cast;
      if (ours == cast || both_nan) continue;
      ++(!ours ? found.no_code : away == cast ? found.ties : found.not_nearest);
    }
    const auto known = kKnown.find(table);
    CHECK(found == (known == kKnown.end() ? Disagreements{} : known->second));
  }
  CHECK(casts == kCasts);
  CHECK(unexplained == 0);
  CHECK(negative_nans == 41);  // overflows below -448 and -inf in E4M3FN
}

}  // namespace bitloupe
