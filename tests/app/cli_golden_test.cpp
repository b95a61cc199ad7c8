// The built program against the golden tables: every code that `formats NAME` lists, and every row of every
// rounding through `encode NAME` and standard input.
#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/app/json_output.h"
#include "tests/app/process.h"
#include "tests/golden_tables.h"

using namespace bitloupe::test;
using Json = nlohmann::ordered_json;

namespace {

// A number of the program's JSON: non-finite ones are words.
double number_of(const Json& json) {
  return json.is_string() ? golden_value(json.get<std::string>()) : json.get<double>();
}

// The first column of a table, one a line.
std::string inputs_of(const std::vector<std::vector<std::string>>& rows, std::size_t column) {
  std::string text;
  for (const auto& row : rows) text += row[column] + '\n';
  return text;
}

bool as_expected(const Json& result, const std::string& expected) {
  if (expected == "-")
    return result["code"].is_null() && result["value"].is_null() && result["error"].is_null();
  if (!result["code"].is_string()) return false;
  return expected == "nan" ? std::isnan(number_of(result["value"]))
                           : golden_code(result["code"].get<std::string>()) == golden_code(expected);
}

}  // namespace

TEST_CASE("formats NAME lists the codes of every golden table, encode gives them back") {
  std::size_t codes = 0;
  for (const std::string& table : golden_tables("formats")) {
    CAPTURE(table);
    const auto rows = golden_rows("formats", table);
    const Json format = json_of({"formats", table});
    CHECK(format["name"] == table);
    const bool listed = format["bits"] <= 16;
    CHECK(format.contains("codes") == listed);
    ProcessOptions options;
    options.input = inputs_of(rows, 1);
    const Json results = json_of({"encode", table, "--overflow", "special"}, options)["results"];
    REQUIRE(results.size() == rows.size());
    if (listed) REQUIRE(format["codes"].size() == rows.size());
    std::size_t differing = 0;
    for (std::size_t i = 0; i < rows.size(); ++i, ++codes) {
      const double value = golden_value(rows[i][1]);
      const Json& encoded = results[i];
      bool same = same_number(number_of(encoded["value"]), value);
      if (!std::isnan(value))
        same = same && golden_code(encoded["code"].get<std::string>()) == golden_code(rows[i][0]);
      if (listed) {
        const Json& code = format["codes"][i];
        std::string bits = code["bits"];
        std::erase(bits, ' ');
        same = same && code["code"] == rows[i][0] &&
               golden_code(rows[i][0]) == std::stoul(bits, nullptr, 2) && bits.size() == format["bits"] &&
               same_number(number_of(code["value"]), value) &&
               same_number(golden_value(code["hex"].get<std::string>()), value);
      }
      differing += !same;
    }
    CHECK(differing == 0);
  }
  CHECK(codes == 147128);
}

TEST_CASE("encode NAME < inputs: every row of golden/rounding in five modes, saturating and overflowing") {
  constexpr const char* kModes[] = {"nearest-even", "nearest-away", "toward-zero", "up", "down"};
  constexpr const char* kOverflows[] = {"saturate", "special"};
  std::size_t results = 0;
  for (const std::string& table : golden_tables("rounding")) {
    const auto rows = golden_rows("rounding", table);
    ProcessOptions options;
    options.input = inputs_of(rows, 0);
    std::size_t column = 1;
    for (const std::string mode : kModes)
      for (const std::string overflow : kOverflows) {
        CAPTURE(table);
        CAPTURE(mode);
        CAPTURE(overflow);
        const Json document = json_of({"encode", table, "--rounding", mode, "--overflow", overflow}, options);
        CHECK(document["rounding"] == mode);
        CHECK(document["overflow"] == overflow);
        REQUIRE(document["results"].size() == rows.size());
        std::size_t differing = 0;
        for (std::size_t i = 0; i < rows.size(); ++i, ++results) {
          const Json& result = document["results"][i];
          differing += !same_number(number_of(result["input"]), golden_value(rows[i][0])) ||
                       !as_expected(result, rows[i][column]);
        }
        CHECK(differing == 0);
        ++column;
      }
  }
  CHECK(results == 744710);
}
