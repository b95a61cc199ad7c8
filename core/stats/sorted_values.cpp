#include "core/stats/sorted_values.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "core/ordered.h"
#include "core/stats/partition.h"
#include "core/stats/sort_keys.h"

namespace bitloupe {
namespace {

constexpr int kMostIndexBits = 17;
constexpr std::uint64_t kValuesPerCell = 32;

// What is sorted: a key, or a key with its weight's bits below it.
struct PlainRecord {
  using Type = std::int32_t;
  static Type make(float x, float) { return ordered(x); }
};

struct WeightedRecord {
  using Type = std::uint64_t;
  static constexpr std::uint32_t kBias = 0x80000000u;  // signed order as unsigned order
  static Type make(float x, float weight) {
    return std::uint64_t{static_cast<std::uint32_t>(ordered(x)) ^ kBias} << 32 |
           std::bit_cast<std::uint32_t>(weight);
  }
  static std::int32_t key(Type record) {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(record >> 32) ^ kBias);
  }
};

bool sort_plain(std::span<const float> values, const WorkContext& context, SortedValues::Parts& parts) {
  auto parted = partition<PlainRecord>(values, {}, phase(context, 0, 0.4));
  if (!parted) return false;
  const std::span<std::int32_t> keys = parted->records.span();
  const bool sorted =
      parallel_for(parted->bounds.size() - 1, 1, phase(context, 0.4, 1), [&](std::size_t b, std::size_t) {
        const auto bucket = keys.subspan(parted->bounds[b], parted->bounds[b + 1] - parted->bounds[b]);
        sort_keys(bucket);
        for (std::int32_t& key : bucket) {  // becomes the value it stands for, in place
          const float value = from_ordered(key);
          std::memcpy(&key, &value, sizeof value);
        }
      });
  parts = {std::move(parted->records).template reused_as<float>(),
           {},
           parted->nan,
           parted->negative_inf,
           parted->positive_inf};
  return sorted;
}

bool sort_weighted(std::span<const float> values, std::span<const float> weights, const WorkContext& context,
                   SortedValues::Parts& parts) {
  auto parted = partition<WeightedRecord>(values, weights, phase(context, 0, 0.4));
  if (!parted) return false;
  const std::span<std::uint64_t> records = parted->records.span();
  parts = {HugeArray<float>(records.size()), HugeArray<float>(records.size()), parted->nan,
           parted->negative_inf, parted->positive_inf};
  return parallel_for(parted->bounds.size() - 1, 1, phase(context, 0.4, 1), [&](std::size_t b, std::size_t) {
    const std::uint64_t first = parted->bounds[b], last = parted->bounds[b + 1];
    sort_keys(records.subspan(first, last - first));
    for (std::uint64_t i = first; i < last; ++i) {
      parts.values[i] = from_ordered(WeightedRecord::key(records[i]));
      parts.weights[i] = std::bit_cast<float>(static_cast<std::uint32_t>(records[i]));
    }
  });
}

}  // namespace

std::optional<SortedValues> SortedValues::sort(std::span<const float> values, std::span<const float> weights,
                                               const WorkContext& context) {
  Parts parts;
  const bool done =
      weights.empty() ? sort_plain(values, context, parts) : sort_weighted(values, weights, context, parts);
  if (!done) return std::nullopt;
  SortedValues result;
  result.parts_ = std::move(parts);
  result.build_index();
  return result;
}

void SortedValues::build_index() {
  if (size() == 0) return;
  first_key_ = ordered(parts_.values[0]);
  const auto width = static_cast<std::uint64_t>(ordered(parts_.values[size() - 1]) - first_key_) + 1;
  const std::uint64_t cells = std::clamp<std::uint64_t>(size() / kValuesPerCell, 1, 1 << kMostIndexBits);
  while (width >> shift_ >= cells && width >> shift_ > 0) ++shift_;
  const std::uint64_t used = ((width - 1) >> shift_) + 1;
  starts_.resize(used + 1);
  // Cells are far fewer than values: a binary search each, over what is left.
  const std::span<const float> all = values();
  std::size_t at = 0;
  for (std::uint64_t cell = 1; cell < used; ++cell) {
    const std::int64_t key = first_key_ + static_cast<std::int64_t>(cell << shift_);
    const auto from = all.begin() + static_cast<std::ptrdiff_t>(at);
    at = static_cast<std::size_t>(
        std::partition_point(from, all.end(), [&](float x) { return ordered(x) < key; }) - all.begin());
    starts_[cell] = static_cast<std::uint32_t>(at);
  }
  starts_[used] = static_cast<std::uint32_t>(size());
}

std::uint64_t SortedValues::position(float x) const {
  if (size() == 0) return 0;
  const std::int64_t key = ordered(x), offset = key - first_key_;
  if (offset <= 0) return 0;
  const auto cell = static_cast<std::uint64_t>(offset) >> shift_;
  if (cell + 1 >= starts_.size()) return size();
  std::uint64_t low = starts_[cell], high = starts_[cell + 1];  // the place is in [low, high]
  if (high - low > kValuesPerCell) {
    // Inside a cell floats are nearly evenly spread: guess by interpolation, then gallop.
    const std::uint64_t inside = static_cast<std::uint64_t>(offset) - (cell << shift_);
    const std::uint64_t guess = low + (inside * (high - low) >> shift_);
    std::uint64_t step = 16;
    if (ordered(parts_.values[guess]) < key) {
      low = guess + 1;
      while (low + step < high && ordered(parts_.values[low + step]) < key) {
        low += step + 1;
        step *= 2;
      }
      high = std::min(high, low + step);
    } else {
      high = guess;
      while (high >= low + step && ordered(parts_.values[high - step]) >= key) {
        high -= step;
        step *= 2;
      }
      if (high >= low + step) low = high - step + 1;
    }
  }
  while (low < high) {
    const std::uint64_t middle = (low + high) / 2;
    if (ordered(parts_.values[middle]) < key)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

std::uint64_t SortedValues::count_below(double x) const {
  auto first = static_cast<float>(x);  // the smallest float that is at least x
  if (static_cast<double>(first) < x) first = from_ordered(ordered(first) + 1);
  return position(first == 0 ? -0.0f : first);
}

std::uint64_t SortedValues::count_up_to(double x) const {
  auto first = static_cast<float>(x);  // the smallest float above x
  if (static_cast<double>(first) <= x) first = from_ordered(ordered(first == 0 ? 0.0f : first) + 1);
  return position(first == 0 ? -0.0f : first);
}

std::uint64_t SortedValues::bytes() const {
  return (parts_.values.size() + parts_.weights.size()) * sizeof(float) +
         starts_.size() * sizeof(std::uint32_t);
}

}  // namespace bitloupe
