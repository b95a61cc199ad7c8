// Vectors find the bins, increments set the pace: 0.6 ns a value in 2048 bins, one thread.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/stats/histogram.cpp"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "core/stats/histogram_slots.h"

HWY_BEFORE_NAMESPACE();
namespace bitloupe {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Counts n values (a multiple of 16) in four tables. The values that are too near an edge for float32, or not
// finite, are listed in `unsure` instead (room for n); returns how many.
std::size_t count_slots(const SlotFinder& finder, const float* HWY_RESTRICT x, std::size_t n,
                        std::uint32_t* const* tables, std::uint32_t* HWY_RESTRICT unsure) {
  constexpr hn::CappedTag<float, 16> d;
  constexpr hn::RebindToSigned<decltype(d)> di;
  constexpr std::size_t kLanes = hn::MaxLanes(d);
  const auto lo = hn::Set(d, finder.lo), per_value = hn::Set(d, finder.per_value);
  const auto least = hn::Set(d, 0.5f), most = hn::Set(d, finder.most), one = hn::Set(d, 1.0f);
  const auto half = hn::Set(d, 0.5f), sure = hn::Set(d, finder.sure);
  const auto largest = hn::Set(d, std::numeric_limits<float>::max());
  const auto elsewhere = hn::Set(di, finder.elsewhere);
  std::uint32_t *const a = tables[0], *const b = tables[1], *const c = tables[2], *const e = tables[3];
  constexpr std::size_t kRing = 8;
  // Increments run some vectors behind, so that they and the arithmetic of the next vector overlap.
  alignas(64) std::int32_t slots[kRing][16];
  const auto count = [&](const std::int32_t* HWY_RESTRICT from) HWY_ATTR {
    for (std::size_t k = 0; k < 16; k += 4) {
      ++a[from[k]];
      ++b[from[k + 1]];
      ++c[from[k + 2]];
      ++e[from[k + 3]];
    }
  };
  std::size_t listed = 0;
  for (std::size_t i = 0; i < n; i += 16) {
    hwy::Prefetch(x + i + 1024);
    for (std::size_t p = 0; p < 16; p += kLanes) {
      const auto v = hn::LoadU(d, x + i + p);
      const auto place = hn::Add(hn::Mul(hn::Sub(v, lo), per_value), one);
      const auto inside = hn::Min(hn::Max(place, least), most);  // slot 0: below; bins + 1: above
      const auto slot = hn::ConvertTo(di, inside);
      const auto off_centre = hn::Abs(hn::Sub(hn::Sub(inside, hn::ConvertTo(d, slot)), half));
      const auto is_sure = hn::And(hn::Le(off_centre, sure), hn::Le(hn::Abs(v), largest));
      hn::Store(hn::IfThenElse(hn::RebindMask(di, is_sure), slot, elsewhere), di, slots[i / 16 % kRing] + p);
      if (HWY_LIKELY(hn::AllTrue(d, is_sure))) continue;
      std::uint8_t bits[8] = {};
      hn::StoreMaskBits(d, hn::Not(is_sure), bits);
      for (std::uint32_t left = bits[0] | static_cast<std::uint32_t>(bits[1]) << 8; left != 0;
           left &= left - 1)
        unsure[listed++] =
            static_cast<std::uint32_t>(i + p) + static_cast<std::uint32_t>(std::countr_zero(left));
    }
    if (i >= 16 * (kRing - 1)) count(slots[(i / 16 + 1) % kRing]);
  }
  for (std::size_t i = n / 16 < kRing - 1 ? 0 : n / 16 - (kRing - 1); i < n / 16; ++i)
    count(slots[i % kRing]);
  return listed;
}

}  // namespace HWY_NAMESPACE
}  // namespace bitloupe
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

#include "core/simd.h"
#include "core/stats/histogram.h"

