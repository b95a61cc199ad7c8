// Every code and every rounding of all golden tables.
#include <doctest/doctest.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <iterator>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include "core/format/codec.h"
#include "core/format/presets.h"
#include "core/text.h"
#include "tests/paths.h"

namespace bitloupe {
namespace {

// How much there is to agree with.
constexpr std::size_t kCodes = 147128, kResults = 744710;

// Every file name under golden is a name that the program knows.
std::vector<std::string> golden_names(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(test::golden_dir() + "/" + folder))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

NumberFormat format_of(const std::string& file) {
  return parse_format(file.substr(0, file.find('.'))).value();
}

std::string read_plain_or_gzip(const std::string& path) {
  const gzFile file = gzopen(path.c_str(), "rb");
  REQUIRE(file != nullptr);
  std::string text;
  std::array<char, 1 << 16> buffer;
  for (int size = 0; (size = gzread(file, buffer.data(), buffer.size())) > 0;)
    text.append(buffer.data(), static_cast<std::size_t>(size));
  CHECK(gzclose(file) == Z_OK);
  return text;
}

// The lines of a CSV file without its header, cut at the commas.
std::vector<std::vector<std::string>> read_rows(const std::string& path) {
  std::istringstream file(read_plain_or_gzip(path));
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
  std::size_t codes = 0;
  for (const std::string& file : golden_names("formats")) {
    CAPTURE(file);
    const NumberFormat format = format_of(file);
    const auto rows = read_rows(test::golden_dir() + "/formats/" + file);
    constexpr std::size_t kSampled = 9696;  // of the 2^19 codes of TF32
    CHECK(rows.size() == (format.bits > 16 ? kSampled : std::size_t{1} << format.bits));
    codes += rows.size();
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
  for (const std::string& file : golden_names("rounding")) {
    CAPTURE(file);
    const NumberFormat format = format_of(file);
    const auto rows = read_rows(test::golden_dir() + "/rounding/" + file);
    CHECK(rows.size() > 1000);
    results += rows.size() * 2 * std::size(kModes);
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
  CHECK(results == kResults);
}

}  // namespace bitloupe
