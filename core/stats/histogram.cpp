#include "core/stats/histogram.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace bitloupe {
namespace {

constexpr std::size_t kTables =
    4;  // neighbouring values often share a bin: one table each, no waiting on stores
constexpr std::size_t kPerPass = std::size_t{1} << 30;  // tables count in 32 bits

// The bin of a value between lo and hi: a product finds it, and where that is too near a whole number to be
// sure, the edges decide.
class Binning {
 public:
  explicit Binning(const Histogram& histogram)
      : lo_(histogram.lo),
        width_((histogram.hi - histogram.lo) / static_cast<double>(histogram.counts.size())),
        per_value_(static_cast<double>(histogram.counts.size()) / (histogram.hi - histogram.lo)),
        last_(static_cast<std::int32_t>(histogram.counts.size()) - 1) {
    // The product is off by less than bins * 2^-50, an edge by an ulp of the larger end.
    const double far = std::max(std::fabs(lo_), std::fabs(histogram.hi));
    margin_ = (last_ + 1) * 0x1p-48 + far * 0x1p-50 * per_value_;
  }

  std::size_t operator()(double x) const {
    const double place = (x - lo_) * per_value_;
    std::int32_t bin = std::min(static_cast<std::int32_t>(place), last_);
    const double beyond = place - bin;
    if (beyond < margin_ || beyond > 1 - margin_) bin = settled(x, bin);
    return static_cast<std::size_t>(bin);
  }

 private:
  double edge(std::int32_t bin) const { return lo_ + bin * width_; }
  std::int32_t settled(double x, std::int32_t bin) const {
    while (bin > 0 && x < edge(bin)) --bin;
    while (bin < last_ && x >= edge(bin + 1)) ++bin;
    return bin;
  }

  double lo_, width_, per_value_, margin_ = 0;
  std::int32_t last_;
};

void count_outside(Histogram& histogram, double x) {
  histogram.nan += std::isnan(x);
  histogram.inf += std::isinf(x);
  histogram.below += std::isfinite(x) && x < histogram.lo;
  histogram.above += std::isfinite(x) && x > histogram.hi;
}

}  // namespace

std::uint64_t Histogram::total() const {
  std::uint64_t sum = below + above + nan + inf;
  for (const std::uint64_t count : counts) sum += count;
  return sum;
}

Histogram make_histogram(double lo, double hi, int bins) {
  if (!std::isfinite(lo) || !std::isfinite(hi)) lo = hi = 0;
  const double narrowest = std::max({std::fabs(lo), std::fabs(hi), 0x1p-149}) * 0x1p-30;
  Histogram histogram;
  histogram.lo = lo;
  histogram.hi = hi - lo < narrowest ? lo + narrowest : hi;
  histogram.counts.resize(static_cast<std::size_t>(std::max(bins, 1)));
  return histogram;
}

void merge(Histogram& into, const Histogram& other) {
  for (std::size_t i = 0; i < into.counts.size(); ++i) into.counts[i] += other.counts[i];
  into.below += other.below;
  into.above += other.above;
  into.nan += other.nan;
  into.inf += other.inf;
}

void count_into(Histogram& histogram, std::span<const float> values) {
  const Binning bin_of(histogram);
  const double lo = histogram.lo, hi = histogram.hi;
  std::array<std::vector<std::uint32_t>, kTables> tables;
  for (auto& table : tables) table.resize(histogram.counts.size());
  for (std::size_t done = 0; done < values.size(); done += kPerPass) {
    const auto part = values.subspan(done, std::min(kPerPass, values.size() - done));
    for (std::size_t i = 0; i < part.size(); ++i) {
      const double x = static_cast<double>(part[i]);
      if (x >= lo && x <= hi)
        ++tables[i % kTables][bin_of(x)];
      else
        count_outside(histogram, x);
    }
    for (auto& table : tables)
      for (std::size_t i = 0; i < table.size(); ++i) histogram.counts[i] += std::exchange(table[i], 0);
  }
}

}  // namespace bitloupe
