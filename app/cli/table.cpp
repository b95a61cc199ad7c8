#include "app/cli/table.h"

#include <algorithm>

#include "app/cli/text.h"
#include "core/io/display_text.h"

namespace bitloupe::cli {

namespace {

constexpr std::size_t kWidest = 400;  // bytes of a cell: every row is as wide as the longest name

}  // namespace

void Table::row(std::vector<std::string> cells) {
  for (std::string& cell : cells) cell = displayed(cell, kWidest);
  rows_.push_back(std::move(cells));
}

std::string Table::text() const {
  std::vector<std::string> titles;
  for (const Column& column : columns_) titles.emplace_back(column.title);
  std::vector<std::size_t> widths(columns_.size());
  const auto widen = [&](const std::vector<std::string>& line) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], display_width(line[i]));
  };
  widen(titles);
  for (const std::vector<std::string>& row : rows_) widen(row);

  std::string result;
  const auto print = [&](const std::vector<std::string>& line) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::size_t padding = widths[i] - display_width(line[i]);
      if (i > 0) result += "  ";
      if (columns_[i].align == Align::Right) result.append(padding, ' ');
      result += line[i];
      if (columns_[i].align == Align::Left) result.append(padding, ' ');
    }
    result.erase(result.find_last_not_of(' ') + 1);
    result += '\n';
  };
  print(titles);
  for (const std::vector<std::string>& row : rows_) print(row);
  return result;
}

std::string facts(const std::vector<std::pair<std::string_view, std::string>>& rows) {
  std::size_t width = 0;
  for (const auto& [name, value] : rows) width = std::max(width, display_width(name));
  std::string result;
  for (const auto& [name, value] : rows)
    result +=
        std::string(name) + std::string(width - display_width(name) + 2, ' ') + displayed_path(value) + '\n';
  return result;
}

}  // namespace bitloupe::cli
