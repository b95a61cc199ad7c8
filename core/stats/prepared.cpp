#include "core/stats/prepared.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include "core/random.h"
#include "core/stats/block_scan.h"

namespace bitloupe {
namespace {

constexpr std::uint64_t kBlock = BlockExtremes::kLeast;
constexpr std::uint64_t kChunk =
    1024;  // values whose moments are taken at a time: 4 KiB, inside the L1 cache
constexpr std::uint64_t kTask = 1 << 16;  // values per task; fixes the order of every sum
static_assert(kTask % BlockExtremes::kLongest == 0);
constexpr std::uint64_t kSampled = 1 << 20;
constexpr std::uint64_t kSampleAllUpTo = 1 << 21;
constexpr std::uint64_t kSampleSeed = 0;

struct Partial {
  std::uint64_t nan = 0, inf = 0, zero = 0;
  float min = std::numeric_limits<float>::infinity(), max = -min;
  Moments moments;
  ReadCounts odd;

  void add(const BlockScan& scan) {
    nan += scan.nan;
    inf += scan.inf;
    zero += scan.zero;
    min = std::min(min, scan.min);
    max = std::max(max, scan.max);
  }
  void add(const Partial& other) {
    nan += other.nan;
    inf += other.inf;
    zero += other.zero;
    min = std::min(min, other.min);
    max = std::max(max, other.max);
    moments.merge(other.moments);
    odd.add(other.odd);
  }
};

void include(BlockExtremes::Extremes& block, const BlockExtremes::Extremes& other) {
  block.min = std::min(block.min, other.min);
  block.max = std::max(block.max, other.max);
  block.nan |= other.nan;
  block.inf |= other.inf;
}

Moments moments_of_finite(std::span<const float> values) {
  std::array<float, kChunk> finite;
  std::size_t count = 0;
  for (const float x : values) {
    finite[count] = x;
    count += std::isfinite(x);
  }
  return moments_of(std::span(finite).first(count));
}

// `blocks` (one entry for `length` of the `values`, which begin with one) may be empty.
Partial scan_task(std::span<const float> values, std::uint64_t length,
                  std::span<BlockExtremes::Extremes> blocks) {
  Partial partial;
  for (std::uint64_t chunk = 0; chunk < values.size(); chunk += kChunk) {
    const auto in_chunk = values.subspan(chunk, std::min(kChunk, values.size() - chunk));
    std::uint64_t special = 0;
    for (std::uint64_t i = 0; i < in_chunk.size(); i += kBlock) {
      const BlockScan scan = scan_block(in_chunk.subspan(i, std::min(kBlock, in_chunk.size() - i)));
      partial.add(scan);
      special += scan.nan + scan.inf;
      if (!blocks.empty())
        include(blocks[(chunk + i) / length], {scan.min, scan.max, scan.nan > 0, scan.inf > 0});
    }
    partial.moments.merge(special == 0 ? moments_of(in_chunk) : moments_of_finite(in_chunk));
  }
  return partial;
}

Statistics finish(const Partial& total, std::uint64_t count) {
  Statistics statistics;
  statistics.count = count;
  statistics.nan = total.nan;
  statistics.inf = total.inf;
  statistics.zero = total.zero;
  statistics.finite = count - total.nan - total.inf;
  statistics.odd = total.odd;
  if (!statistics.has_finite()) return statistics;
  statistics.min = total.min;
  statistics.max = total.max;
  statistics.mean = total.moments.mean;
  statistics.std = std::sqrt(total.moments.m2 / total.moments.count);
  return statistics;
}

// One pass; fills `extremes` unless it has no blocks.
Result<Statistics> scan(const Tensor& tensor, BlockExtremes& extremes, const WorkContext& context) {
  const std::uint64_t count = tensor.count();
  Partial total;
  const bool done = ordered_reduce(
      (count + kTask - 1) / kTask, context,
      [&](std::size_t task) {
        const std::uint64_t first = task * kTask, size = std::min(kTask, count - first);
        if (tensor.error()) return Partial();
        std::vector<float> buffer;
        ReadCounts odd;
        std::span<const float> values;
        if (tensor.resident()) {
          values = tensor.span().subspan(first, size);
        } else {
          buffer.resize(size);
          odd = tensor.stream->read(first, buffer);
          values = buffer;
        }
        std::span<BlockExtremes::Extremes> blocks = extremes.blocks;
        if (!blocks.empty())
          blocks = blocks.subspan(first / extremes.length, (size + extremes.length - 1) / extremes.length);
        Partial partial = scan_task(values, extremes.length, blocks);
        partial.odd = odd;
        return partial;
      },
      [&](Partial&& partial) { total.add(partial); });
  if (const auto error = tensor.error()) return *error;
  if (!done) return cancelled();
  return finish(total, count);
}

BlockExtremes room_for(const Tensor& tensor) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  BlockExtremes extremes;
  extremes.length = BlockExtremes::length_for(tensor);
  extremes.blocks.resize((tensor.count() + extremes.length - 1) / extremes.length,
                         {kInfinity, -kInfinity, false, false});
  return extremes;
}

}  // namespace

