#include "app/cli/sweep_report.h"

#include <algorithm>
#include <array>
#include <concepts>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "app/cli/json_writer.h"
#include "app/cli/result_fields.h"
#include "app/cli/text.h"
#include "core/csv_writer.h"
#include "core/io/display_text.h"

namespace bitloupe::cli {

namespace {

// --- JSON

std::string json_row(const SweepRow& row) {
  const SweepTensor& tensor = row.tensor;
  JsonWriter writer;
  writer.begin_object()
      .member("source", tensor.given)
      .member("tensor", tensor.name)
      .member("dtype", tensor.stored)
      .member_array("shape", tensor.shape)
      .member("count", tensor.count())
      .member("format", row.format);
  if (row.result) {
    write_error(writer, *row.result->report);
    write_storage(writer, *row.result->storage, row.result->report->code_counts);
  } else {
    writer.member("error", std::nullopt).member("storage", std::nullopt).member("message", row.message);
  }
  writer.end_object();
  return std::move(writer).finish();
}

// --- CSV: what JSON nests is named with a dot ("error.mse"), as pandas.json_normalize does.

// Takes what a JsonWriter takes, and keeps only the paths of the numbers and texts.
class FieldNames {
 public:
  FieldNames& begin_object() {
    prefix_.push_back(key_ + '.');
    return *this;
  }
  FieldNames& end_object() {
    prefix_.pop_back();
    return *this;
  }
  FieldNames& key(std::string_view key) {
    key_ = key;
    return *this;
  }
  template <class T>
  FieldNames& member(std::string_view name, const T&) {
    key_ = name;
    std::string path;
    for (const std::string& part : prefix_) path += part;
    names.push_back(path + key_);
    return *this;
  }
  FieldNames& value(std::nullopt_t) { return *this; }

  std::vector<std::string> names;

 private:
  std::vector<std::string> prefix_;
  std::string key_;
};

// Writes the same as cells.
class FieldCells {
 public:
  explicit FieldCells(CsvWriter& out) : out_(out) {}
  FieldCells& begin_object() { return *this; }
  FieldCells& end_object() { return *this; }
  FieldCells& key(std::string_view) { return *this; }
  template <class T>
  FieldCells& member(std::string_view, const T& content) {
    return value(content);
  }
  FieldCells& value(std::string_view text) { return out_.text(text), *this; }
  FieldCells& value(double number) { return out_.number(number), *this; }
  FieldCells& value(std::integral auto number) {
    return out_.integer(static_cast<std::uint64_t>(number)), *this;
  }
  FieldCells& value(const std::optional<double>& maybe) {
    return maybe ? value(*maybe) : (out_.empty(), *this);
  }
  // An object that is not there.
  FieldCells& value(std::nullopt_t) { return out_.empty().empty(), *this; }