namespace bitloupe {

HWY_EXPORT(count_slots);

namespace {

constexpr std::size_t kTables =
    4;  // neighbouring values often share a bin: one table each, no waiting on stores
constexpr std::size_t kManyValues = 16;                 // values a bin from which four tables pay
constexpr std::size_t kPerPass = std::size_t{1} << 30;  // tables count in 32 bits
constexpr std::size_t kChunk = 2048;                    // values whose unsure ones are listed

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

// Where float32 finds the bins to a quarter of one.
SlotFinder slot_finder(const Histogram& histogram) {
  const double bins = static_cast<double>(histogram.counts.size());
  const double per_value = bins / (histogram.hi - histogram.lo);
  const double far = std::max(std::fabs(histogram.lo), std::fabs(histogram.hi));
  SlotFinder finder;
  finder.lo = static_cast<float>(histogram.lo);
  finder.per_value = static_cast<float>(per_value);
  finder.most = static_cast<float>(bins) + 1.5f;
  // x - lo, the product, both factors and the sum round once each: under 2^-22.5 of all bins; lo itself by
  // 2^-25.
  const double margin = bins * 0x1p-22 + far * 0x1p-23 * per_value;
  finder.elsewhere = static_cast<std::int32_t>(histogram.counts.size()) + 2;
  finder.sure = static_cast<float>(0.5 - margin);
  finder.usable = margin < 0.25 && std::isfinite(finder.lo) && finder.per_value >= 0x1p-120f &&
                  finder.per_value <= 0x1p120f;
  return finder;
}

// Slot 0 counts values below, slot bins + 1 those above, slot i + 1 those of bin i, slot bins + 2 what counts
// elsewhere; some tables of them, one behind the other on pages of their own.
class SlotTables {
 public:
  SlotTables(std::size_t slots, std::size_t tables) : slots_(slots), tables_(tables) {
    const std::size_t bytes = (slots * tables * sizeof(std::uint32_t) + 4095) / 4096 * 4096;
    counts_.reset(static_cast<std::uint32_t*>(std::aligned_alloc(4096, bytes)));
    if (!counts_) throw std::bad_alloc();
    std::memset(counts_.get(), 0, bytes);
  }

  // Counts the values that vectors are sure of and lists the others.
  std::size_t add(const SlotFinder& finder, std::span<const float> values, std::uint32_t* unsure) {
    std::uint32_t* tables[kTables];
    for (std::size_t k = 0; k < kTables; ++k) tables[k] = counts_.get() + k % tables_ * slots_;
    return HWY_DYNAMIC_DISPATCH(count_slots)(finder, values.data(), values.size(), tables, unsure);
  }
  void add(std::size_t bin) { ++counts_[bin + 1]; }

  void move_to(Histogram& histogram) {
    for (std::size_t k = 0; k < tables_; ++k) {
      std::uint32_t* const table = counts_.get() + k * slots_;
      histogram.below += std::exchange(table[0], 0u);
      histogram.above += std::exchange(table[slots_ - 2], 0u);
      for (std::size_t i = 1; i + 2 < slots_; ++i) histogram.counts[i - 1] += std::exchange(table[i], 0u);
    }
  }

 private:
  struct Free {
    void operator()(std::uint32_t* counts) const { std::free(counts); }
  };
  std::size_t slots_, tables_;
  std::unique_ptr<std::uint32_t[], Free> counts_;
};

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
  choose_kernel();
  const Binning bin_of(histogram);
  const SlotFinder finder = slot_finder(histogram);
  const std::size_t bins = histogram.counts.size();
  SlotTables tables(bins + 3, values.size() >= kManyValues * bins ? kTables : 1);
  std::uint32_t unsure[kChunk];
  std::size_t in_tables = 0;
  for (std::size_t done = 0; done < values.size();) {
    const auto chunk = values.subspan(done, std::min(kChunk, values.size() - done));
    const std::size_t vectors = finder.usable ? chunk.size() / 16 * 16 : 0;
    std::size_t listed = tables.add(finder, chunk.first(vectors), unsure);
    for (std::size_t i = vectors; i < chunk.size(); ++i) unsure[listed++] = static_cast<std::uint32_t>(i);
    for (std::size_t k = 0; k < listed; ++k) {  // the edges decide
      const double x = static_cast<double>(chunk[unsure[k]]);
      if (x >= histogram.lo && x <= histogram.hi)
        tables.add(bin_of(x));
      else
        count_outside(histogram, x);
    }
    done += chunk.size();
    in_tables += chunk.size();
    if (in_tables < kPerPass) continue;
    tables.move_to(histogram);
    in_tables = 0;
  }
  tables.move_to(histogram);
}

}  // namespace bitloupe
#endif  // HWY_ONCE
