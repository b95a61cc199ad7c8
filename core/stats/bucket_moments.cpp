#include "core/stats/bucket_moments.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <memory>

#include "core/ordered.h"

namespace bitloupe {
namespace {

constexpr int kLowBits = 23 - kBucketMantissaBits;  // of a float32's mantissa, inside a bucket
constexpr std::uint32_t kLowMask = (1u << kLowBits) - 1;
constexpr std::size_t kBuckets = std::size_t{1} << (32 - kLowBits);  // by all upper bits, sign first
constexpr std::uint64_t kTask = 1 << 18;                             // values
constexpr std::uint64_t kExactWeight = 1 << 24;                      // largest count that float32 holds

// Of the low bits of the values in a bucket: their number, sum and sum of squares.
struct Bucket {
  std::uint64_t count = 0, low = 0, low_squares = 0;
};

struct Table {
  std::vector<Bucket> buckets{kBuckets};
  std::uint64_t nan = 0, negative_inf = 0, positive_inf = 0;

  void add(float x) {
    if (!std::isfinite(x)) {
      ++(std::isnan(x) ? nan : x < 0 ? negative_inf : positive_inf);
      return;
    }
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(x), low = bits & kLowMask;
    Bucket& bucket = buckets[bits >> kLowBits];
    ++bucket.count;
    bucket.low += low;
    bucket.low_squares += low * low;
  }
  void add(const Table& other) {
    nan += other.nan;
    negative_inf += other.negative_inf;
    positive_inf += other.positive_inf;
    for (std::size_t i = 0; i < kBuckets; ++i) {
      buckets[i].count += other.buckets[i].count;
      buckets[i].low += other.buckets[i].low;
      buckets[i].low_squares += other.buckets[i].low_squares;
    }
  }
};

// Entries in ascending order of the values they stand for.
struct Entries {
  std::vector<float> values, weights;
  double within = 0;

  void add(std::uint32_t upper, const Bucket& bucket) {
    const std::uint32_t first = upper << kLowBits;
    const double count = static_cast<double>(bucket.count), mean = static_cast<double>(bucket.low) / count;
    const auto nearest = static_cast<std::uint32_t>(std::lround(mean));
    const float value = std::bit_cast<float>(first + nearest);
    // One step of the low bits is the same everywhere in the bucket.
    const double step = std::fabs(static_cast<double>(std::bit_cast<float>(first + 1)) -
                                  static_cast<double>(std::bit_cast<float>(first)));
    const double spread = static_cast<double>(bucket.low_squares) -
                          2.0 * nearest * static_cast<double>(bucket.low) + count * nearest * nearest;
    within += step * step * std::max(spread, 0.0);
    for (std::uint64_t left = bucket.count; left > 0;) {
      const std::uint64_t part = std::min(left, kExactWeight);
      values.push_back(value);
      weights.push_back(static_cast<float>(part));
      left -= part;
    }
  }
};

Entries entries_of(const Table& table) {
  Entries entries;
  constexpr std::size_t kHalf = kBuckets / 2;  // the upper half is negative, its magnitudes ascending
  for (std::size_t i = kBuckets; i-- > kHalf;)
    if (table.buckets[i].count > 0) entries.add(static_cast<std::uint32_t>(i), table.buckets[i]);
  for (std::size_t i = 0; i < kHalf; ++i)
    if (table.buckets[i].count > 0) entries.add(static_cast<std::uint32_t>(i), table.buckets[i]);
  return entries;
}

// Width of the bucket that holds x.
double bucket_width(float x) {
  const std::uint32_t first = std::bit_cast<std::uint32_t>(x) & ~kLowMask;
  return std::fabs(static_cast<double>(std::bit_cast<float>(first + kLowMask)) -
                   static_cast<double>(std::bit_cast<float>(first)));
}

}  // namespace

std::optional<PrefixMoments> build_bucketed(std::uint64_t count, const ReadValues& read,
                                            const WorkContext& context) {
  Lent<Table> tables([] { return std::make_unique<Table>(); });
  const bool done = parallel_for(count, kTask, context, [&](std::size_t begin, std::size_t end) {
    tables.lend([&](Table& table) {
      std::vector<float> buffer;
      for (const float x : read(begin, end - begin, buffer)) table.add(x);
    });
  });
  if (!done) return std::nullopt;
  Table total;
  tables.for_each([&](const Table& table) { total.add(table); });
  const Entries entries = entries_of(total);
  WorkContext quiet = context;
  quiet.progress = nullptr;
  auto moments = PrefixMoments::build_weighted(entries.values, entries.weights, quiet);
  if (!moments) return std::nullopt;
  moments->stands_for({entries.within, total.nan, total.negative_inf, total.positive_inf});
  return moments;
}

double bucket_bound(const PrefixMoments& moments, const CodeLadder& ladder, const Quantizer& quantizer,
                    const GroupScale& scale) {
  if (!moments.bucketed() || moments.entries() == 0) return 0;
  const SortedValues& sorted = moments.sorted();
  const auto rungs = ladder.rungs();
  const auto level = [&](const Rung& rung) {
    return std::isfinite(rung.level) ? static_cast<double>(scaled_level(scale.scale, rung.level)) : 0.0;
  };
  double bound = 0;
  for (std::size_t k = 0; k + 1 < rungs.size(); ++k) {
    const float cut = first_value_at(rungs[k + 1].from, scale.divisor(), quantizer.divide);
    if (!std::isfinite(cut)) continue;
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(cut);
    const float one = std::bit_cast<float>(bits & ~kLowMask), other = std::bit_cast<float>(bits | kLowMask);
    const std::uint64_t first = sorted.position(std::min(one, other));
    const std::uint64_t last = sorted.position(from_ordered(ordered(std::max(one, other)) + 1));
    if (first == last) continue;
    const double count = (moments.below(last) - moments.below(first)).s0.value();
    const double a = level(rungs[k]), b = level(rungs[k + 1]), x = static_cast<double>(cut);
    bound += count * std::fabs(b - a) * (2 * bucket_width(cut) + std::fabs(2 * x - a - b));
  }
  // Means are rounded to float32: every value may seem half an ulp away from where it is.
  const double signal = moments.total().s2.value();
  const MomentErrors errors = moment_errors(moments, ladder, quantizer, scale);
  return bound + 2 * 0x1p-24 * std::sqrt(signal * std::max(errors.rounding + errors.clipping, 0.0));
}

}  // namespace bitloupe
