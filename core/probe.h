// Probes: pure functions that views call for what the pointer and the viewport ask of a snapshot. Views
// format what they return and do no arithmetic of their own. Each is meant to take at most 2 ms; `budget`
// bounds the values it may quantize.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/experiment.h"
#include "core/stats/histogram.h"

namespace bitloupe {

// One element, with the formula that made it, line by line: `formula` symbolic, `numbers` with this element's
// numbers.
struct FormulaLine {
  std::string formula;  // "q = clamp(round(x / s) + z, -7, 7)"; "x^" stands for a hatted x
  std::string numbers;  // "= clamp(round(4.580) + 0, -7, 7) = 5"
};

struct Explanation {
  std::uint64_t index = 0;
  std::vector<std::uint64_t> position;  // one number an axis
  std::uint64_t group = 0, groups = 1, group_values = 0;
  float original = 0;
  QuantizedValue quantized;
  std::optional<std::int32_t> code_integer;  // integer families: q
  std::string code_hex;
  double error = 0;  // x - dequantized
  GroupScale scale;
  ClipRange range;      // clip range asked for
  ClipRange own_range;  // the group's smallest and largest value
  GridRange grid;
  std::vector<FormulaLine> lines;
};

// `snapshot` must have scales; index < count.
Explanation explain(const Snapshot& snapshot, std::uint64_t index);

// One scale group's own error curve, over fractions of its own range, so that it stands on the axis of the
// curve of all groups. Nothing under tensor granularity, where the spec has no curve, and for groups without a
// non-zero value or of more than `budget` values.
std::optional<ErrorCurve> group_curve(const Snapshot& snapshot, std::uint64_t group, std::uint64_t budget);

// A rectangle of the matrix that two axes of the tensor span at fixed positions of the others.
struct SliceView {
  int row_axis = -1, column_axis = -1;  // -1: a single row (rank 0 and 1, row_axis only)
  std::vector<std::uint64_t> fixed;     // one entry an axis; those of row and column axis are ignored
  bool operator==(const SliceView&) const = default;
};
struct SliceSize {
  std::uint64_t rows = 1, columns = 1;
};
// Axes and fixed positions clamped to the shape (those of row and column axis are 0); default axes are the
// last two. The two functions below want a normalized view. An empty tensor has no rows.
SliceView normalized(const SliceView& view, const Shape& shape);
SliceSize slice_size(const SliceView& view, const Shape& shape);
std::uint64_t element_index(const SliceView& view, const Shape& shape, std::uint64_t row,
                            std::uint64_t column);

// Cells [row, row + rows) x [column, column + columns), reduced by blocks of row_step x column_step cells (1:
// no reduction). Blocks are aligned to multiples of the steps; those that the rectangle cuts are taken whole.
struct WindowRequest {
  SliceView slice;
  std::uint64_t row = 0, column = 0, rows = 0, columns = 0;
  std::uint64_t row_step = 1, column_step = 1;
  bool operator==(const WindowRequest&) const = default;
};

enum CellMark : std::uint8_t { kMarkNan = 1, kMarkInf = 2, kMarkClipped = 4, kMarkOverflowed = 8 };

// One texel a block, row-major; of each quantity the smallest and the largest finite number in the block, so
// that outliers never vanish. Where there is none both are NaN (of the original: the block's first value).
struct WindowResult {
  std::uint64_t height = 0, width = 0;
  struct Extremes {
    float min = 0, max = 0;
  };
  // code: q of integers; else the level counted from zero, negative below.
  std::vector<Extremes> original, dequantized, error, code;
  std::vector<std::uint8_t> marks;  // CellMark bits
  // false: some values were not looked at. The original's extremes miss none (they may include values up to
  // 2 * BlockExtremes::length - 1 places beside the block); dequantized values and errors are those of samples
  // and, where a block spans few scale groups, of the extremes. Of a streamed tensor seen across its last axis
  // all are those of samples.
  bool exact = true;
};
// When `work` is stopped the answer is of no use; the caller asks work.stopped().
// `before`, if any, answered the same request on the same tensor under another spec: what does not depend on
// the spec is taken from it.
WindowResult window(const Snapshot& snapshot, const WindowRequest& request, std::uint64_t budget,
                    const WorkContext& work = {}, const WindowResult* before = nullptr);

// Values of one row of the slice for the signal view: original and dequantized at each column (or extremes
// per block of column_step columns). (window with rows = 1 gives it.)

struct HistogramRequest {
  double lo = 0, hi = 0;
  int bins = 0;
  std::optional<std::uint64_t> group;  // one scale group only
  bool operator==(const HistogramRequest&) const = default;
};
// NaN, inf and values out of range are counted beside the bins, of the original and of the dequantized
// values.
struct HistogramResult {
  Histogram original, dequantized;
  double weight = 1;  // counts times this estimate the whole (1 when exact)
  bool exact = true;
};
HistogramResult histogram(const Snapshot& snapshot, const HistogramRequest& request, std::uint64_t budget,
                          const WorkContext& work = {});

// The levels of a group as dequantized values with how many values took each (scaled up by `weight` from a
// sample). One entry a distinct dequantized value, ascending; empty for formats of more than 16 bits, counts
// only under tensor granularity.
struct LevelCount {
  float value = 0;
  Code code = 0;
  double count = 0;
};
std::vector<LevelCount> level_counts(const Snapshot& snapshot, std::uint64_t group);

}  // namespace bitloupe
