// The numbers of each plot as CSV. What is large is computed and handed on in parts, and can be stopped.
//   histogram  bin_lo, bin_hi, original_count, dequantized_count: the visible bins
//   curve      threshold (or fraction), min, max, mse, mse_rounding, mse_clipping, pick: the points, then one
//              row a calibration method, named in the last column
//   signal     column, index, original, code, dequantized, error: the visible elements of the row
//   grid       a matrix: the visible cells, named by column in the header and by row in the first column
#pragma once

#include "app/figures/subject.h"
#include "app/plot/grid_painter.h"
#include "core/csv_writer.h"
#include "core/parallel.h"

namespace bitloupe {

Status write_histogram_csv(const KeptSubject& subject, float width, CsvWriter& out, const WorkContext& work);
Status write_curve_csv(const KeptSubject& subject, float width, CsvWriter& out, const WorkContext& work);
Status write_signal_csv(const KeptSubject& subject, float width, CsvWriter& out, const WorkContext& work);

Status write_cells_csv(const KeptSubject& subject, GridQuantity quantity, CsvWriter& out,
                       const WorkContext& work);
template <GridQuantity quantity>
Status write_grid_csv(const KeptSubject& subject, float, CsvWriter& out, const WorkContext& work) {
  return write_cells_csv(subject, quantity, out, work);
}

}  // namespace bitloupe
