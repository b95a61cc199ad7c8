// What prefix moments cost: build/release/moments_bench. Arguments are log2 of the number of values.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>

#include "core/calibration/threshold_errors.h"
#include "core/experiment.h"
#include "core/ordered.h"
#include "core/quant/spec_text.h"
#include "core/stats/moment_error.h"
#include "core/stats/sort_keys.h"

namespace {

using namespace bitloupe;

// One tensor and its moments a size, kept for all benchmarks.
struct Subject {
  std::shared_ptr<const Prepared> prepared;
  std::shared_ptr<const MomentSet> moments;
};

const Subject& gaussian(std::int64_t log2_values) {
  static std::map<std::int64_t, Subject> subjects;
  Subject& subject = subjects[log2_values];
  if (!subject.prepared) {
    SyntheticSpec spec;
    spec.shape = {(std::uint64_t{1} << log2_values) / 1024, 1024};
    subject.prepared = *prepare(std::make_shared<const Tensor>(*make_synthetic(spec, {})), {});
    const GroupLayout layout = make_group_layout({}, spec.shape);
    subject.moments = *make_moments(*subject.prepared, layout, false, {});
  }
  return subject;
}

QuantSpec spec_of(const std::string& format) {
  QuantSpec spec;
  (void)set_key(spec, "format", format);
  return canonical(spec);
}

void build(benchmark::State& state) {
  const Subject& subject = gaussian(state.range(0));
  const GroupLayout layout = subject.moments->layout;
  for (auto _ : state) benchmark::DoNotOptimize(make_moments(*subject.prepared, layout, false, {}));
  state.counters["bytes_per_value_byte"] = static_cast<double>(subject.moments->groups[0].bytes()) /
                                           static_cast<double>(sizeof(float) << state.range(0));
}

// The yardstick: one call of VQSort by one thread on a fresh copy.
void one_vqsort(benchmark::State& state) {
  const std::span<const float> values = gaussian(state.range(0)).prepared->tensor->span();
  std::vector<std::int32_t> keys(values.size());
  for (auto _ : state) {
    state.PauseTiming();
    std::transform(values.begin(), values.end(), keys.begin(), [](float x) { return ordered(x); });
    state.ResumeTiming();
    sort_keys(std::span(keys));
  }
}

void one_error(benchmark::State& state, const std::string& format) {
  const Subject& subject = gaussian(state.range(0));
  const QuantSpec spec = spec_of(format);
  const Quantizer quantizer(spec);
  const CodeLadder ladder(quantizer, 0);
  std::uint64_t floored = 0, saturated = 0;
  float amax = 4;
  for (auto _ : state) {  // another scale each time, as under a hand
    amax = amax > 2 ? amax * 0.999f : 4;
    const GroupScale scale = make_scale(spec, {-amax, amax}, floored, saturated);
    benchmark::DoNotOptimize(moment_errors(subject.moments->groups[0], ladder, quantizer, scale));
  }
}

void curve(benchmark::State& state, const std::string& format) {
  const Subject& subject = gaussian(state.range(0));
  const QuantSpec spec = spec_of(format);
  const auto extremes = group_extremes(*subject.prepared, subject.moments->layout, {});
  const ThresholdErrors errors(*subject.prepared, subject.moments.get(), spec, *extremes, {}, 1);
  std::vector<double> thresholds;
  for (int i = 1; i <= 256; ++i) thresholds.push_back(errors.largest() * i / 256);
  for (auto _ : state) benchmark::DoNotOptimize(errors.at(thresholds, {}));
}

void proof(benchmark::State& state, const std::string& format) {
  const Subject& subject = gaussian(state.range(0));
  const QuantSpec spec = spec_of(format);
  const auto extremes = group_extremes(*subject.prepared, subject.moments->layout, {});
  bool proven = false;
  for (auto _ : state) {
    const auto found = error_curve(*subject.prepared, subject.moments.get(), spec, *extremes, {}, {});
    proven = found->label == MinimumLabel::Proven;
  }
  state.SetLabel(proven ? "proven" : "refined");
}

// From the change of the clip range to the snapshot, as the tune lane does it.
void slider_move(benchmark::State& state, const std::string& format, const std::string& granularity) {
  const Subject& subject = gaussian(state.range(0));
  Experiment experiment;
  (void)set_key(experiment.quant, "format", format);
  (void)set_key(experiment.quant, "granularity", granularity);
  RunContext context;
  context.moments = subject.moments;
  context.step_by_step = false;
  std::shared_ptr<const Snapshot> previous = *run(experiment, subject.prepared, nullptr, context);
  double hi = 4;
  for (auto _ : state) {
    hi = hi > 2 ? hi * 0.999 : 4;
    (void)set_key(experiment.quant, "calibration", "manual:-4:" + std::to_string(hi));
    previous = *run(experiment, subject.prepared, previous, context);
  }
}

constexpr auto kMs = benchmark::kMillisecond;
constexpr auto kUs = benchmark::kMicrosecond;
BENCHMARK(build)->Arg(20)->Arg(24)->Arg(26)->Unit(kMs)->UseRealTime();
BENCHMARK(one_vqsort)->Arg(20)->Arg(24)->Arg(26)->Unit(kMs)->UseRealTime();
BENCHMARK_CAPTURE(one_error, int4, "int4")->Arg(20)->Arg(26)->Unit(kUs)->UseRealTime();
BENCHMARK_CAPTURE(one_error, int8, "int8")->Arg(20)->Arg(26)->Unit(kUs)->UseRealTime();
BENCHMARK_CAPTURE(one_error, e4m3fn, "e4m3fn")->Arg(20)->Arg(26)->Unit(kUs)->UseRealTime();
BENCHMARK_CAPTURE(curve, int4, "int4")->Arg(20)->Arg(26)->Unit(kMs)->UseRealTime();
BENCHMARK_CAPTURE(curve, int8, "int8")->Arg(20)->Arg(26)->Unit(kMs)->UseRealTime();
BENCHMARK_CAPTURE(proof, int4, "int4")->Arg(16)->Arg(20)->Arg(26)->Unit(kMs)->UseRealTime();
BENCHMARK_CAPTURE(proof, int8, "int8")->Arg(16)->Arg(20)->Arg(26)->Unit(kMs)->UseRealTime();
BENCHMARK_CAPTURE(slider_move, int4, "int4", "tensor")->Arg(20)->Arg(24)->Arg(26)->Unit(kMs)->UseRealTime();
BENCHMARK_CAPTURE(slider_move, int8, "int8", "tensor")->Arg(20)->Arg(24)->Arg(26)->Unit(kMs)->UseRealTime();
BENCHMARK_CAPTURE(slider_move, int4_group, "int4", "group:128")
    ->Arg(20)
    ->Arg(24)
    ->Arg(26)
    ->Unit(kMs)
    ->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