std::uint64_t BlockExtremes::length_for(const Tensor& tensor) {
  std::uint64_t length = kLeast;
  if (!tensor.resident())
    while (length < kLongest && tensor.count() > kMost * length) length *= 2;
  return length;
}

Result<Statistics> compute_statistics(const Tensor& tensor, const WorkContext& context) {
  BlockExtremes none;
  return scan(tensor, none, context);
}

Result<BlockExtremes> compute_block_extremes(const Tensor& tensor, const WorkContext& context) {
  BlockExtremes extremes = room_for(tensor);
  if (const auto done = scan(tensor, extremes, context); !done) return done.error();
  return extremes;
}

Sample make_sample(std::uint64_t count, std::uint64_t seed) {
  Sample sample;
  sample.values = count;
  if (count <= kSampleAllUpTo) return sample;
  constexpr std::uint64_t kStrata = kSampled / Sample::kRun;
  sample.all = false;
  sample.values = kSampled;
  sample.starts.reserve(kStrata);
  // Stratum i is [i * width + min(i, wide), ...): the first `wide` ones hold one value more.
  const std::uint64_t width = count / kStrata, wide = count % kStrata;
  for (std::uint64_t i = 0; i < kStrata; ++i) {
    const std::uint64_t begin = i * width + std::min(i, wide);
    const std::uint64_t places = width + (i < wide) - Sample::kRun + 1;
    sample.starts.push_back(begin + random_bits(seed, i) % places);
  }
  return sample;
}

Values sampled_values(const Prepared& prepared) {
  Values sampled;
  sampled.reserve(prepared.sample.values);
  std::vector<float> buffer;
  const auto add = [&](std::uint64_t begin, std::uint64_t count) {
    const auto run = prepared.tensor->view(begin, count, buffer);
    sampled.insert(sampled.end(), run.begin(), run.end());
  };
  if (prepared.sample.all) add(0, prepared.tensor->count());
  for (const std::uint64_t start : prepared.sample.starts) add(start, Sample::kRun);
  return sampled;
}

Result<std::shared_ptr<const Prepared>> prepare(std::shared_ptr<const Tensor> tensor,
                                                const WorkContext& context) {
  auto prepared = std::make_shared<Prepared>();
  prepared->extremes = room_for(*tensor);
  const auto statistics = scan(*tensor, prepared->extremes, context);
  if (!statistics) return statistics.error();
  prepared->statistics = *statistics;
  prepared->sample = make_sample(tensor->count(), kSampleSeed);
  if (const ReadCounts& odd = statistics->odd; odd != ReadCounts{}) {
    auto counted = std::make_shared<Tensor>(*tensor);
    counted->rounded_to_f32 = odd.rounded;
    for (std::string& warning : warnings_about(odd)) counted->warnings.push_back(std::move(warning));
    tensor = std::move(counted);
  }
  prepared->tensor = std::move(tensor);
  return std::shared_ptr<const Prepared>(std::move(prepared));
}

}  // namespace bitloupe
