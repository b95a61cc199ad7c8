// bitloupe compare: the tensors of two sources against each other, or one source under several dialects.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "app/cli/command.h"
#include "app/cli/compare_report.h"
#include "app/cli/progress.h"
#include "app/cli/source_option.h"
#include "app/cli/spec_options.h"
#include "core/experiment.h"
#include "core/io/display_text.h"
#include "core/io/gguf_names.h"
#include "core/quant/materialize.h"
#include "core/source.h"
#include "core/text.h"

namespace bitloupe::cli {

namespace {

struct Options {
  std::string a, b, dialects;
  std::shared_ptr<SpecOptions> spec;
};

// A source and the names of the tensors in it that are asked for.
struct Side {
  SourceSpec source;
  std::optional<TensorFile> file;  // its header; empty for synthetic ones
  std::vector<std::string> names;

  std::string text(const std::string& name) const {
    SourceSpec one = source;
    if (file) one.tensor = name;
    return to_text(one);
  }
  // The name of what a tensor is stored as; empty where nobody knows.
  std::string stored(const std::string& name) const {
    if (!file) return std::string(info(DType::F32).name);
    const TensorEntry* entry = file->find(name);
    return entry && entry->described ? entry->dtype_name : "";
  }
  // Why a tensor cannot be loaded while others can; nothing where it can.
  std::optional<Error> refusal(const std::string& name) const {
    const TensorEntry* entry = file ? file->find(name) : nullptr;
    if (entry && entry->error) return why_unloadable(*file, *entry);
    return std::nullopt;
  }
  Result<std::shared_ptr<const Tensor>> load(const std::string& name, const WorkContext& work) const {
    SourceSpec one = source;
    if (file) one.tensor = name;
    return load_source(one, Pick::Refuse, work, file ? &*file : nullptr);
  }
};

Result<Side> open_side(const std::string& text, const Globals& globals) {
  Result<SourceSpec> source = parse_source(text, globals);
  if (!source) return source.error();
  Side side{std::move(*source), {}, {}};
  if (side.source.synthetic) {
    side.names = {side.source.synthetic->kind};
    return side;
  }
  Result<TensorFile> file = read_tensor_file(side.source.path, read_options(side.source));
  if (!file) return file.error();
  side.file = std::move(*file);
  if (!side.source.tensor.empty() || side.file->tensors.empty()) {
    const auto entry = pick_tensor(*side.file, side.source, Pick::Refuse);
    if (!entry) return entry.error();
    side.names = {(*entry)->name};
  } else {
    for (const TensorEntry& entry : side.file->tensors) side.names.push_back(entry.name);
  }
  return side;
}

// --- Two sources.

Result<ComparedRow> compare_pair(const Side& a, const std::string& name_a, const Side& b,
                                 const std::string& name_b) {
  ProgressBar bar(name_a);
  const WorkContext work = bar.context();
  ComparedRow row;
  row.name = name_a;
  row.a = a.text(name_a);
  row.b = b.text(name_b);
  if (name_a != name_b) row.name_in_b = name_b;
  row.stored_in_a = a.stored(name_a);
  row.stored_in_b = b.stored(name_b);
  for (const auto& refused : {a.refusal(name_a), b.refusal(name_b)}) {
    if (!refused) continue;
    row.error = refused->message;
    return row;
  }
  const auto first = a.load(name_a, work);
  if (!first) return first.error();
  const auto second = b.load(name_b, work);
  if (!second) return second.error();
  if ((*first)->shape != (*second)->shape) {
    row.error = "shapes differ (" + to_text((*first)->shape) + " and " + to_text((*second)->shape) + ")";
    return row;
  }
  auto difference = difference_of(**first, **second, work);
  if (!difference) return difference.error();
  row.difference = std::move(*difference);
  return row;
}

// The names of `b` by which those of `a` are found: their own and, where one side is GGUF and the other is
// not, what the other's are called there.
class Partners {
 public:
  Partners(const Side& a, const Side& b) {
    const bool gguf_a = is_gguf(a), gguf_b = is_gguf(b);
    if (gguf_a != gguf_b) converted_ = gguf_b ? Converted::A : Converted::B;
    for (const std::string& name : b.names) {
      names_.emplace(name, name);
      if (converted_ != Converted::B) continue;
      if (std::string other = gguf_tensor_name(name); !other.empty()) names_.emplace(std::move(other), name);
    }
  }

  // Null: `b` has none.
  const std::string* of(const std::string& name) const {
    if (const std::string* same = find(name)) return same;
    return converted_ == Converted::A ? find(gguf_tensor_name(name)) : nullptr;
  }

 private:
  enum class Converted { None, A, B };
  static bool is_gguf(const Side& side) { return side.file && side.file->format == "gguf"; }
  const std::string* find(const std::string& name) const {
    const auto found = names_.find(name);
    return found == names_.end() ? nullptr : &found->second;
  }

  Converted converted_ = Converted::None;
  std::map<std::string, std::string> names_;
};

// Where each side has one tensor these two, whatever their names; else those of one name.
Result<std::vector<ComparedRow>> compare_sources(const Side& a, const Side& b) {
  std::vector<ComparedRow> rows;
  if (a.names.size() == 1 && b.names.size() == 1) {
    auto row = compare_pair(a, a.names.front(), b, b.names.front());
    if (!row) return row.error();
    rows.push_back(std::move(*row));
    return rows;
  }
  const Partners partners(a, b);
  std::set<std::string> found;
  for (const std::string& name : a.names) {
    const std::string* partner = partners.of(name);
    if (partner == nullptr) {
      rows.push_back({.name = name, .a = a.text(name), .error = "only in a", .stored_in_a = a.stored(name)});
      continue;
    }
    auto row = compare_pair(a, name, b, *partner);
    if (!row) return row.error();
    rows.push_back(std::move(*row));
    found.insert(*partner);
  }
  if (found.empty())
    return bad_input(to_text(a.source) + " and " + to_text(b.source) +
                     ": no tensor of the first is in the second (" + std::to_string(a.names.size()) +
                     " and " + std::to_string(b.names.size()) + " tensors; name one of each after '::')");
  for (const std::string& name : b.names)
    if (!found.contains(name))
      rows.push_back({.name = name, .b = b.text(name), .error = "only in b", .stored_in_b = b.stored(name)});
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
Status add_dialect_rows(std::vector<ComparedRow>& rows, const Side& side, const std::string& name,
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

Result<std::vector<ComparedRow>> compare_dialects(const Side& side, const Options& options) {
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
  const Result<Side> a = open_side(options.a, globals);
  if (!a) return a.error();
  if (!two) return compare_dialects(*a, options);
  const Result<Side> b = open_side(options.b, globals);
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
