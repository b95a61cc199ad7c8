#include "app/cli/inspect_listing.h"

#include <algorithm>

#include "app/cli/json_writer.h"
#include "app/cli/table.h"
#include "app/cli/text.h"
#include "core/io/display_text.h"

namespace bitloupe::cli {

namespace {

// What people are shown of the metadata: some programs keep a whole training log there.
constexpr std::size_t kMostValues = 50, kLongestValue = 400;  // values, bytes of one

void write_error(JsonWriter& writer, const std::optional<Error>& error) {
  writer.member("error", error ? std::optional(error->message) : std::nullopt);
  writer.member("error_code", error && error->fault ? std::optional(error->fault->code) : std::nullopt);
}

void write_tensor(JsonWriter& writer, const TensorRow& row) {
  const auto finite = [&](auto Statistics::*field) {
    using Number = std::remove_cvref_t<decltype(std::declval<Statistics>().*field)>;
    return row.statistics && row.statistics->has_finite() ? std::optional<Number>((*row.statistics).*field)
                                                          : std::nullopt;
  };
  const auto counted = [&](std::uint64_t Statistics::*field) {
    return row.statistics ? std::optional((*row.statistics).*field) : std::nullopt;
  };
  writer.begin_object().member("name", row.name);
  if (row.described) {
    writer.member("dtype", row.dtype)
        .member_array("shape", row.shape)
        .member("count", element_count(row.shape));
  } else {
    for (const char* key : {"dtype", "shape", "count"}) writer.member(key, std::nullopt);
  }
  writer.member("min", finite(&Statistics::min))
      .member("max", finite(&Statistics::max))
      .member("mean", finite(&Statistics::mean))
      .member("std", finite(&Statistics::std))
      .member("nan_count", counted(&Statistics::nan))
      .member("inf_count", counted(&Statistics::inf))
      .member("zero_count", counted(&Statistics::zero))
      .member("rounded_to_f32", row.rounded_to_f32)
      .member_array("warnings", row.warnings);
  write_error(writer, row.error);
  writer.end_object();
}

void write_file(JsonWriter& writer, const FileRow& row) {
  writer.begin_object()
      .member("name", row.name)
      .member("format", row.tensors ? std::optional(row.format) : std::nullopt)
      .member("bytes", row.bytes)
      .member("tensors", row.tensors)
      .member_array("warnings", row.warnings);
  write_error(writer, row.error);
  writer.end_object();
}

std::string plural(std::size_t count, const char* what) {
  return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s");
}

// What the last column says: the error, else what was odd.
std::string note(const std::vector<std::string>& warnings, const std::optional<Error>& error) {
  if (error) return error->message;
  std::string text;
  for (const std::string& warning : warnings) text += (text.empty() ? "" : "; ") + warning;
  return text;
}

std::string tensor_note(const TensorRow& row) {
  std::string text = note(row.warnings, row.error);
  if (row.rounded_to_f32.value_or(0) == 0) return text;
  return std::to_string(*row.rounded_to_f32) + " values rounded to float32" + (text.empty() ? "" : "; ") +
         text;
}

std::string tensor_table(const Listing& listing) {
  std::vector<Table::Column> columns = {{"name"}, {"dtype"}, {"shape"}, {"count", Align::Right}};
  if (listing.with_statistics)
    for (const char* title : {"min", "max", "mean", "std", "nan", "inf", "zero"})
      columns.push_back({title, Align::Right});
  columns.push_back({"note"});
  Table table(std::move(columns));
  for (const TensorRow& row : listing.tensors) {
    std::vector<std::string> cells = {row.name, "-", "-", "-"};
    if (row.described)
      cells = {row.name, row.dtype, to_text(row.shape), std::to_string(element_count(row.shape))};
    if (row.statistics) {
      const Statistics& s = *row.statistics;
      for (const double value : {static_cast<double>(s.min), static_cast<double>(s.max), s.mean, s.std})
        cells.push_back(s.has_finite() ? short_number(value) : "-");
      for (const std::uint64_t count : {s.nan, s.inf, s.zero}) cells.push_back(std::to_string(count));
    } else if (listing.with_statistics) {
      cells.insert(cells.end(), 7, "-");
    }
    cells.push_back(tensor_note(row));
    table.row(std::move(cells));
  }
  return table.text();
}

std::string file_table(const std::vector<FileRow>& files) {
  Table table({{"name"}, {"format"}, {"bytes", Align::Right}, {"tensors", Align::Right}, {"note"}});
  for (const FileRow& row : files) {
    table.row({row.name, row.tensors ? row.format : "-", std::to_string(row.bytes),
               row.tensors ? std::to_string(*row.tensors) : "-", note(row.warnings, row.error)});
  }
  return table.text();
}

}  // namespace

std::string listing_json(const Listing& listing) {
  JsonWriter writer;
  writer.begin_object().member("source", listing.source).member("format", listing.format);
  writer.key("metadata").begin_object();
  for (const auto& [key, value] : listing.metadata) writer.member(key, value);
  writer.end_object().member_array("warnings", listing.warnings);
  if (listing.files) {
    writer.key("files").begin_array();
    for (const FileRow& row : *listing.files) write_file(writer, row);
    writer.end_array();
  }
  writer.key("tensors").begin_array();
  for (const TensorRow& row : listing.tensors) write_tensor(writer, row);
  writer.end_array().end_object();
  return std::move(writer).finish();
}

std::string listing_text(const Listing& listing) {
  const std::string count =
      listing.files ? plural(listing.files->size(), "file") : plural(listing.tensors.size(), "tensor");
  std::string text = displayed_path(listing.source) + "  " + listing.format + "  " + count + '\n';
  const std::size_t shown = std::min(listing.metadata.size(), kMostValues);
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& [key, value] = listing.metadata[i];
    text += "  " + displayed(key) + ": " + displayed(value, kLongestValue) + '\n';
  }
  if (shown < listing.metadata.size())
    text += "  ... and " + std::to_string(listing.metadata.size() - shown) + " more (--json has them all)\n";
  for (const std::string& warning : listing.warnings) text += "  warning: " + displayed_path(warning) + '\n';
  return text + (listing.files ? file_table(*listing.files) : tensor_table(listing));
}

std::optional<Error> refusal(const Listing& listing) {
  std::optional<Error> first;
  std::size_t others = 0;
  const auto count = [&](const std::optional<Error>& error, const std::string& front) {
    if (!error) return;
    if (first) {
      ++others;
      return;
    }
    first = *error;
    const bool names_file = error->fault && !error->fault->file.empty();
    if (!names_file) first->message = front + error->message;
  };
  for (const TensorRow& row : listing.tensors)
    count(row.error, displayed_path(listing.source) + ": tensor '" + displayed(row.name) + "': ");
  if (listing.files)
    for (const FileRow& row : *listing.files) count(row.error, "");
  if (first && others > 0)
    first->message += "; " + std::to_string(others) + (others == 1 ? " other" : " others") + " likewise";
  return first;
}

}  // namespace bitloupe::cli
