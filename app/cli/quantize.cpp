// bitloupe quantize SOURCE: one run of the experiment, its report, and its arrays as files.
#include <CLI/CLI.hpp>
#include <memory>

#include "app/cli/command.h"
#include "app/cli/outputs.h"
#include "app/cli/progress.h"
#include "app/cli/quantize_files.h"
#include "app/cli/quantize_report.h"
#include "app/cli/source_option.h"
#include "app/cli/spec_options.h"
#include "core/experiment.h"

namespace bitloupe::cli {

namespace {

struct Options {
  std::string source;
  std::shared_ptr<SpecOptions> spec;
  QuantizeFiles files;
};

Result<std::shared_ptr<const Snapshot>> compute(const Options& options, const Globals& globals) {
  const Result<SourceSpec> source = parse_source(options.source, globals);
  if (!source) return source.error();
  const Result<QuantSpec> spec = options.spec->spec();
  if (!spec) return spec.error();
  ProgressBar bar("quantize");
  const RunContext context = report_only(bar.context());
  const auto tensor = load_source(*source, Pick::Refuse, context.work);
  if (!tensor) return tensor.error();
  const auto prepared = prepare(*tensor, context.work);
  if (!prepared) return prepared.error();
  auto snapshot = run(Experiment{*source, *spec}, *prepared, nullptr, context);
  if (snapshot && (*snapshot)->error) return *(*snapshot)->error;
  return snapshot;
}

Outcome quantize(const Options& options, const Globals& globals) {
  if (const Status free = check_outputs(options.files.paths(), globals.force); !free)
    return {"", free.error()};
  const auto snapshot = compute(options, globals);
  if (!snapshot) return {"", snapshot.error()};
  const Statistics& statistics = (*snapshot)->prepared->statistics;
  if (options.files.any() && statistics.count > 0 && !statistics.has_finite() && !globals.force)
    return {"", bad_input(options.source +
                          ": has no finite value, scales are undefined (--force writes the files)")};
  if (const Status written = options.files.write(**snapshot); !written) return {"", written.error()};
  return {globals.json ? report_json(options.source, **snapshot) : report_text(options.source, **snapshot),
          {}};
}

}  // namespace

Action declare_quantize(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  add_source_option(app, options->source);
  options->spec = add_spec_options(app);
  app.add_option("--codes", options->files.codes, "Write the codes as .npy")->type_name("FILE");
  app.add_option("--dequantized", options->files.dequantized, "Write the dequantized values as float32 .npy")
      ->type_name("FILE");
  app.add_option("--scales", options->files.scales, "Write the scales: .npy, or .npz with zero points")
      ->type_name("FILE");
  app.add_option("--packed", options->files.packed,
                 "Write the bytes as the target stores them: ggml's blocks, or the codes side by side")
      ->type_name("FILE");
  return [options](const Globals& globals) { return quantize(*options, globals); };
}

}  // namespace bitloupe::cli
