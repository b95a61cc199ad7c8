// Histograms of values over a range of equal bins. Every value is counted once: in a bin, below, above, NaN
// or inf.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace bitloupe {

// Bin i holds lo + i*w <= x < lo + (i+1)*w, w = (hi - lo) / bins; the last bin is closed.
struct Histogram {
  double lo = 0, hi = 0;
  std::vector<std::uint64_t> counts;
  std::uint64_t below = 0, above = 0, nan = 0, inf = 0;
  std::uint64_t total() const;
};

// A range that is empty, or too narrow for its bins to differ, becomes the narrowest one above `lo`.
Histogram make_histogram(double lo, double hi, int bins);
void count_into(Histogram& histogram, std::span<const float> values);
void merge(Histogram& into, const Histogram& other);  // of the same bins

}  // namespace bitloupe
