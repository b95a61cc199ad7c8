// The tables of golden/formats and golden/rounding: CSV files, plain or compressed, of codes and exact
// values. It knows no format; what cannot be read throws std::runtime_error.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bitloupe::test {

// The names of a folder's tables ("float8_e4m3fn"), sorted.
std::vector<std::string> golden_tables(const std::string& folder);

// The rows of a table without its header, cut at the commas.
std::vector<std::vector<std::string>> golden_rows(const std::string& folder, const std::string& table);

// "0x1.8p+1", "-inf", "nan"; a code in hexadecimal digits without a prefix.
double golden_value(const std::string& text);
std::uint32_t golden_code(const std::string& text);

// The same number bit by bit, NaN with any NaN.
bool same_number(double a, double b);

}  // namespace bitloupe::test
