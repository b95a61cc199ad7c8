#include "app/cli/table.h"

#include <algorithm>

#include "app/cli/text.h"
#include "core/io/display_text.h"

namespace bitloupe::cli {

std::string Table::text() const {
  std::vector<std::vector<std::string>> lines(1);
  for (const Column& column : columns_) lines[0].emplace_back(column.title);
  for (const std::vector<std::string>& row : rows_) {
    std::vector<std::string>& line = lines.emplace_back();
    for (const std::string& cell : row) line.push_back(displayed_path(cell));
  }
  std::vector<std::size_t> widths(columns_.size());
  for (const std::vector<std::string>& line : lines)
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], display_width(line[i]));

  std::string result;
  for (const std::vector<std::string>& line : lines) {
    std::string text;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::string padding(widths[i] - display_width(line[i]), ' ');
      if (i > 0) text += "  ";
      text += columns_[i].align == Align::Right ? padding + line[i] : line[i] + padding;
    }
    text.erase(text.find_last_not_of(' ') + 1);
    result += text + '\n';
  }
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
