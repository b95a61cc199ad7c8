// Quantize and dequantize 16 M float32 values, array to array on two threads, beside the bandwidth of the
// machine for as many bytes read and written. "share" is the rate over that of a loop that only copies past
// the caches, measured in the same run, in turns: medians of both.
#include <benchmark/benchmark.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "core/format/presets.h"
#include "core/quant/materialize.h"
#include "core/simd.h"
#include "tests/bench/bench_values.h"

namespace bitloupe {
namespace {

constexpr std::size_t kValues = std::size_t{1} << 24;
constexpr std::size_t kPart = std::size_t{1} << 18;

const std::vector<float>& values() {
  static const std::vector<float> all = bench_values(kValues);
  return all;
}

std::vector<float>& results() {
  static std::vector<float> all(kValues);
  return all;
}

// Past the caches, where the processor can; `to` is aligned to 16 bytes, `count` a multiple of 16.
void copy_part(const float* from, float* to, std::size_t count) {
#ifdef __SSE2__
  for (std::size_t i = 0; i < count; i += 16) {
    __builtin_prefetch(from + i + 1024);
    for (std::size_t k = 0; k < 16; k += 4) _mm_stream_ps(to + i + k, _mm_loadu_ps(from + i + k));
  }
#else
  std::copy_n(from, count, to);
#endif
}

void copy_all() {
  const float* from = values().data();
  float* to = results().data();
  parallel_for(kValues, kPart, {},
               [&](std::size_t begin, std::size_t end) { copy_part(from + begin, to + begin, end - begin); });
}

template <class Work>
double seconds_of(const Work& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double> seconds) {
  std::nth_element(seconds.begin(), seconds.begin() + static_cast<std::ptrdiff_t>(seconds.size() / 2),
                   seconds.end());
  return seconds[seconds.size() / 2];
}

void round_trip(benchmark::State& state, const std::string& format, const Granularity& granularity) {
  QuantSpec spec;
  spec.format = *parse_format(format);
  spec.scheme = Scheme::Symmetric;
  spec.granularity = granularity;
  const Quantizer quantizer(canonical(spec));
  ScaleSet scales;
  scales.layout = make_group_layout(spec.granularity, {kValues / 4096, 4096});
  const auto scale = static_cast<float>(3.4 / std::max(quantizer.grid_max, -quantizer.grid_min));
  scales.groups.assign(scales.layout.count, {scale, 0});
  const auto quantize = [&] { materialize(quantizer, scales, values(), {}, results(), {}); };
  copy_all();
  quantize();
  std::vector<double> copies, trips;
  for (auto _ : state) {
    copies.push_back(seconds_of(copy_all));
    trips.push_back(seconds_of(quantize));
    state.SetIterationTime(trips.back());
  }
  constexpr double kBytes = 2.0 * sizeof(float) * kValues;
  state.counters["GB/s"] = kBytes / median(trips) * 1e-9;
  state.counters["copy_GB/s"] = kBytes / median(copies) * 1e-9;
  state.counters["share"] = median(copies) / median(trips);
  state.SetLabel(kernel_name());
}

void add(const std::string& name, const std::string& format, const Granularity& granularity) {
  benchmark::RegisterBenchmark((name + "/" + format).c_str(),
                               [=](benchmark::State& state) { round_trip(state, format, granularity); })
      ->UseManualTime()
      ->Iterations(31)
      ->Unit(benchmark::kMillisecond);
}

}  // namespace
}  // namespace bitloupe

int main(int argc, char** argv) {
  bitloupe::ThreadPool::set_shared_threads(2);
  for (const char* format : {"int8", "int4", "e4m3fn", "e5m2", "e2m1", "nf4", "pow2:4"}) {
    bitloupe::add("tensor", format, {});
    bitloupe::add("group_64", format, {bitloupe::GranularityKind::Group, -1, 64});
    bitloupe::add("column", format, {bitloupe::GranularityKind::Channel, 1, 0});
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
