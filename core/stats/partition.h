// Cuts records into buckets of ascending, disjoint key ranges that threads then sort on their own. NaN and
// infinities are left out and counted.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/huge_array.h"
#include "core/ordered.h"
#include "core/parallel.h"

namespace bitloupe {

template <class Record>
struct Partitioned {
  HugeArray<Record> records;          // only the first bounds.back() are in use
  std::vector<std::uint64_t> bounds;  // bucket b holds records [bounds[b], bounds[b + 1])
  std::uint64_t nan = 0, negative_inf = 0, positive_inf = 0;
};

// From keys to bucket numbers, non-decreasing: equal cells of the key range of a sample, joined into buckets
// of about equally many sampled values.
class Splitter {
 public:
  static constexpr std::size_t kMostBuckets = 512;
  static constexpr std::uint64_t kBucket = 1 << 17;  // values: sorted in less than a millisecond

  explicit Splitter(std::span<const float> values);
  std::size_t buckets() const { return buckets_; }
  std::size_t operator()(std::int32_t key) const {
    const std::int64_t cell = (std::int64_t{key} - first_key_) >> shift_;
    return bucket_of_[static_cast<std::size_t>(std::clamp<std::int64_t>(cell, 0, last_cell_))];
  }

 private:
  std::int64_t first_key_ = 0, last_cell_ = 0;
  int shift_ = 0;
  std::size_t buckets_ = 1;
  std::vector<std::uint16_t> bucket_of_;
};

// Kind::Type is the record, Kind::make(value, weight) makes one. `weights` is empty or as long as `values`.
// Nothing if stopped.
template <class Kind>
std::optional<Partitioned<typename Kind::Type>> partition(std::span<const float> values,
                                                          std::span<const float> weights,
                                                          const WorkContext& context) {
  constexpr std::size_t kChunk = 1 << 18;  // values a task
  const Splitter bucket_of(values);
  const std::size_t buckets = bucket_of.buckets(), chunks = (values.size() + kChunk - 1) / kChunk;

  struct Chunk {
    std::vector<std::uint64_t> place;  // first the bucket's number of records, then where the next one goes
    std::uint64_t nan = 0, negative_inf = 0, positive_inf = 0;
  };
  std::vector<Chunk> parts(chunks);
  const auto chunk_of = [&](std::size_t c) {
    return values.subspan(c * kChunk, std::min(kChunk, values.size() - c * kChunk));
  };
  if (!parallel_for(chunks, 1, phase(context, 0, 0.3), [&](std::size_t c, std::size_t) {
        Chunk part;
        part.place.resize(buckets);
        for (const float x : chunk_of(c)) {
          if (std::isfinite(x))
            ++part.place[bucket_of(ordered(x))];
          else
            ++(std::isnan(x) ? part.nan : x < 0 ? part.negative_inf : part.positive_inf);
        }
        parts[c] = std::move(part);
      }))
    return std::nullopt;

  Partitioned<typename Kind::Type> result;
  std::uint64_t total = 0;
  for (std::size_t b = 0; b < buckets; ++b) {
    result.bounds.push_back(total);
    for (Chunk& part : parts) {
      const std::uint64_t own = part.place[b];
      part.place[b] = total;
      total += own;
    }
  }
  result.bounds.push_back(total);
  for (const Chunk& part : parts) {
    result.nan += part.nan;
    result.negative_inf += part.negative_inf;
    result.positive_inf += part.positive_inf;
  }
  result.records = HugeArray<typename Kind::Type>(total);

  typename Kind::Type* const out = result.records.data();
  if (!parallel_for(chunks, 1, phase(context, 0.3, 1), [&](std::size_t c, std::size_t) {
        std::uint64_t* const place = parts[c].place.data();
        const std::span<const float> chunk = chunk_of(c);
        for (std::size_t i = 0; i < chunk.size(); ++i) {
          const float x = chunk[i];
          if (!std::isfinite(x)) continue;
          out[place[bucket_of(ordered(x))]++] =
              Kind::make(x, weights.empty() ? 1.0f : weights[c * kChunk + i]);
        }
      }))
    return std::nullopt;
  return result;
}

}  // namespace bitloupe
