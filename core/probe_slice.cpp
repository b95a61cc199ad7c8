// Which elements a two-dimensional view of a tensor shows.

#include <algorithm>

#include "core/probe.h"

namespace bitloupe {
namespace {

std::uint64_t stride_of(const Shape& shape, int axis) {
  std::uint64_t stride = 1;
  for (std::size_t i = shape.size(); i > static_cast<std::size_t>(axis) + 1; --i) stride *= shape[i - 1];
  return stride;
}

}  // namespace

SliceView normalized(const SliceView& view, const Shape& shape) {
  const int rank = static_cast<int>(shape.size());
  SliceView clean = view;
  if (clean.column_axis < 0 || clean.column_axis >= rank) clean.column_axis = rank - 1;
  const int other = clean.column_axis == rank - 1 ? rank - 2 : rank - 1;
  if (clean.row_axis < 0 || clean.row_axis >= rank || clean.row_axis == clean.column_axis)
    clean.row_axis = rank >= 2 ? other : -1;
  clean.fixed.resize(shape.size());
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    const bool shown =
        static_cast<int>(axis) == clean.row_axis || static_cast<int>(axis) == clean.column_axis;
    clean.fixed[axis] = shown || shape[axis] == 0 ? 0 : std::min(clean.fixed[axis], shape[axis] - 1);
  }
  return clean;
}

SliceSize slice_size(const SliceView& view, const Shape& shape) {
  SliceSize size;
  if (view.row_axis >= 0) size.rows = shape[static_cast<std::size_t>(view.row_axis)];
  if (view.column_axis >= 0) size.columns = shape[static_cast<std::size_t>(view.column_axis)];
  if (element_count(shape) == 0) size.rows = 0;
  return size;
}

std::uint64_t element_index(const SliceView& view, const Shape& shape, std::uint64_t row,
                            std::uint64_t column) {
  std::uint64_t index = 0;
  for (std::size_t axis = 0; axis < view.fixed.size(); ++axis)
    index += view.fixed[axis] * stride_of(shape, static_cast<int>(axis));
  if (view.row_axis >= 0) index += row * stride_of(shape, view.row_axis);
  if (view.column_axis >= 0) index += column * stride_of(shape, view.column_axis);
  return index;
}

}  // namespace bitloupe
