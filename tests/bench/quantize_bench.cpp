// Time of run()'s exact pass: build/release/quantize_bench. The argument is log2 of the number of values.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>

#include "core/experiment.h"
#include "core/quant/spec_text.h"

namespace {

using namespace bitloupe;

std::shared_ptr<const Prepared> gaussian(std::uint64_t values) {
  SyntheticSpec spec;
  spec.shape = {values / 1024, 1024};
  const Result<Tensor> tensor = make_synthetic(spec, {});
  return *prepare(std::make_shared<const Tensor>(*tensor), {});
}

void exact_pass(benchmark::State& state, const std::string& format, const std::string& granularity) {
  const auto prepared = gaussian(std::uint64_t{1} << state.range(0));
  Experiment experiment;
  const bool known = set_key(experiment.quant, "format", format).ok() &&
                     set_key(experiment.quant, "granularity", granularity).ok();
  RunContext context;
  context.step_by_step = context.with_curve = context.with_comparisons = false;
  for (auto _ : state) {
    const auto snapshot = run(experiment, prepared, nullptr, context);
    if (!known || !snapshot || !(*snapshot)->exact) state.SkipWithError("no exact result");
    benchmark::DoNotOptimize(snapshot);
  }
  state.SetBytesProcessed(state.iterations() * (std::int64_t{sizeof(float)} << state.range(0)));
}

BENCHMARK_CAPTURE(exact_pass, int8_tensor, "int8", "tensor")
    ->Arg(20)
    ->Arg(24)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(exact_pass, int4_group_64, "int4", "group:64")
    ->Arg(20)
    ->Arg(24)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(exact_pass, e4m3fn_tensor, "e4m3fn", "tensor")
    ->Arg(20)
    ->Arg(24)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
