#include "app/comparison_rows.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>

#include "app/ui/text.h"
#include "core/io/display_text.h"
#include "core/text.h"

namespace bitloupe {
namespace {

using Column = ComparisonColumn;

constexpr ComparisonHead kHeads[] = {
    {Column::Tensor, "tensor", "Tensor", "Its name in the open file."},
    {Column::Other, "other", "In the other file",
     "Its name in the other file: the same, or the one that llama.cpp's converter gives it."},
    {Column::Stored, "stored", "Stored as", "What the open file stores it as, and the other one."},
    {Column::Rmse, "rmse", "Relative RMSE",
     "sqrt(sum (a - b)² / sum a²), a of the open file and b of the other one."},
    {Column::Sqnr, "sqnr", "SQNR",
     "10 log10(sum a² / sum (a - b)²): the open file is the signal, the difference the noise."},
    {Column::MaxAbs, "max", "max |a - b|", "The largest difference of two values."},
    {Column::Different, "different", "Different",
     "How many values differ; +0 is -0, and every NaN is the same as any other."},
};

std::string or_dash(const std::string& text) { return text.empty() ? "–" : displayed(text); }

std::string stored_text(const TensorPair& pair) {
  if (!pair.both()) return or_dash(pair.in_a ? pair.stored_in_a : pair.stored_in_b);
  return pair.stored_in_a == pair.stored_in_b ? or_dash(pair.stored_in_a)
                                              : or_dash(pair.stored_in_a) + " | " + or_dash(pair.stored_in_b);
}

std::string name_of(const TensorPair& pair) { return pair.in_a ? *pair.in_a : pair.in_b.value_or(""); }

// Of a column of numbers, larger is worse.
double number_of(const Difference& difference, Column column) {
  if (column == Column::MaxAbs) return difference.max_abs;
  if (column == Column::Different) return static_cast<double>(difference.different);
  return badness(difference);
}

bool is_text(Column column) {
  return column == Column::Tensor || column == Column::Other || column == Column::Stored;
}

std::string sort_text(const TensorPair& pair, Column column) {
  if (column == Column::Tensor) return name_of(pair);
  return column == Column::Other ? pair.in_b.value_or("") : stored_text(pair);
}

int compare(const TensorPair& a, const TensorPair& b, Column column) {
  if (is_text(column)) return sort_text(a, column).compare(sort_text(b, column));
  const double x = number_of(*a.difference, column), y = number_of(*b.difference, column);
  return x < y ? -1 : x > y ? 1 : 0;
}

// May the rows of one stand in another order than the other's?
bool reordered(const TensorPair& pair) {
  const auto turned = [](const std::string& name) {
    return name.ends_with(".attn_q.weight") || name.ends_with(".attn_k.weight");
  };
  return pair.both() && *pair.in_a != *pair.in_b && (turned(*pair.in_a) || turned(*pair.in_b)) &&
         badness(*pair.difference) > 1;
}

// A tab or a line's end in a name would move what follows it.
std::string field(const std::string& text) {
  return displayed(text, std::numeric_limits<std::size_t>::max());
}

std::string number_field(std::optional<double> number) { return number ? number_text(*number) : ""; }

}  // namespace

std::span<const ComparisonHead> comparison_heads() { return kHeads; }

std::string cell_text(const TensorPair& pair, Column column) {
  switch (column) {
    case Column::Tensor:
      return displayed(name_of(pair));
    case Column::Other:
      return pair.both() ? displayed(*pair.in_b) : "–";
    case Column::Stored:
      return stored_text(pair);
    default:
      break;
  }
  if (!pair.difference) return "–";
  const Difference& difference = *pair.difference;
  if (column == Column::Sqnr) return ui::decibels(difference.sqnr_db());
  if (column == Column::MaxAbs) return ui::number(difference.max_abs);
  if (column == Column::Different) return ui::count(difference.different);
  const std::optional<double> relative = difference.relative_rmse();
  return relative ? ui::number(*relative) : "undefined";
}

std::string why_not(const TensorPair& pair, const ComparedFiles& compared) {
  if (pair.both()) return pair.error;
  return "only in " + short_name(pair.in_a ? compared.a : compared.b);
}

std::string row_help(const TensorPair& pair, const ComparedFiles& compared) {
  std::string text = displayed(name_of(pair));
  if (pair.both() && *pair.in_a != *pair.in_b) text += "\n" + displayed(*pair.in_b);
  text += "\n" + stored_text(pair);
  if (!pair.difference) return text + "\n" + why_not(pair, compared);
  const Difference& difference = *pair.difference;
  text += "\n" + ui::count(difference.different) + " of " + ui::count(difference.values) + " values differ";
  if (const auto& first = difference.first)
    text += "\nfirst [" + std::to_string(first->index) +
            "]: " + ui::number(static_cast<double>(first->a), 6) + " | " +
            ui::number(static_cast<double>(first->b), 6);
  return reordered(pair) ? text + "\nllama.cpp reorders the rows of attn_q and attn_k of some checkpoints."
                         : text;
}

ComparisonOrder first_order(Column column) { return {column, !is_text(column)}; }

std::vector<std::size_t> sorted_rows(const ComparedFiles& compared, const ComparisonOrder& order) {
  std::vector<std::size_t> rows(compared.pairs.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  std::stable_sort(rows.begin(), rows.end(), [&](std::size_t i, std::size_t j) {
    const TensorPair &a = compared.pairs[i], &b = compared.pairs[j];
    if (!a.difference || !b.difference) return a.difference && !b.difference;
    const int sign = compare(a, b, order.column);
    return order.descending ? sign > 0 : sign < 0;
  });
  return rows;
}

std::string comparison_text(const ComparedFiles& compared, std::span<const std::size_t> rows) {
  std::string text =
      "tensor\tother\tstored\tother stored\trelative RMSE\tSQNR dB\tmax |a - b|\tdifferent\tvalues\tnote\n";
  for (const std::size_t row : rows) {
    const TensorPair& pair = compared.pairs[row];
    text += field(pair.in_a.value_or("")) + "\t" + field(pair.in_b.value_or("")) + "\t" +
            field(pair.stored_in_a) + "\t" + field(pair.stored_in_b) + "\t";
    if (const auto& difference = pair.difference)
      text += number_field(difference->relative_rmse()) + "\t" + number_field(difference->sqnr_db()) + "\t" +
              number_text(difference->max_abs) + "\t" + std::to_string(difference->different) + "\t" +
              std::to_string(difference->values) + "\t\n";
    else
      text += "\t\t\t\t\t" + field(why_not(pair, compared)) + "\n";
  }
  return text;
}

}  // namespace bitloupe
