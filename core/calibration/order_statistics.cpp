#include "core/calibration/order_statistics.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "core/ordered.h"

namespace bitloupe {
namespace {

constexpr int kHalf = 16;
constexpr std::size_t kBins = std::size_t{1} << kHalf;
constexpr std::uint64_t kBlock = 1 << 18;  // values per task

// Unsigned integers in the order of the floats: negative numbers have all bits flipped, others the sign bit.
std::uint32_t ordered_key(float x, OrderKey key) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(x);
  if (key == OrderKey::Magnitude) return bits & 0x7FFFFFFFu;
  return bits >> 31 ? ~bits : bits | 0x80000000u;
}

float value_of_key(std::uint32_t ordered, OrderKey key) {
  if (key == OrderKey::Magnitude) return std::bit_cast<float>(ordered);
  return std::bit_cast<float>(ordered >> 31 ? ordered & 0x7FFFFFFFu : ~ordered);
}

// Counts bin_of(key) over the finite ones of `count` values; bin_of gives kBins for keys that do not take
// part. read(begin, size, buffer) gives some of the values.
template <class Read, class BinOf>
std::optional<std::vector<std::uint64_t>> count_bins(std::uint64_t count, const Read& read, OrderKey key,
                                                     const WorkContext& context, BinOf bin_of) {
  std::vector<std::uint64_t> total(kBins + 1);
  const bool done =
      ordered_reduce((count + kBlock - 1) / kBlock, context,
                     [&](std::size_t block) {
                       std::vector<std::uint32_t> counts(kBins + 1);
                       std::vector<float> buffer;
                       const std::uint64_t first = block * kBlock;
                       for (const float x : read(first, std::min(kBlock, count - first), buffer))
                         ++counts[std::isfinite(x) ? bin_of(ordered_key(x, key)) : kBins];
                       return counts;
                     },
                     [&](std::vector<std::uint32_t>&& counts) {
                       for (std::size_t i = 0; i < counts.size(); ++i) total[i] += counts[i];
                     });
  if (!done) return std::nullopt;
  return total;
}

// The bin that holds `rank`; rank becomes the rank inside it.
std::uint32_t bin_of_rank(const std::vector<std::uint64_t>& counts, std::uint64_t& rank) {
  std::uint32_t bin = 0;
  while (bin + 1 < kBins && rank >= counts[bin]) rank -= counts[bin++];
  return bin;
}

template <class Read>
std::optional<float> kth_of(std::uint64_t count, const Read& read, OrderKey key, std::uint64_t rank,
                            const WorkContext& context) {
  const auto upper_counts =
      count_bins(count, read, key, context, [](std::uint32_t k) -> std::size_t { return k >> kHalf; });
  if (!upper_counts) return std::nullopt;
  const std::uint32_t upper = bin_of_rank(*upper_counts, rank);
  const auto lower_counts = count_bins(count, read, key, context, [upper](std::uint32_t k) -> std::size_t {
    return k >> kHalf == upper ? k & (kBins - 1) : kBins;
  });
  if (!lower_counts) return std::nullopt;
  return value_of_key(upper << kHalf | bin_of_rank(*lower_counts, rank), key);
}

}  // namespace

std::optional<float> kth_smallest(std::span<const float> values, OrderKey key, std::uint64_t rank,
                                  const WorkContext& context) {
  const auto read = [&](std::uint64_t begin, std::uint64_t size, std::vector<float>&) {
    return values.subspan(begin, size);
  };
  return kth_of(values.size(), read, key, rank, context);
}

std::optional<float> kth_smallest(const Tensor& tensor, OrderKey key, std::uint64_t rank,
                                  const WorkContext& context) {
  const auto read = [&](std::uint64_t begin, std::uint64_t size, std::vector<float>& buffer) {
    return tensor.view(begin, size, buffer);
  };
  return kth_of(tensor.count(), read, key, rank, context);
}

float kth_magnitude(const SortedValues& sorted, std::uint64_t rank) {
  const auto at_most = [&](std::int32_t key) {  // values with a magnitude of at most this key's
    const float above = from_ordered(key + 1), below = from_ordered(key);
    return sorted.position(above) - sorted.position(-below);
  };
  std::int32_t low = 0, high = ordered(std::numeric_limits<float>::max());
  while (low < high) {
    const std::int32_t middle = low + (high - low) / 2;
    if (at_most(middle) > rank)
      high = middle;
    else
      low = middle + 1;
  }
  return from_ordered(low);
}

std::uint64_t percentile_rank(double percent, std::uint64_t n) {
  const double position = std::ceil(percent / 100 * static_cast<double>(n));
  const auto k = static_cast<std::uint64_t>(std::max(position, 1.0));
  return std::min(k, n) - 1;
}

}  // namespace bitloupe
