// bitloupe sweep SOURCE...: every tensor under every format, a row each, or one of N parts of the rows.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <utility>

#include "app/cli/command.h"
#include "app/cli/console.h"
#include "app/cli/progress.h"
#include "app/cli/shard.h"
#include "app/cli/spec_options.h"
#include "app/cli/sweep_formats.h"
#include "app/cli/sweep_plan.h"
#include "app/cli/sweep_report.h"
#include "core/experiment.h"

namespace bitloupe::cli {

namespace {

struct Options {
  std::vector<std::string> sources;
  std::string formats, shard;
  bool json_lines = false, csv = false;
  std::shared_ptr<SpecOptions> spec;
};

// The values of the tensor whose rows come next, and what was made of them last.
class Bench {
 public:
  using Measured = Result<std::shared_ptr<const Snapshot>>;

  // A snapshot with an error where the spec is wrong for the tensor: then no values are loaded for it.
  Measured measure(const SweepTensor& tensor, const QuantSpec& spec, const WorkContext& work) {
    if (tensor_ != &tensor) {
      previous_.reset();
      prepared_.reset();
      tensor_ = &tensor;
      failure_.reset();
    }
    if (failure_) return *failure_;
    if (const Status valid = validate(canonical(spec), tensor.shape); !valid) {
      auto refused = std::make_shared<Snapshot>();
      refused->error = valid.error();
      return std::shared_ptr<const Snapshot>(std::move(refused));
    }
    Measured measured = run_on_values(tensor, spec, work);
    if (!measured) failure_ = measured.error();
    if (measured && !(*measured)->error) previous_ = *measured;
    return measured;
  }

 private:
  Measured run_on_values(const SweepTensor& tensor, const QuantSpec& spec, const WorkContext& work) {
    const RunContext context = report_only(work);
    if (!prepared_) {
      if (const Status loaded = load(tensor, context.work); !loaded) return loaded.error();
    }
    return run(Experiment{tensor.source, spec}, prepared_, previous_, context);
  }

  Status load(const SweepTensor& tensor, const WorkContext& work) {
    const bool synthetic = tensor.source.synthetic.has_value();
    if (!synthetic && (!file_ || header_of_ != tensor.source.path)) {
      file_.reset();
      auto file = read_tensor_file(tensor.source.path, read_options(tensor.source));
      if (!file) return file.error();
      file_ = std::move(*file);
      header_of_ = tensor.source.path;
    }
    const auto values = load_source(tensor.source, Pick::Refuse, work, synthetic ? nullptr : &*file_);
    if (!values) return values.error();
    auto prepared = prepare(*values, work);
    if (!prepared) return prepared.error();
    prepared_ = std::move(*prepared);
    return Ok{};
  }

  const SweepTensor* tensor_ = nullptr;
  std::shared_ptr<const Prepared> prepared_;
  std::shared_ptr<const Snapshot> previous_;
  std::optional<Error> failure_;  // of reading this tensor's values: its other rows would fail likewise
  std::optional<TensorFile> file_;
  std::string header_of_;  // the path that file_ was read from
};

// What became of the rows.
struct Tally {
  std::size_t rows = 0, measured = 0;
  std::optional<Error> failure;  // the last that was reported
  std::string message;           // why the first row that was not measured was not
  int output_errno = 0;

