// Table: rows of text in aligned columns, for people.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bitloupe::cli {

enum class Align { Left, Right };

class Table {
 public:
  struct Column {
    std::string_view title;
    Align align = Align::Left;
  };
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  void row(std::vector<std::string> cells);  // one cell a column; escaped, and cut where it is long
  std::string text() const;                  // a line of titles, then the rows

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// "name  value" lines, the names padded to one width.
std::string facts(const std::vector<std::pair<std::string_view, std::string>>& rows);

}  // namespace bitloupe::cli
