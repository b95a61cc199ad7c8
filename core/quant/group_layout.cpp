#include "core/quant/group_layout.h"

#include <algorithm>

namespace bitloupe {
namespace {

std::uint64_t product(const Shape& shape, std::size_t begin, std::size_t end) {
  std::uint64_t result = 1;
  for (std::size_t i = begin; i < end; ++i) result *= shape[i];
  return result;
}

// Of the last two axes; a tensor of one axis is one row.
GroupLayout tiles(const Granularity& granularity, const Shape& shape) {
  GroupLayout layout;
  const std::size_t rank = shape.size();
  layout.outer = rank > 2 ? product(shape, 0, rank - 2) : 1;
  layout.axis = rank > 1 ? shape[rank - 2] : 1;
  layout.inner = shape[rank - 1];
  layout.size = std::min(granularity.size, layout.axis);
  layout.inner_size = std::min(granularity.columns, layout.inner);
  layout.inner_step = 1;
  layout.axis_step = layout.across();
  layout.outer_step = (layout.axis + layout.size - 1) / layout.size * layout.axis_step;
  layout.count = layout.outer * layout.outer_step;
  return layout;
}

}  // namespace

GroupLayout make_group_layout(const Granularity& granularity, const Shape& shape) {
  GroupLayout layout;
  const std::uint64_t elements = element_count(shape);
  layout.axis = layout.size = std::max<std::uint64_t>(elements, 1);
  if (elements == 0) layout.outer = 0;
  if (granularity.kind == GranularityKind::Tensor || shape.empty() || elements == 0) return layout;

  if (granularity.kind == GranularityKind::Tile) return tiles(granularity, shape);
  if (granularity.flat) {  // a tensor of one axis
    Granularity along = granularity;
    along.flat = false;
    along.axis = 0;
    return make_group_layout(along, {elements});
  }
  const auto rank = static_cast<std::int64_t>(shape.size());
  const auto axis =
      static_cast<std::size_t>(granularity.axis < 0 ? granularity.axis + rank : granularity.axis);
  layout.outer = product(shape, 0, axis);
  layout.axis = shape[axis];
  layout.inner = product(shape, axis + 1, shape.size());
  if (granularity.kind == GranularityKind::Channel) {
    layout.size = 1;
    layout.axis_step = 1;
    layout.count = layout.axis;
  } else {
    layout.size = std::min(granularity.size, layout.axis);
    const std::uint64_t runs = (layout.axis + layout.size - 1) / layout.size;
    layout.outer_step = runs * layout.inner;
    layout.axis_step = layout.inner;
    layout.inner_step = 1;
    layout.count = layout.outer * runs * layout.inner;
  }
  return layout;
}

std::uint64_t group_size(const GroupLayout& layout, std::uint64_t group) {
  std::uint64_t values = 0;
  for_each_segment(layout, group, [&](const GroupSegment& segment) { values += segment.count; });
  return values;
}

GroupSpan groups_in(const GroupLayout& layout, std::uint64_t begin, std::uint64_t end) {
  GroupSpan span{layout.count, 0};
  for_each_run(layout, begin, end, [&](const GroupRun& run) {
    span.first = std::min(span.first, run.group);
    span.last = std::max(span.last, run.group + run.step * (run.length - 1));
  });
  return span;
}

}  // namespace bitloupe