  // A source or tensor that cannot be read.
  void fail(const Error& error) {
    report_now(error);
    failure = error;
  }
};

// A row is measured in stages, each of which counts from its own start.
WorkContext never_back(WorkContext work, std::atomic<double>& furthest) {
  if (work.progress)
    work.progress = [report = work.progress, &furthest](double done) {
      double seen = furthest;
      while (done > seen && !furthest.compare_exchange_weak(seen, done)) continue;
      report(std::max(done, seen));
    };
  return work;
}

void measure_rows(const SweepPlan& plan, const std::vector<SweepFormat>& formats, const SweepRange& range,
                  SweepReport& report, Tally& tally) {
  ProgressBar bar("sweep");
  std::atomic<double> furthest = 0;
  const WorkContext shown = never_back(bar.context(), furthest);
  Bench bench;
  double all = 0, done = 0;
  const auto values_of = [&](std::size_t row) {
    return static_cast<double>(plan.tensors[row / formats.size()].count());
  };
  for (std::size_t row = range.begin; row < range.end; ++row) all += values_of(row);
  std::optional<std::size_t> failed;  // a tensor is reported once
  for (std::size_t row = range.begin; row < range.end; ++row) {
    const std::size_t number = row / formats.size();
    const SweepFormat& format = formats[row % formats.size()];
    const double after = done + values_of(row);
    const WorkContext work = phase(shown, done / all, after / all);
    done = after;
    const auto snapshot = bench.measure(plan.tensors[number], format.spec, work);
    SweepRow printed{plan.tensors[number], format.name, nullptr, ""};
    bar.wipe();
    if (!snapshot) {
      if (failed != number) tally.fail(snapshot.error());
      failed = number;
      printed.message = snapshot.error().message;
    } else if ((*snapshot)->error) {
      printed.message = (*snapshot)->error->message;
    } else {
      printed.result = *snapshot;
      ++tally.measured;
    }
    ++tally.rows;
    if (tally.message.empty()) tally.message = printed.message;
    tally.output_errno = print_now(report.row(printed));
    if (tally.output_errno != 0) return;
  }
}

Result<SweepForm> form_of(const Options& options, const Globals& globals) {
  if (globals.json + options.json_lines + options.csv > 1)
    return bad_argument("sweep: --json, --jsonl and --csv exclude each other");
  return globals.json         ? SweepForm::Json
         : options.json_lines ? SweepForm::JsonLines
         : options.csv        ? SweepForm::Csv
                              : SweepForm::Table;
}

// The list of formats: --format X and --recipe X are lists of one.
Result<std::vector<SweepFormat>> formats_of(const Options& options) {
  std::optional<std::pair<std::string_view, std::string>> only;
  for (const auto& [key, text] : options.spec->assignments) {
    if (key != "format" && key != "recipe") continue;
    if (!options.formats.empty())
      return bad_argument("sweep: --" + std::string(key) + " and --formats exclude each other");
    if (!only || key == "format") only.emplace(key, text);
  }
  if (!only) return sweep_formats(options.formats.empty() ? kDefaultFormats : options.formats, *options.spec);
  auto format = sweep_format(only->first, only->second, *options.spec);
  if (!format) return format.error();
  return std::vector<SweepFormat>{std::move(*format)};
}

// In a job's log, and to whom a forgotten variable would otherwise give a part for the whole.
void say_part(const Shard& shard) {
  if (shard.whole() || shard.origin.empty()) return;
  note_now("part " + std::to_string(shard.index + 1) + " of " + std::to_string(shard.count) + ", by " +
           shard.origin + " (--shard 1/1 does everything)");
}

Outcome outcome_of(const Tally& tally, bool anything_planned) {
  if (tally.output_errno != 0) return {"", {}, false, tally.output_errno};
  if (tally.failure) return {"", tally.failure, true};
  if (!anything_planned) return {"", bad_input("sweep: no tensor to quantize in the sources")};
  if (tally.rows > 0 && tally.measured == 0)
    return {"", bad_input("sweep: no row could be measured; the first: " + tally.message)};
  return {};
}

Outcome sweep(const Options& options, const Globals& globals) {
  const auto form = form_of(options, globals);
  if (!form) return {"", form.error()};
  const auto formats = formats_of(options);
  if (!formats) return {"", formats.error()};
  const auto shard = options.shard.empty() ? shard_from_environment() : parse_shard(options.shard);
  if (!shard) return {"", shard.error()};
  const auto plan = plan_sweep(options.sources, globals);
  if (!plan) return {"", plan.error()};
  say_part(*shard);
  const bool first_part = shard->index == 0;
  if (first_part)
    for (const std::string& sentence : plan->skipped) note_now(sentence);
  Tally tally;
  for (const Error& failure : plan->failures) tally.fail(failure);

  std::size_t widest = 0;
  for (const SweepFormat& format : *formats) widest = std::max(widest, format.name.size());
  SweepReport report(*form, widest, first_part && !plan->tensors.empty());
  tally.output_errno = print_now(report.begin());
  if (tally.output_errno == 0)
    measure_rows(*plan, *formats, rows_of_part(plan->tensors, formats->size(), *shard), report, tally);
  if (tally.output_errno == 0) tally.output_errno = print_now(report.end());
  return outcome_of(tally, !plan->tensors.empty());
}

}  // namespace

Action declare_sweep(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option(
         "SOURCE", options->sources,
         "PATH, PATH::TENSOR or synthetic:KIND?key=value&...; of files of several tensors those without "
         "floating-point numbers are passed over, and everywhere those that are empty or of a type that "
         "is not decoded; one line on standard error says which")
      ->type_name("")
      ->required();
  app.add_option(
         "--formats", options->formats,
         "What to quantize to, a row each, whatever --spec says [" + std::string(kDefaultFormats) + ']')
      ->type_name("A,B,...");
  app.add_flag("--jsonl", options->json_lines, "A line of JSON a row, as it comes; --json is one array");
  app.add_flag("--csv", options->csv, "A line of CSV a row, as it comes, after a line of names");
  app.add_option(
         "--shard", options->shard,
         "Only the I-th of N parts, counted from 1; they follow one another, about the same number of "
         "values each. Joined in order, the parts of --jsonl, and of --csv, whose names stand in part 1 "
         "alone, are the whole. Without --shard the part is that of SLURM_ARRAY_TASK_ID, or of the "
         "rank under mpirun or srun")
      ->type_name("I/N");
  options->spec = add_spec_options(app);
  app.footer(
      "The quantizer's options apply to every format; one for which they are wrong is a row with a "
      "message.\nThe exit status is 1 where a source cannot be read or no row could be measured.");
  return [options](const Globals& globals) { return sweep(*options, globals); };
}

}  // namespace bitloupe::cli
