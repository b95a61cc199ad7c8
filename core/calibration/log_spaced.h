// Numbers that grow by the same factor: the thresholds that curves and searches look at.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

namespace bitloupe {

// `count` >= 2 numbers from lo to hi, both among them exactly; 0 < lo, hi.
inline std::vector<double> log_spaced(double lo, double hi, std::size_t count) {
  std::vector<double> numbers(count);
  const double step = std::log2(hi / lo) / static_cast<double>(count - 1);
  for (std::size_t i = 0; i < count; ++i) numbers[i] = lo * std::exp2(step * static_cast<double>(i));
  numbers.back() = hi;
  return numbers;
}

}  // namespace bitloupe
