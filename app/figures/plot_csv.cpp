#include "app/figures/plot_csv.h"

#include <algorithm>
#include <limits>

#include "app/figures/grid_figure.h"
#include "app/figures/histogram_figure.h"
#include "app/figures/signal_figure.h"

namespace bitloupe {
namespace {

constexpr std::uint64_t kAll = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t kPart = 1 << 16;  // cells that are computed at once

std::string_view name_of(GridQuantity quantity) {
  switch (quantity) {
    case GridQuantity::Dequantized:
      return "dequantized";
    case GridQuantity::Error:
      return "error";
    case GridQuantity::Code:
      return "code";
    case GridQuantity::Original:
      break;
  }
  return "original";
}

// Calls write(part's request, part's values) for the cells of `all` from the first row to the last, in parts
// of whole rows or, where a row is long, of pieces of one.
template <class Write>
Status for_parts(const Snapshot& snapshot, const WindowRequest& all, const WorkContext& work, Write write) {
  if (all.rows == 0 || all.columns == 0) return Ok{};
  const std::uint64_t wide = std::min(all.columns, kPart), high = std::max<std::uint64_t>(kPart / wide, 1);
  WorkContext quiet = work;
  quiet.progress = nullptr;
  for (std::uint64_t row = 0; row < all.rows; row += high)
    for (std::uint64_t column = 0; column < all.columns; column += wide) {
      WindowRequest part = all;
      part.row += row;
      part.rows = std::min(high, all.rows - row);
      part.column += column;
      part.columns = std::min(wide, all.columns - column);
      const WindowResult values = window(snapshot, part, kAll, quiet);
      if (work.stopped()) return cancelled();
      if (const auto failed = snapshot.tensor().error()) return *failed;
      if (const Status written = write(part, values); !written) return written;
      if (work.progress)
        work.progress((static_cast<double>(row) +
                       static_cast<double>(column + part.columns) / static_cast<double>(all.columns)) /
                      static_cast<double>(all.rows));
    }
  return Ok{};
}

}  // namespace

Status write_histogram_csv(const KeptSubject& subject, float width, CsvWriter& out, const WorkContext& work) {
  const Snapshot& snapshot = *subject.snapshot;
  const HistogramResult counts =
      histogram(snapshot, histogram_request(snapshot, subject.quant, subject.view, width), kAll, work);
  if (work.stopped()) return cancelled();
  if (const auto failed = snapshot.tensor().error()) return *failed;
  out.text("bin_lo").text("bin_hi").text("original_count").text("dequantized_count");
  if (const Status status = out.end_row(); !status) return status;
  const Histogram& bins = counts.original;
  for (std::size_t i = 0; i < bins.counts.size(); ++i) {
    out.number(bin_edge(bins, i)).number(bin_edge(bins, i + 1));
    out.integer(bins.counts[i]).integer(counts.dequantized.counts[i]);
    if (const Status status = out.end_row(); !status) return status;
  }
  return out.finish();
}

Status write_curve_csv(const KeptSubject& subject, float, CsvWriter& out, const WorkContext&) {
  const ErrorCurve& curve = *subject.snapshot->curve;
  out.text(curve.relative ? "fraction" : "threshold").text("min").text("max").text("mse");
  out.text("mse_rounding").text("mse_clipping").text("pick");
  if (const Status status = out.end_row(); !status) return status;
  for (const CurvePoint& point : curve.points) {
    out.number(point.threshold).number(point.range.lo).number(point.range.hi);
    out.number(point.mse()).number(point.mse_rounding).number(point.mse_clipping).empty();
    if (const Status status = out.end_row(); !status) return status;
  }
  if (subject.snapshot->picks)
    for (const MethodPick& pick : *subject.snapshot->picks) {
      pick.threshold ? out.number(*pick.threshold) : out.empty();
      out.number(pick.range.lo).number(pick.range.hi).number(pick.mse).empty().empty().text(pick.key);
      if (const Status status = out.end_row(); !status) return status;
    }
  return out.finish();
}

Status write_signal_csv(const KeptSubject& subject, float, CsvWriter& out, const WorkContext& work) {
  const Snapshot& snapshot = *subject.snapshot;
  const Shape& shape = snapshot.tensor().shape;
  WindowRequest row = visible_cells(shape, subject.view);
  row.row = signal_request(shape, subject.view, 1).row;
  row.rows = 1;
  out.text("column").text("index").text("original").text("code").text("dequantized").text("error");
  if (const Status status = out.end_row(); !status) return status;
  const Status written =
      for_parts(snapshot, row, work, [&](const WindowRequest& part, const WindowResult& values) -> Status {
        for (std::uint64_t i = 0; i < part.columns; ++i) {
          const std::uint64_t column = part.column + i;
          out.integer(column).integer(element_index(part.slice, shape, part.row, column));
          out.number(values.original[i].min).number(values.code[i].min);
          out.number(values.dequantized[i].min).number(values.error[i].min);
          if (Status status = out.end_row(); !status) return status;
        }
        return Ok{};
      });
  return written ? out.finish() : written;
}

Status write_cells_csv(const KeptSubject& subject, GridQuantity quantity, CsvWriter& out,
                       const WorkContext& work) {
  const Snapshot& snapshot = *subject.snapshot;
  const WindowRequest all = visible_cells(snapshot.tensor().shape, subject.view);
  out.text(std::string(name_of(quantity)) + "[row][column]");
  for (std::uint64_t i = 0; i < all.columns; ++i) out.integer(all.column + i);
  if (const Status status = out.end_row(); !status) return status;
  const Status written =
      for_parts(snapshot, all, work, [&](const WindowRequest& part, const WindowResult& values) -> Status {
        const auto& cells = values_of(values, quantity);
        for (std::uint64_t r = 0; r < part.rows; ++r) {
          if (part.column == all.column) out.integer(part.row + r);
          for (std::uint64_t c = 0; c < part.columns; ++c) out.number(cells[r * part.columns + c].min);
          if (part.column + part.columns < all.column + all.columns) continue;  // the row goes on
          if (Status status = out.end_row(); !status) return status;
        }
        return Ok{};
      });
  return written ? out.finish() : written;
}

}  // namespace bitloupe
