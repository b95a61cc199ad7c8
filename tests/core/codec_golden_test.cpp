// Every code and every rounding of the golden tables, for the presets and for other floats that the same
// seven facts describe.
#include <doctest/doctest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include "core/format/codec.h"
#include "core/format/presets.h"
#include "core/text.h"
#include "tests/paths.h"

namespace bitloupe {
namespace {

struct GoldenFormat {
  const char* file;
  const char* name;
};
constexpr GoldenFormat kGolden[] = {
    {"bfloat16", "bf16"},
    {"binary16", "fp16"},
    {"float8_e4m3fn", "e4m3fn"},
    {"float8_e5m2", "e5m2"},
    {"float4_e2m1fn", "e2m1"},
    {"float8_e4m3fnuz", "float:E4M3:specials=fnuz"},
    {"float8_e5m2fnuz", "float:E5M2:specials=fnuz"},
    {"float8_e4m3b11fnuz", "float:E4M3:bias=11:specials=fnuz"},
    {"float8_e3m4", "float:E3M4:specials=ieee"},
    {"float8_e4m3", "float:E4M3:specials=ieee"},
    {"float6_e2m3fn", "float:E2M3"},
    {"float6_e3m2fn", "float:E3M2"},
    {"float4_e1m2_bias0", "float:E1M2"},
    {"float4_e1m2_bias1", "float:E1M2:bias=1"},
    {"float4_e3m0_bias3", "float:E3M0"},
    {"float8_e8m0fnu", "float:E8M0:specials=fn:signed=no:zero=no:subnormals=no"},
};

// The lines of a CSV file without its header, cut at the commas.
std::vector<std::vector<std::string>> read_rows(const std::string& path) {
  std::ifstream file(path);
  REQUIRE(file);
  std::vector<std::vector<std::string>> rows;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    if (line.ends_with('\r')) line.pop_back();
    std::vector<std::string> cells;
    for (const std::string_view cell : split(line, ',')) cells.emplace_back(cell);
    rows.push_back(std::move(cells));
  }
  return rows;
}

double parse_hex_float(const std::string& text) {
  if (text == "nan") return std::numeric_limits<double>::quiet_NaN();
  const bool negative = text.starts_with('-');
  const std::string digits = text.substr(negative ? 1 : 0);
  double value = std::numeric_limits<double>::infinity();
  if (digits != "inf") {
    REQUIRE(digits.starts_with("0x"));
    const auto [end, error] =
        std::from_chars(digits.data() + 2, digits.data() + digits.size(), value, std::chars_format::hex);
    REQUIRE(end == digits.data() + digits.size());
    REQUIRE(error == std::errc());
  }
  return negative ? -value : value;
}

Code parse_code(const std::string& text) {
  Code code = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), code, 16);
  REQUIRE(end == text.data() + text.size());
  REQUIRE(error == std::errc());
  return code;
}

bool same_number(double a, double b) {
  return std::isnan(a) ? std::isnan(b) : std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

bool as_expected(const NumberFormat& format, std::optional<Code> code, const std::string& expected) {
  if (expected == "-") return !code;
  if (expected == "nan") return code && std::isnan(decode(format, *code));
  return code && *code == parse_code(expected);
}

}  // namespace

TEST_CASE("decode and encode agree with the golden tables on every code (V23)") {
  for (const GoldenFormat& golden : kGolden) {
    CAPTURE(golden.file);
    const NumberFormat format = parse_format(golden.name).value();
    const auto rows = read_rows(test::golden_dir() + "/formats/" + golden.file + ".csv");
    CHECK(rows.size() == std::size_t{1} << format.bits);
    std::size_t differing = 0;
    for (const auto& row : rows) {
      const Code code = parse_code(row[0]);
      const double value = parse_hex_float(row[1]);
      bool same = same_number(decode(format, code), value);
      if (!std::isnan(value))
        same = same && encode(format, value, Rounding::NearestEven, Overflow::Special) == code;
      differing += !same;
    }
    CHECK(differing == 0);
  }
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
  for (const GoldenFormat& golden : kGolden) {
    CAPTURE(golden.file);
    const NumberFormat format = parse_format(golden.name).value();
    const auto rows = read_rows(test::golden_dir() + "/rounding/" + golden.file + ".csv");
    CHECK(rows.size() > 1000);
    std::size_t differing = 0;
    for (const auto& row : rows) {
      const double input = parse_hex_float(row[0]);
      for (const Mode& mode : kModes) {
        const auto saturated = encode(format, input, mode.rounding, Overflow::Saturate);
        const auto special = encode(format, input, mode.rounding, Overflow::Special);
        differing += !as_expected(format, saturated, row[mode.column]);
        differing += !as_expected(format, special, row[mode.column + 1]);
      }
    }
    CHECK(differing == 0);
  }
}

}  // namespace bitloupe
