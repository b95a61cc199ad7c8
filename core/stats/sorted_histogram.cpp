#include "core/stats/sorted_histogram.h"

#include <algorithm>
#include <cmath>

namespace bitloupe {
namespace {

double width_of(const Histogram& histogram) {
  return (histogram.hi - histogram.lo) / static_cast<double>(histogram.counts.size());
}

// Where bin `i` begins.
double edge(const Histogram& histogram, std::size_t i) {
  return histogram.lo + static_cast<double>(i) * width_of(histogram);
}

}  // namespace

void count_sorted(Histogram& histogram, const PrefixMoments& moments) {
  const SortedValues& sorted = moments.sorted();
  const auto below = [&](double x) { return moments.count_below(sorted.count_below(x)); };
  const std::size_t bins = histogram.counts.size();
  std::uint64_t before = below(histogram.lo);
  histogram.below += before;
  for (std::size_t i = 0; i < bins; ++i) {
    const bool last = i + 1 == bins;
    const std::uint64_t upto =
        last ? moments.count_below(sorted.count_up_to(histogram.hi)) : below(edge(histogram, i + 1));
    histogram.counts[i] += upto - before;
    before = upto;
  }
  histogram.above += moments.count() - before;
  histogram.nan += sorted.nan();
  histogram.inf += sorted.negative_inf() + sorted.positive_inf();
}

void count_repeated(Histogram& histogram, float value, std::uint64_t times) {
  const double x = static_cast<double>(value);
  if (!std::isfinite(x)) {
    (std::isnan(x) ? histogram.nan : histogram.inf) += times;
  } else if (x < histogram.lo || x > histogram.hi) {
    (x < histogram.lo ? histogram.below : histogram.above) += times;
  } else {
    const std::size_t last = histogram.counts.size() - 1;
    auto bin = std::min(static_cast<std::size_t>((x - histogram.lo) / width_of(histogram)), last);
    while (bin > 0 && x < edge(histogram, bin)) --bin;
    while (bin < last && x >= edge(histogram, bin + 1)) ++bin;
    histogram.counts[bin] += times;
  }
}

}  // namespace bitloupe
