// Encoding and decoding 64 M values as ggml's blocks, on one and on two threads, beside the bandwidth of the
// machine: GB/s of float32 read (encode) or written (decode), and "share", that rate over the rate of a loop
// that only reads the float32 values, measured in the same run, in turns: medians of both.
#include <benchmark/benchmark.h>
#include <hwy/cache_control.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "core/block/encode_blocks.h"
#include "core/parallel.h"
#include "core/simd.h"
#include "tests/bench/bench_values.h"

namespace bitloupe {
namespace {

constexpr std::size_t kValues = std::size_t{1} << 26;
constexpr std::size_t kPart = std::size_t{1} << 16;

const std::vector<float>& values() {
  static const std::vector<float> all = bench_values(kValues);
  return all;
}

// Room for the results of both ways, touched once.
std::vector<std::byte>& blocks() {
  static std::vector<std::byte> all(kValues * 2, std::byte{1});
  return all;
}
std::vector<float>& decoded() {
  static std::vector<float> all(kValues);
  return all;
}

// Sums of 16 independent lanes: adding keeps up with memory.
float sum_of(const float* x, std::size_t count) {
  float sums[16] = {};
  for (std::size_t i = 0; i < count; i += 16) {
    hwy::Prefetch(x + i + 1024);
    for (std::size_t k = 0; k < 16; ++k) sums[k] += x[i + k];
  }
  return *std::max_element(sums, sums + 16);
}

// Parts of the tensor, by this thread or by all.
template <class Part>
void over_parts(int threads, const Part& part) {
  if (threads > 1) {
    parallel_for(kValues, kPart, {}, part);
    return;
  }
  for (std::size_t i = 0; i < kValues; i += kPart) part(i, i + kPart);
}

void read_all(int threads) {
  over_parts(threads, [](std::size_t begin, std::size_t end) {
    benchmark::DoNotOptimize(sum_of(values().data() + begin, end - begin));
  });
}

void encode_all(const BlockType& type, int threads) {
  over_parts(threads, [&](std::size_t begin, std::size_t end) {
    encode_blocks(type, std::span(values()).subspan(begin, end - begin),
                  blocks().data() + begin / type.values * type.bytes);
  });
}

void decode_all(const BlockType& type, int threads) {
  over_parts(threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin / type.values; i < end / type.values; ++i)
      type.decode(blocks().data() + i * type.bytes, decoded().data() + i * type.values);
  });
}

template <class Work>
double seconds_of(const Work& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double> seconds) {
  const auto middle = seconds.begin() + static_cast<std::ptrdiff_t>(seconds.size() / 2);
  std::nth_element(seconds.begin(), middle, seconds.end());
  return *middle;
}

template <class Work>
void measure(benchmark::State& state, const Work& work) {
  const auto threads = static_cast<int>(state.range(0));
  read_all(threads);
  work(threads);
  std::vector<double> reads, works;
  for (auto _ : state) {
    reads.push_back(seconds_of([&] { read_all(threads); }));
    works.push_back(seconds_of([&] { work(threads); }));
    state.SetIterationTime(works.back());
  }
  constexpr double kBytes = sizeof(float) * double{kValues};
  state.counters["GB/s"] = kBytes / median(works) * 1e-9;
  state.counters["read_GB/s"] = kBytes / median(reads) * 1e-9;
  state.counters["share"] = median(reads) / median(works);
  state.SetLabel(kernel_name());
}

// The searches of the K-quants take a second for so many values: fewer rounds.
void add(const BlockType& type) {
  const auto with = [](benchmark::internal::Benchmark* added, int rounds) {
    added->Arg(1)->Arg(2)->UseManualTime()->Iterations(rounds)->Unit(benchmark::kMillisecond);
  };
  const std::string name(type.name);
  with(benchmark::RegisterBenchmark(("encode/" + name).c_str(),
                                    [&type](benchmark::State& state) {
                                      measure(state, [&](int threads) { encode_all(type, threads); });
                                    }),
       type.values == 256 ? 1 : 7);
  with(benchmark::RegisterBenchmark(("decode/" + name).c_str(),
                                    [&type](benchmark::State& state) {
                                      encode_all(type, 2);
                                      measure(state, [&](int threads) { decode_all(type, threads); });
                                    }),
       7);
}

}  // namespace
}  // namespace bitloupe

int main(int argc, char** argv) {
  bitloupe::ThreadPool::set_shared_threads(2);
  for (const bitloupe::BlockType& type : bitloupe::block_types())
    if (type.encode) bitloupe::add(type);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
