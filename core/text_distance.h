// The nearest of some known names, for messages about a name that nobody knows.
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

namespace bitloupe {

// Least number of letters to insert, delete or replace (Levenshtein 1966).
inline std::size_t text_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

// The first of the nearest names; empty where there are none. `text` should be short: a longer one than any
// name by far costs time and is near to nothing.
inline std::string_view nearest_name(std::string_view text, const std::vector<std::string_view>& names) {
  text = text.substr(0, 80);
  std::string_view best;
  std::size_t least = 0;
  for (const std::string_view name : names) {
    const std::size_t distance = text_distance(text, name);
    if (!best.empty() && distance >= least) continue;
    best = name;
    least = distance;
  }
  return best;
}

}  // namespace bitloupe
