#include "app/cli/compare_report.h"

#include <algorithm>
#include <utility>

#include "app/cli/json_writer.h"
#include "app/cli/table.h"
#include "app/cli/text.h"
#include "core/source_comparison.h"

namespace bitloupe::cli {

namespace {

std::string number_or_dash(std::optional<double> number) { return number ? short_number(*number) : "-"; }

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

// What the second side calls the row's tensor.
std::string partner(const ComparedRow& row) {
  if (row.a.empty() || row.b.empty()) return "-";
  return row.name_in_b.empty() ? row.name : row.name_in_b;
}

std::string first_text(const Difference& difference) {
  if (!difference.first) return "-";
  const Difference::Pair& pair = *difference.first;
  return "[" + std::to_string(pair.index) + "] " + short_number(static_cast<double>(pair.a), 9) + " | " +
         short_number(static_cast<double>(pair.b), 9);
}

std::optional<std::string> named(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

void write_difference(JsonWriter& writer, const Difference& difference) {
  writer.member("relative_rmse", difference.relative_rmse())
      .member("sqnr_db", difference.sqnr_db())
      .member("max_abs", difference.max_abs)
      .member("different", difference.different)
      .key("first_difference");
  if (!difference.first) {
    writer.value(std::nullopt);
    return;
  }
  writer.begin_object()
      .member("index", difference.first->index)
      .member("a", difference.first->a)
      .member("b", difference.first->b)
      .end_object();
}

}  // namespace

void sort_worst_first(std::vector<ComparedRow>& rows) {
  std::stable_sort(rows.begin(), rows.end(), [](const ComparedRow& a, const ComparedRow& b) {
    if (!a.difference || !b.difference) return !a.difference && b.difference;
    return is_worse(*a.difference, *b.difference);
  });
}

std::string compare_json(const std::vector<ComparedRow>& rows) {
  JsonWriter writer;
  writer.begin_object().key("tensors").begin_array();
  for (const ComparedRow& row : rows) {
    writer.begin_object().member("name", row.name).member("a", row.a).member("b", row.b);
    if (!row.dialects)
      writer.member("a_dtype", named(row.stored_in_a)).member("b_dtype", named(row.stored_in_b));
    if (row.difference) write_difference(writer, *row.difference);
    if (row.dialects)
      writer.member("codes_different", row.dialects->codes_different)
          .member("a_sqnr_db", row.dialects->a_sqnr_db)
          .member("b_sqnr_db", row.dialects->b_sqnr_db);
    writer.key("error");
    if (row.error.empty())
      writer.value(std::nullopt);
    else
      writer.value(row.error);
    writer.end_object();
  }
  writer.end_array().end_object();
  return std::move(writer).finish();
}

std::string compare_text(const std::vector<ComparedRow>& rows) {
  const bool dialects =
      std::any_of(rows.begin(), rows.end(), [](const ComparedRow& row) { return row.dialects.has_value(); });
  const bool renamed =
      std::any_of(rows.begin(), rows.end(), [](const ComparedRow& row) { return !row.name_in_b.empty(); });
  const bool stored = std::any_of(rows.begin(), rows.end(), [](const ComparedRow& row) {
    return row.difference && row.stored_in_a != row.stored_in_b;
  });
  std::vector<Table::Column> columns = {{"tensor"}};
  if (renamed) columns.push_back({"in b"});
  if (stored) columns.push_back({"a | b"});
  if (dialects) columns.insert(columns.end(), {{"a"}, {"b"}});
  columns.insert(columns.end(), {{"relative RMSE", Align::Right},
                                 {"SQNR dB", Align::Right},
                                 {"max |a - b|", Align::Right},
                                 {"different", Align::Right}});
  if (dialects)
    columns.insert(columns.end(),
                   {{"codes", Align::Right}, {"a's SQNR", Align::Right}, {"b's SQNR", Align::Right}});
  columns.push_back({"first difference: [index] a | b"});
  Table table(columns);
  for (const ComparedRow& row : rows) {
    std::vector<std::string> cells = {row.name};
    if (renamed) cells.push_back(partner(row));
    if (stored) cells.push_back(or_dash(row.stored_in_a) + " | " + or_dash(row.stored_in_b));
    if (dialects) cells.insert(cells.end(), {row.a, row.b});
    if (row.difference) {
      const Difference& d = *row.difference;
      cells.insert(cells.end(), {number_or_dash(d.relative_rmse()), decibels(d.sqnr_db()),
                                 short_number(d.max_abs), std::to_string(d.different)});
      if (dialects)
        cells.insert(cells.end(), {std::to_string(row.dialects->codes_different),
                                   decibels(row.dialects->a_sqnr_db), decibels(row.dialects->b_sqnr_db)});
      cells.push_back(first_text(d));
    } else {
      cells.resize(columns.size() - 1, "-");
      cells.push_back(row.error);
    }
    table.row(std::move(cells));
  }
  return table.text();
}

}  // namespace bitloupe::cli
