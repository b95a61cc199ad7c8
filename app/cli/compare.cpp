// bitloupe compare: the tensors of two sources against each other, or one source under several dialects.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

#include "app/cli/command.h"
#include "app/cli/compare_report.h"
#include "app/cli/progress.h"
#include "app/cli/source_option.h"
#include "app/cli/spec_options.h"
#include "core/experiment.h"
#include "core/quant/materialize.h"
#include "core/source_comparison.h"
#include "core/text.h"

namespace bitloupe::cli {

namespace {

struct Options {
  std::string a, b, dialects;
  std::shared_ptr<SpecOptions> spec;
};

Result<ComparedSource> open_side(const std::string& text, const Globals& globals) {
  const Result<SourceSpec> source = parse_source(text, globals);
  if (!source) return source.error();
  return open_compared(*source);
}

// --- Two sources.

ComparedRow row_of(const TensorPair& pair, const ComparedSource& a, const ComparedSource& b) {
  ComparedRow row;
  row.name = pair.in_a ? *pair.in_a : *pair.in_b;
  if (pair.in_a) row.a = to_text(a.of(*pair.in_a));
  if (pair.in_b) row.b = to_text(b.of(*pair.in_b));
  if (pair.both() && *pair.in_a != *pair.in_b) row.name_in_b = *pair.in_b;
  row.stored_in_a = pair.stored_in_a;
  row.stored_in_b = pair.stored_in_b;
  row.difference = pair.difference;
  row.error = pair.both() ? pair.error : pair.in_a ? "only in a" : "only in b";
  return row;
}

Result<std::vector<ComparedRow>> compare_sources(const ComparedSource& a, const ComparedSource& b) {
  auto pairs = pair_tensors(a, b);
  if (!pairs) return pairs.error();
  std::vector<ComparedRow> rows;
  for (TensorPair& pair : *pairs) {
    if (pair.both()) {
      ProgressBar bar(*pair.in_a);
      if (const Status compared = compare_pair(pair, a, b, bar.context()); !compared) return compared.error();
    }
    rows.push_back(row_of(pair, a, b));
  }
  return rows;
}

// --- One source under several dialects.

using Quantized = std::shared_ptr<const Snapshot>;

Result<ComparedRow> compare_quantized(const std::string& tensor, const std::string& dialect_a,
                                      const Quantized& a, const std::string& dialect_b, const Quantized& b,
                                      const WorkContext& work) {
  const Tensor& source = a->tensor();
  const std::size_t bytes = code_type(a->quantizer->format).bytes;
  std::atomic<std::uint64_t> codes_different = 0;
  const auto fill = [&](std::uint64_t begin, std::span<float> from_a, std::span<float> from_b) {
    std::vector<float> buffer;
    const std::span<const float> values = source.view(begin, from_a.size(), buffer);
    std::vector<std::byte> codes_a(values.size() * bytes), codes_b(codes_a.size());
    materialize(*a->quantizer, *a->scales, values, codes_a, from_a, work, begin);
    materialize(*b->quantizer, *b->scales, values, codes_b, from_b, work, begin);
    std::uint64_t different = 0;
    for (std::size_t i = 0; i < codes_a.size(); i += bytes)
      different += !std::equal(codes_a.begin() + static_cast<std::ptrdiff_t>(i),
                               codes_a.begin() + static_cast<std::ptrdiff_t>(i + bytes),
                               codes_b.begin() + static_cast<std::ptrdiff_t>(i));
    codes_different += different;
  };
  auto difference = difference_of(source.count(), fill, work);
  if (const auto failed = source.error()) return *failed;
  if (!difference) return cancelled();
  ComparedRow row;
  row.name = tensor;
  row.a = dialect_a;
  row.b = dialect_b;
  row.difference = std::move(*difference);
  row.dialects = {codes_different, a->report->sqnr_db(), b->report->sqnr_db()};
  return row;
}

// Every dialect after the first against the first.
Status add_dialect_rows(std::vector<ComparedRow>& rows, const ComparedSource& side, const std::string& name,
                        const std::vector<std::string>& dialects, const std::vector<QuantSpec>& specs) {
  ProgressBar bar(name);
  const RunContext context = report_only(bar.context());
  const auto tensor = side.load(name, context.work);
  if (!tensor) return tensor.error();
  const auto prepared = prepare(*tensor, context.work);
  if (!prepared) return prepared.error();
  std::vector<Quantized> made;
  for (const QuantSpec& spec : specs) {
    auto snapshot = run(Experiment{side.source, spec}, *prepared, nullptr, context);
    if (!snapshot) return snapshot.error();
    if ((*snapshot)->error) return *(*snapshot)->error;
    made.push_back(std::move(*snapshot));
  }
  for (std::size_t i = 1; i < made.size(); ++i) {
    auto row = compare_quantized(name, dialects[0], made[0], dialects[i], made[i], context.work);
    if (!row) return row.error();
    rows.push_back(std::move(*row));
  }
  return Ok{};
}

Result<std::vector<ComparedRow>> compare_dialects(const ComparedSource& side, const Options& options) {
  std::vector<std::string> dialects;
  std::vector<QuantSpec> specs;
  for (const std::string_view name : split(options.dialects, ',')) {
    if (std::find(dialects.begin(), dialects.end(), name) != dialects.end())
      return bad_argument("--dialects: " + in_quotes(name) + " stands twice");
    const Result<QuantSpec> spec = options.spec->spec({}, name);
    if (!spec) return Error{spec.error().code, "--dialects: " + spec.error().message};
    if (const Status valid = validate(*spec); !valid) return valid.error();
    dialects.emplace_back(name);
    specs.push_back(*spec);
  }
  if (dialects.size() < 2) return bad_argument("--dialects: expected at least two, as in default,torch");
  std::vector<ComparedRow> rows;
  for (const std::string& name : side.names)
    if (const Status added = add_dialect_rows(rows, side, name, dialects, specs); !added)
      return added.error();
  return rows;
}

Result<std::vector<ComparedRow>> compute(const Options& options, const Globals& globals) {
  const bool two = !options.b.empty();
  if (two == !options.dialects.empty())
    return bad_argument(
        "compare: expected either a second source or --dialects X,Y,...; see bitloupe compare --help");
  if (two && !options.spec->empty())
    return bad_argument(
        "compare: two sources are compared as they are; the options of the quantizer go with --dialects");
  for (const auto& [key, text] : options.spec->assignments)
    if (key == "dialect") return bad_argument("compare: --dialect and --dialects exclude each other");
  const Result<ComparedSource> a = open_side(options.a, globals);
  if (!a) return a.error();
  if (!two) return compare_dialects(*a, options);
  const Result<ComparedSource> b = open_side(options.b, globals);
  if (!b) return b.error();
  return compare_sources(*a, *b);
}

Outcome compare(const Options& options, const Globals& globals) {
  Result<std::vector<ComparedRow>> rows = compute(options, globals);
  if (!rows) return {"", rows.error()};
  sort_worst_first(*rows);
  return {globals.json ? compare_json(*rows) : compare_text(*rows), {}};
}

}  // namespace

Action declare_compare(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option("A", options->a, "PATH, PATH::TENSOR or synthetic:KIND?key=value&...")
      ->type_name("")
      ->required();
  app.add_option("B", options->b,
                 "A second one: tensors of one name are compared, or of the name that GGUF has for it")
      ->type_name("");
  options->spec = add_spec_options(app);
  app.add_option("--dialects", options->dialects,
                 "Instead of B: quantize A under each of these, and compare all with the first")
      ->type_name("X,Y,...");
  return [options](const Globals& globals) { return compare(*options, globals); };
}

}  // namespace bitloupe::cli
