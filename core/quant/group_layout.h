// GroupLayout: which scale group each element of a tensor belongs to, for every granularity, as seven
// numbers; and the runs of consecutive elements in which the group is constant or grows by one an element.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/quant/quant_spec.h"
#include "core/tensor/tensor.h"

namespace bitloupe {

// The tensor is seen as [outer, axis, inner], row-major. Element (o, a, k) belongs to group
// o * outer_step + (a / size) * axis_step + (k / inner_size) * inner_step; groups are numbered in row-major
// order.
struct GroupLayout {
  std::uint64_t outer = 1, axis = 1, inner = 1;
  std::uint64_t size = 1;        // elements along the axis that share a group
  std::uint64_t inner_size = 1;  // the same along the inner line, of tiles
  std::uint64_t outer_step = 0, axis_step = 0, inner_step = 0;
  std::uint64_t count = 1;  // number of groups (1 for an empty tensor)
  bool operator==(const GroupLayout&) const = default;

  std::uint64_t group_of(std::uint64_t index) const {
    const std::uint64_t k = index % inner, rest = index / inner;
    return rest / axis * outer_step + rest % axis / size * axis_step + k / inner_size * inner_step;
  }
  // Groups side by side in an inner line.
  std::uint64_t across() const { return inner_step == 0 ? 1 : (inner + inner_size - 1) / inner_size; }
  std::uint64_t elements() const { return outer * axis * inner; }
};

// `spec` must be canonical and valid for the shape. Per channel on a scalar falls back to one group.
GroupLayout make_group_layout(const Granularity& granularity, const Shape& shape);

// Number of elements in one group (the last run of a line may be short).
std::uint64_t group_size(const GroupLayout& layout, std::uint64_t group);

// Elements begin, begin + stride, ... (count of them) of one group.
struct GroupSegment {
  std::uint64_t begin = 0, count = 0, stride = 1;
};

// Calls visit(GroupSegment) for the segments that make up one group, ascending.
template <class Visit>
void for_each_segment(const GroupLayout& layout, std::uint64_t group, Visit&& visit) {
  if (layout.count == 1) {
    visit(GroupSegment{0, layout.elements(), 1});
  } else if (layout.inner_step == 0) {  // channel: one inner line for every outer index
    for (std::uint64_t o = 0; o < layout.outer; ++o)
      visit(GroupSegment{(o * layout.axis + group) * layout.inner, layout.inner, 1});
  } else {  // a run along the axis, or rows of a tile
    const std::uint64_t across = layout.across(), k = group % across * layout.inner_size;
    const std::uint64_t rest = group / across, runs = layout.outer_step / across;
    const std::uint64_t a = rest % runs * layout.size, row = rest / runs * layout.axis + a;
    const std::uint64_t length = std::min(layout.size, layout.axis - a);
    const std::uint64_t width = std::min(layout.inner_size, layout.inner - k);
    if (width == 1) return visit(GroupSegment{row * layout.inner + k, length, layout.inner});
    for (std::uint64_t r = 0; r < length; ++r) visit(GroupSegment{(row + r) * layout.inner + k, width, 1});
  }
}

// Smallest and largest group that elements [begin, end) belong to; begin < end.
struct GroupSpan {
  std::uint64_t first = 0, last = 0;
};
GroupSpan groups_in(const GroupLayout& layout, std::uint64_t begin, std::uint64_t end);

// A run of consecutive elements; element i of it belongs to group `group + i * step`, step 0 or 1.
struct GroupRun {
  std::uint64_t begin = 0, length = 0, group = 0;
  std::uint64_t step = 0;
};

// Calls visit(GroupRun) for the runs that make up [begin, end), ascending.
template <class Visit>
void for_each_run(const GroupLayout& layout, std::uint64_t begin, std::uint64_t end, Visit&& visit) {
  std::uint64_t i = begin;
  while (i < end) {
    GroupRun run{i, end - i, layout.group_of(i), 0};
    if (layout.count > 1) {
      std::uint64_t length = 0;
      if (layout.inner_size > 1) {  // one row of a tile
        const std::uint64_t k = i % layout.inner;
        length = std::min(layout.inner_size - k % layout.inner_size, layout.inner - k);
      } else if (layout.inner > 1) {  // along the inner line; constant group when inner_step is 0
        const std::uint64_t k = i % layout.inner, a = i / layout.inner % layout.axis;
        const std::uint64_t same =
            layout.size - a % layout.size < layout.axis - a ? layout.size - a % layout.size : layout.axis - a;
        length = layout.inner_step == 0 ? same * layout.inner - k : layout.inner - k;
        run.step = layout.inner_step;
      } else if (layout.size == 1) {  // every element its own group: one line of the axis
        length = layout.axis - i % layout.axis;
        run.step = layout.axis_step;
      } else {
        const std::uint64_t a = i % layout.axis;
        length = layout.size - a % layout.size;
        if (length > layout.axis - a) length = layout.axis - a;
      }
      if (length < run.length) run.length = length;
    }
    visit(run);
    i += run.length;
  }
}

}  // namespace bitloupe
