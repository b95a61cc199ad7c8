// The fused pass against the read bandwidth of the machine: 64 M values, two threads. "share" is the rate of
// reading over that of a loop that only reads, measured in the same run just before.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <span>
#include <thread>
#include <vector>

#include "core/calibration/group_sweep.h"
#include "core/format/presets.h"
#include "core/simd.h"
#include "core/stats/error_report.h"
#include "core/stats/fused_pass.h"
#include "core/stats/histogram.h"
#include "tests/bench/bench_values.h"

namespace bitloupe {
namespace {

constexpr std::size_t kValues = std::size_t{1} << 26;
constexpr int kThreads = 2;

const std::vector<float>& values() {
  static const std::vector<float> all = bench_values(kValues);
  return all;
}

template <class Body>
void on_two_threads(Body&& body) {
  constexpr std::size_t kPart = kValues / kThreads;
  std::thread other([&] { body(1, std::span(values()).subspan(kPart)); });
  body(0, std::span(values()).first(kPart));
  other.join();
}

// Sixteen sums keep the adders ahead of the memory; prefetched 4 KiB ahead.
float read_all(std::span<const float> x) {
  using Lanes = float __attribute__((vector_size(64), aligned(4)));
  Lanes sums[4] = {};
  for (std::size_t i = 0; i + 64 <= x.size(); i += 64)
    for (std::size_t k = 0; k < 4; ++k) {
      __builtin_prefetch(x.data() + i + 16 * k + 1024);
      sums[k] += *reinterpret_cast<const Lanes*>(x.data() + i + 16 * k);
    }
  return (sums[0] + sums[1] + sums[2] + sums[3])[0];
}

double seconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double read_seconds() {
  const auto read = [] {
    on_two_threads([](int, std::span<const float> x) { benchmark::DoNotOptimize(read_all(x)); });
  };
  double best = seconds_of(read);
  for (int i = 0; i < 4; ++i) best = std::min(best, seconds_of(read));
  return best;
}

// Runs `work` under the benchmark's clock; reports bytes/s, the share of the bandwidth and the kernel.
template <class Work>
void measure(benchmark::State& state, Work&& work) {
  values();
  const double reading = read_seconds();
  std::vector<double> times;
  for (auto _ : state) {
    const double seconds = seconds_of(work);
    state.SetIterationTime(seconds);
    times.push_back(seconds);
  }
  std::sort(times.begin(), times.end());
  state.counters["share"] = reading / times[times.size() / 2];
  state.counters["read_GB/s"] = 4e-9 * kValues / reading;
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kValues * 4));
  state.SetLabel(kernel_name());
}

void read_only(benchmark::State& state) {
  measure(state, [] {
    on_two_threads([](int, std::span<const float> x) { benchmark::DoNotOptimize(read_all(x)); });
  });
}

// Scales, errors and counts in one read; the second argument is the group size, 0 for one scale given.
void fused(benchmark::State& state, const char* format, std::size_t group) {
  QuantSpec spec;
  spec.format = parse_format(format).value();
  spec = canonical(spec);
  const Quantizer quantizer(spec);
  const FusedPass pass(quantizer);
  const std::size_t size = group == 0 ? kValues / kThreads : group;
  std::vector<GroupScale> scales(kValues / size, GroupScale{static_cast<float>(3.4 / quantizer.grid_max), 0});
  std::vector<GroupSums> sums(scales.size());
  measure(state, [&] {
    on_two_threads([&](int part, std::span<const float> x) {
      FusedPass::Worker worker(pass, true, x.size());
      const std::size_t groups = x.size() / size, first = static_cast<std::size_t>(part) * groups;
      const std::span own(scales.data() + first, groups);
      const std::span group_sums(sums.data() + first, groups);
      if (group == 0)
        pass.add_groups(worker, x, size, own, group_sums);
      else
        pass.add_groups_with_own_scales(worker, spec, x, size, own, group_sums);
      benchmark::DoNotOptimize(worker.take());
    });
  });
}

void histogram(benchmark::State& state) {
  measure(state, [] {
    on_two_threads([](int, std::span<const float> x) {
      Histogram h = make_histogram(-3.4, 3.4, 2048);
      count_into(h, x);
      benchmark::DoNotOptimize(h.counts.data());
    });
  });
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kValues));
}

BENCHMARK(read_only)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(fused, int4_g128, "int4", 128)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(fused, int4_g32, "int4", 32)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(fused, e4m3fn, "e4m3fn", 0)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(fused, int8, "int8", 0)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(histogram)->UseManualTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace bitloupe

BENCHMARK_MAIN();
