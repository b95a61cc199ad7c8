#include "tests/golden_tables.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <limits>
#include <sstream>
#include <stdexcept>

#include "tests/paths.h"

namespace bitloupe::test {
namespace {

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error("golden tables: " + what); }

std::string folder_path(const std::string& folder) { return golden_dir() + "/" + folder + "/"; }

std::string read_plain_or_gzip(const std::string& path) {
  const gzFile file = gzopen(path.c_str(), "rb");
  if (!file) fail(path);
  std::string text;
  std::array<char, 1 << 16> buffer;
  for (int size = 0; (size = gzread(file, buffer.data(), buffer.size())) > 0;)
    text.append(buffer.data(), static_cast<std::size_t>(size));
  if (gzclose(file) != Z_OK) fail(path);
  return text;
}

}  // namespace

std::vector<std::string> golden_tables(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder_path(folder))) {
    const std::string file = entry.path().filename().string();
    names.push_back(file.substr(0, file.find('.')));
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::vector<std::string>> golden_rows(const std::string& folder, const std::string& table) {
  const std::string plain = folder_path(folder) + table + ".csv";
  std::istringstream file(read_plain_or_gzip(std::filesystem::exists(plain) ? plain : plain + ".gz"));
  std::vector<std::vector<std::string>> rows;
  std::string line, cell;
  std::getline(file, line);
  while (std::getline(file, line)) {
    if (line.ends_with('\r')) line.pop_back();
    std::istringstream cells(line);
    rows.emplace_back();
    while (std::getline(cells, cell, ',')) rows.back().push_back(cell);
  }
  return rows;
}

double golden_value(const std::string& text) {
  if (text == "nan") return std::numeric_limits<double>::quiet_NaN();
  const bool negative = text.starts_with('-');
  const std::string digits = text.substr(negative ? 1 : 0);
  double value = std::numeric_limits<double>::infinity();
  if (digits != "inf") {
    if (!digits.starts_with("0x")) fail(text);
    const auto [end, error] =
        std::from_chars(digits.data() + 2, digits.data() + digits.size(), value, std::chars_format::hex);
    if (error != std::errc() || end != digits.data() + digits.size()) fail(text);
  }
  return negative ? -value : value;
}

std::uint32_t golden_code(const std::string& text) {
  std::uint32_t code = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), code, 16);
  if (error != std::errc() || end != text.data() + text.size()) fail(text);
  return code;
}

bool same_number(double a, double b) {
  return std::isnan(a) ? std::isnan(b) : std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

}  // namespace bitloupe::test
