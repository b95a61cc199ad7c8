#include "core/stats/partition.h"

#include "core/random.h"
#include "core/stats/sort_keys.h"

namespace bitloupe {
namespace {

constexpr std::size_t kSampled = 1 << 14, kCells = 1 << 15;

std::vector<std::int32_t> sampled_keys(std::span<const float> values) {
  std::vector<std::int32_t> keys;
  for (std::uint64_t i = 0; i < kSampled; ++i)
    if (const float x = values[random_bits(0, i) % values.size()]; std::isfinite(x))
      keys.push_back(ordered(x));
  sort_keys(std::span(keys));
  return keys;
}

}  // namespace

Splitter::Splitter(std::span<const float> values) : bucket_of_{0} {
  const std::uint64_t wanted = std::min<std::uint64_t>(values.size() / kBucket, kMostBuckets);
  if (wanted < 2) return;
  const std::vector<std::int32_t> keys = sampled_keys(values);
  if (keys.empty()) return;
  first_key_ = keys.front();
  const auto width = static_cast<std::uint64_t>(keys.back() - first_key_);
  while (width >> shift_ >= kCells) ++shift_;
  last_cell_ = static_cast<std::int64_t>(width >> shift_);
  bucket_of_.assign(static_cast<std::size_t>(last_cell_) + 1, 0);

  std::vector<std::uint32_t> in_cell(bucket_of_.size());
  for (const std::int32_t key : keys) ++in_cell[static_cast<std::size_t>((key - first_key_) >> shift_)];
  const std::uint64_t share = std::max<std::uint64_t>(keys.size() / wanted, 1);
  std::uint64_t in_bucket = 0;
  std::uint16_t bucket = 0;
  for (std::size_t cell = 0; cell < in_cell.size(); ++cell) {
    if (in_bucket > 0 && in_bucket + in_cell[cell] > share && bucket + 1u < kMostBuckets) {
      ++bucket;
      in_bucket = 0;
    }
    bucket_of_[cell] = bucket;
    in_bucket += in_cell[cell];
  }
  buckets_ = bucket + std::size_t{1};
}

}  // namespace bitloupe
