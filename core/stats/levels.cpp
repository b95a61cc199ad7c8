// How many of a format's distinct values a quantization uses.

#include <algorithm>
#include <cmath>

#include "core/stats/error_report.h"

namespace bitloupe {

std::optional<LevelUse> level_use(const NumberFormat& format, const std::vector<std::uint64_t>& code_counts) {
  if (code_counts.empty()) return std::nullopt;
  std::vector<double> used;
  for (std::size_t code = 0; code < code_counts.size(); ++code) {
    if (code_counts[code] == 0) continue;
    const double value = decode(format, static_cast<Code>(code));
    if (std::isfinite(value)) used.push_back(value + 0.0);  // -0 and +0 are one level
  }
  std::sort(used.begin(), used.end());
  const auto end = std::unique(used.begin(), used.end());
  return LevelUse{static_cast<std::uint64_t>(end - used.begin()), levels(format).size()};
}

}  // namespace bitloupe
