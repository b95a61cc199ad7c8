// bitloupe inspect SOURCE: the tensors of a source and their statistics.
#include <CLI/CLI.hpp>
#include <memory>

#include "app/cli/command.h"
#include "app/cli/json_writer.h"
#include "app/cli/progress.h"
#include "app/cli/table.h"
#include "app/cli/text.h"
#include "core/io/display_text.h"
#include "core/source.h"
#include "core/stats/prepared.h"

namespace bitloupe::cli {

namespace {

struct Row {
  std::string name, dtype;
  Shape shape;
  std::optional<Statistics> statistics;  // none with --no-stats or an error
  std::optional<std::uint64_t> rounded_to_f32;
  std::optional<Error> error;
};

struct Listing {
  std::string source, format;
  std::vector<std::pair<std::string, std::string>> metadata;
  std::vector<Row> rows;
};

void describe_values(Row& row, const Result<std::shared_ptr<const Tensor>>& tensor, const WorkContext& work) {
  if (!tensor) {
    row.error = tensor.error();
    return;
  }
  const Result<Statistics> statistics = compute_statistics(**tensor, work);
  if (!statistics) {
    row.error = statistics.error();
    return;
  }
  row.statistics = *statistics;
  row.rounded_to_f32 = (*tensor)->rounded_to_f32 + statistics->odd.rounded;
}

Row file_row(const TensorFile& file, const TensorEntry& entry, bool with_statistics) {
  Row row{entry.name, entry.dtype_name, entry.shape, {}, {}, entry.error};
  if (row.error || !with_statistics) return row;
  ProgressBar bar(entry.name);
  const WorkContext work = bar.context();
  Result<Tensor> tensor = load_tensor(file, entry, work);
  if (tensor)
    describe_values(row, std::make_shared<const Tensor>(std::move(*tensor)), work);
  else
    row.error = tensor.error();
  return row;
}

Result<Listing> list_source(const SourceSpec& source, bool with_statistics) {
  Listing listing;
  listing.source = to_text(source);
  if (source.synthetic) {
    listing.format = "synthetic";
    ProgressBar bar(listing.source);
    const WorkContext work = bar.context();
    if (const Status valid = validate(*source.synthetic); !valid) return valid.error();
    Row row{source.synthetic->kind, std::string(info(DType::F32).name), source.synthetic->shape, {}, {}, {}};
    if (with_statistics) describe_values(row, load_source(source, Pick::Refuse, work), work);
    listing.rows.push_back(std::move(row));
    return listing;
  }
  const Result<TensorFile> file = read_tensor_file(source.path);
  if (!file) return file.error();
  listing.format = file->format;
  listing.metadata = file->metadata;
  if (!source.tensor.empty()) {
    const Result<const TensorEntry*> entry = pick_tensor(*file, source, Pick::Refuse);
    if (!entry) return entry.error();
    listing.rows.push_back(file_row(*file, **entry, with_statistics));
    return listing;
  }
  for (const TensorEntry& entry : file->tensors)
    listing.rows.push_back(file_row(*file, entry, with_statistics));
  return listing;
}

std::string json(const Listing& listing) {
  JsonWriter writer;
  writer.begin_object().member("source", listing.source).member("format", listing.format);
  writer.key("metadata").begin_object();
  for (const auto& [key, value] : listing.metadata) writer.member(key, value);
  writer.end_object().key("tensors").begin_array();
  for (const Row& row : listing.rows) {
    const auto finite = [&](auto Statistics::*field) {
      using Number = std::remove_cvref_t<decltype(std::declval<Statistics>().*field)>;
      return row.statistics && row.statistics->has_finite() ? std::optional<Number>((*row.statistics).*field)
                                                            : std::nullopt;
    };
    const auto counted = [&](std::uint64_t Statistics::*field) {
      return row.statistics ? std::optional((*row.statistics).*field) : std::nullopt;
    };
    writer.begin_object()
        .member("name", row.name)
        .member("dtype", row.dtype)
        .member_array("shape", row.shape)
        .member("count", element_count(row.shape))
        .member("min", finite(&Statistics::min))
        .member("max", finite(&Statistics::max))
        .member("mean", finite(&Statistics::mean))
        .member("std", finite(&Statistics::std))
        .member("nan_count", counted(&Statistics::nan))
        .member("inf_count", counted(&Statistics::inf))
        .member("zero_count", counted(&Statistics::zero))
        .member("rounded_to_f32", row.rounded_to_f32)
        .member("error", row.error ? std::optional(row.error->message) : std::nullopt)
        .end_object();
  }
  writer.end_array().end_object();
  return std::move(writer).finish();
}

std::string table(const Listing& listing, bool with_statistics) {
  std::vector<Table::Column> columns = {{"name"}, {"dtype"}, {"shape"}, {"count", Align::Right}};
  if (with_statistics)
    for (const char* title : {"min", "max", "mean", "std", "nan", "inf", "zero"})
      columns.push_back({title, Align::Right});
  columns.push_back({"note"});
  Table table(std::move(columns));
  for (const Row& row : listing.rows) {
    std::vector<std::string> cells = {row.name, row.dtype, to_text(row.shape),
                                      std::to_string(element_count(row.shape))};
    if (with_statistics && row.statistics) {
      const Statistics& s = *row.statistics;
      for (const double value : {static_cast<double>(s.min), static_cast<double>(s.max), s.mean, s.std})
        cells.push_back(s.has_finite() ? short_number(value) : "-");
      for (const std::uint64_t count : {s.nan, s.inf, s.zero}) cells.push_back(std::to_string(count));
    } else if (with_statistics) {
      cells.insert(cells.end(), 7, "-");
    }
    std::string note = row.error ? row.error->message : "";
    if (row.rounded_to_f32.value_or(0) > 0)
      note = std::to_string(*row.rounded_to_f32) + " values rounded to float32";
    cells.push_back(note);
    table.row(std::move(cells));
  }
  std::string text = displayed_path(listing.source) + "  " + listing.format + "  " +
                     std::to_string(listing.rows.size()) +
                     (listing.rows.size() == 1 ? " tensor\n" : " tensors\n");
  for (const auto& [key, value] : listing.metadata)
    text += "  " + displayed_path(key) + ": " + displayed_path(value) + '\n';
  return text + table.text();
}

// One line that names the first tensor that could not be read and how many others could not.
std::optional<Error> refusal(const Listing& listing) {
  const Row* first = nullptr;
  std::size_t others = 0;
  for (const Row& row : listing.rows) {
    if (!row.error) continue;
    if (first == nullptr)
      first = &row;
    else
      ++others;
  }
  if (first == nullptr) return std::nullopt;
  std::string message = listing.source + ": tensor " + first->name + ": " + first->error->message;
  if (others > 0)
    message += "; " + std::to_string(others) + (others == 1 ? " other" : " others") + " likewise";
  return bad_input(std::move(message));
}

struct Options {
  std::string source;
  bool no_statistics = false;
};

Outcome inspect(const Options& options, const Globals& globals) {
  const Result<SourceSpec> source = parse_source(options.source);
  if (!source) return {"", source.error()};
  const Result<Listing> listing = list_source(*source, !options.no_statistics);
  if (!listing) return {"", listing.error()};
  return {globals.json ? json(*listing) : table(*listing, !options.no_statistics), refusal(*listing)};
}

}  // namespace

Action declare_inspect(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option("SOURCE", options->source, "PATH, PATH::TENSOR or synthetic:KIND?key=value&...")
      ->type_name("")
      ->required();
  app.add_flag("--no-stats", options->no_statistics, "Read headers only");
  return [options](const Globals& globals) { return inspect(*options, globals); };
}

}  // namespace bitloupe::cli
