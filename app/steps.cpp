#include "app/steps.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "app/clip.h"
#include "app/panels/conform.h"
#include "app/panels/format_rows.h"
#include "app/tensor_list.h"

namespace bitloupe {
namespace {

std::uint64_t moved(std::uint64_t place, int steps, std::uint64_t length) {
  if (steps < 0) return place - std::min(place, static_cast<std::uint64_t>(-steps));
  return std::min(place + static_cast<std::uint64_t>(steps), length - 1);
}

}  // namespace

void step_bits(QuantSpec& spec, int bits) {
  const NumberFormat stepped = with_more_bits(spec.format, bits);
  if (stepped == spec.format) return;
  spec.format = stepped;
  spec = conformed(spec);
}

void scale_clip(QuantSpec& spec, const Snapshot* snapshot, double factor) {
  if (!snapshot || !snapshot->prepared) return;
  const auto handles = clip_handles(spec, snapshot);
  if (!handles) return;
  if (!handles->cap || canonical(spec).calibration.method == CalibrationMethod::Manual)
    return set_clip(spec, handles->lo * factor, handles->hi * factor);
  move_threshold(spec, *snapshot, clip_threshold(spec, *snapshot).value_or(1) * factor);
}

void step_pinned(Frame& frame, int rows, int columns) {
  if (!frame.element || !frame.snapshot || !frame.snapshot->prepared) return;
  const Shape& shape = frame.snapshot->tensor().shape;
  if (frame.snapshot->tensor().count() == 0) return;
  SliceView slice = normalized(frame.view.slice, shape);
  const SliceSize size = slice_size(slice, shape);
  // Where the element lies; one outside the slice is left for the slice's own place.
  std::vector<std::uint64_t> place(shape.size());
  std::uint64_t rest = *frame.element;
  for (std::size_t axis = shape.size(); axis-- > 0; rest /= shape[axis]) place[axis] = rest % shape[axis];
  const auto along = [&](int axis) { return axis < 0 ? 0 : place[static_cast<std::size_t>(axis)]; };
  frame.view.selected = element_index(slice, shape, moved(along(slice.row_axis), rows, size.rows),
                                      moved(along(slice.column_axis), columns, size.columns));
}

void step_tensor(Frame& frame, int rows) {
  if (!frame.source.file || frame.experiment.source.synthetic) return;
  const std::vector<const TensorEntry*> entries =
      listed_tensors(*frame.source.file, frame.view.tensor_filter);
  const auto here = std::find_if(entries.begin(), entries.end(), [&](const TensorEntry* entry) {
    return entry->name == frame.source.tensor;
  });
  auto at = here == entries.end() ? (rows > 0 ? -1 : static_cast<std::ptrdiff_t>(entries.size()))
                                  : here - entries.begin();
  for (at += rows; at >= 0 && at < static_cast<std::ptrdiff_t>(entries.size()); at += rows) {
    const TensorEntry& entry = *entries[static_cast<std::size_t>(at)];
    if (entry.error) continue;
    frame.experiment.source.tensor = entry.name;
    return;
  }
}

}  // namespace bitloupe
