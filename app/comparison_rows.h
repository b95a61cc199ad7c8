// The table of a comparison as text: its columns, the order of its rows, and what is copied. Nothing here
// draws.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "app/file_comparison.h"

namespace bitloupe {

enum class ComparisonColumn { Tensor, Other, Stored, Rmse, Sqnr, MaxAbs, Different };

struct ComparisonHead {
  ComparisonColumn column;
  const char *key, *label, *help;
};
std::span<const ComparisonHead> comparison_heads();  // in their order

// Of pairs with a difference; "–" in the columns of numbers where there is none.
std::string cell_text(const TensorPair& pair, ComparisonColumn column);
// Why a pair has no numbers; `compared` gives the files' names. Empty where it has.
std::string why_not(const TensorPair& pair, const ComparedFiles& compared);
// All that is known of a row, in a few lines.
std::string row_help(const TensorPair& pair, const ComparedFiles& compared);

// Indices of the pairs. Rows without numbers stay at the end whatever the order; equal ones as they come.
struct ComparisonOrder {
  ComparisonColumn column = ComparisonColumn::Rmse;
  bool descending = true;  // numbers: the worst first
  bool operator==(const ComparisonOrder&) const = default;
};
// How a column is sorted by its first click: names from A, numbers from the worst.
ComparisonOrder first_order(ComparisonColumn column);
std::vector<std::size_t> sorted_rows(const ComparedFiles& compared, const ComparisonOrder& order);

// A head and a line for each of `rows`, tabs between; numbers read back to the same numbers.
std::string comparison_text(const ComparedFiles& compared, std::span<const std::size_t> rows);

}  // namespace bitloupe