 private:
  CsvWriter& out_;
};

constexpr std::array<std::string_view, 6> kFirstNames = {"source", "tensor", "dtype",
                                                         "shape",  "count",  "format"};

// Of a report in which nothing is missing.
std::vector<std::string> field_names() {
  ErrorReport report;
  report.worst_group = WorstGroup{};
  FieldNames fields;
  write_error(fields, report);
  write_storage(fields, {}, {});
  return std::move(fields.names);
}

std::string written(const std::function<void(CsvWriter&)>& write) {
  std::string text;
  CsvWriter out([&](std::string_view piece) {
    text += piece;
    return Status(Ok{});
  });
  write(out);
  (void)out.end_row();  // the sink takes everything
  (void)out.finish();
  return text;
}

std::string csv_titles() {
  return written([](CsvWriter& out) {
    for (const std::string_view name : kFirstNames) out.text(name);
    for (const std::string& name : field_names()) out.text(name);
    out.text("message");
  });
}

std::string csv_row(const SweepRow& row) {
  return written([&](CsvWriter& out) {
    const SweepTensor& tensor = row.tensor;
    std::string shape;
    for (const std::uint64_t length : tensor.shape)
      shape += (shape.empty() ? "" : "x") + std::to_string(length);
    out.text(valid_utf8(tensor.given)).text(valid_utf8(tensor.name)).text(tensor.stored).text(shape);
    out.integer(tensor.count()).text(row.format);
    if (row.result) {
      FieldCells cells(out);
      write_error(cells, *row.result->report);
      write_storage(cells, *row.result->storage, row.result->report->code_counts);
    } else {
      for (std::size_t i = field_names().size(); i > 0; --i) out.empty();
    }
    out.text(row.message);
  });
}

// --- The table

struct Column {
  std::string_view title;
  std::size_t width;
};

constexpr std::array<Column, 7> kColumns = {{{"bits/value", 10},
                                             {"SQNR dB", 9},
                                             {"worst group", 11},
                                             {"relative RMSE", 13},
                                             {"max |error|", 11},
                                             {"clipped %", 10},
                                             {"entropy bits", 12}}};

std::string padded(std::string text, std::size_t width) {
  text.append(width - std::min(width, display_width(text)), ' ');
  return text;
}

std::string cells(const std::array<std::string, kColumns.size()>& texts) {
  std::string line;
  for (std::size_t i = 0; i < kColumns.size(); ++i) {
    const std::size_t used = display_width(texts[i]);
    line += std::string(2 + kColumns[i].width - std::min(used, kColumns[i].width), ' ') + texts[i];
  }
  return line + '\n';
}

std::string number_or_dash(std::optional<double> number) { return number ? short_number(*number) : "-"; }

std::string measured(const Snapshot& result) {
  const ErrorReport& report = *result.report;
  const bool groups = report.worst_group && result.scales->groups.size() > 1;
  return cells({short_number(result.storage->bits_per_value), decibels(report.sqnr_db()),
                groups ? decibels(report.worst_group->sqnr_db) : "-", number_or_dash(report.relative_rmse()),
                short_number(report.max_abs), short_number(100 * report.clipped_fraction()),
                number_or_dash(entropy_bits(report.code_counts))});
}

constexpr std::string_view kIndent = "  ";

}  // namespace

SweepReport::SweepReport(SweepForm form, std::size_t widest, bool first_part)
    : form_(form),
      width_(kIndent.size() + std::max(widest, std::string_view("format").size())),
      titles_(first_part) {}

std::string SweepReport::begin() {
  if (!titles_) return "";
  if (form_ == SweepForm::Csv) return csv_titles();
  if (form_ != SweepForm::Table) return "";
  std::array<std::string, kColumns.size()> titles;
  for (std::size_t i = 0; i < kColumns.size(); ++i) titles[i] = kColumns[i].title;
  return padded(std::string(kIndent) + "format", width_) + cells(titles);
}

std::string SweepReport::row(const SweepRow& row) {
  switch (form_) {
    case SweepForm::Table:
      return table_row(row);
    case SweepForm::Csv:
      return csv_row(row);
    case SweepForm::JsonLines:
      return json_row(row);
    case SweepForm::Json:
      break;
  }
  std::string text = json_row(row);
  text.pop_back();  // the line break
  document_ += (document_.empty() ? "[" : ",\n") + text;
  return "";
}

std::string SweepReport::end() {
  if (form_ != SweepForm::Json) return "";
  return (document_.empty() ? "[" : document_) + "]\n";
}

std::string SweepReport::table_row(const SweepRow& row) {
  std::string text;
  if (heading_ != &row.tensor) {
    const SweepTensor& tensor = row.tensor;
    text = displayed(tensor.name, 400) + "  " + tensor.stored + ' ' + to_text(tensor.shape) + "  (" +
           displayed_path(tensor.given) + ")\n";
    heading_ = &tensor;
  }
  text += padded(std::string(kIndent) + row.format, width_);
  return text + (row.result ? measured(*row.result) : "  " + displayed_path(row.message) + '\n');
}

}  // namespace bitloupe::cli
