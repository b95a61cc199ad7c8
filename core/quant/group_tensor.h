// The values of scale groups, gathered: as they are, or as tensors of their own, so that what reads whole
// groups can do so where the tensor is streamed and a group's values lie far apart in it.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/parallel.h"
#include "core/quant/group_layout.h"
#include "core/tensor/tensor.h"

namespace bitloupe {

// Values of the largest group.
std::uint64_t largest_group(const GroupLayout& layout);

// Values begin, begin + 1, ... of a group, counted as for_each_segment passes over them.
void read_group(const Tensor& tensor, const GroupLayout& layout, std::uint64_t group, std::uint64_t begin,
                std::span<float> out);

// All values of a group.
std::vector<float> group_values(const Tensor& tensor, const GroupLayout& layout, std::uint64_t group);

// One group, shape {its values}: resident, or a stream through `tensor` where it exceeds the resident budget.
Tensor group_tensor(const Tensor& tensor, const GroupLayout& layout, std::uint64_t group);

// Some groups, one a row of a tensor [last - first, largest_group()]: row r is group (first + r) * step.
// Short groups end with NaN.
struct GroupRows {
  std::uint64_t first = 0, last = 0, step = 1;
  Tensor tensor;
  GroupLayout layout;  // of `tensor`: one group a row
};

// Calls visit(GroupRows) for groups 0, step, 2 * step, ... in order, some at a time: as many as half of the
// resident budget holds, a multiple of `multiple` but for the last time. A single group that is larger comes
// as a stream. Each time reads the groups' values once, in long pieces where all of them are asked for. False
// once stopped, visit gave false or reading failed.
bool for_each_group_rows(const Tensor& tensor, const GroupLayout& layout, std::uint64_t step,
                         std::uint64_t multiple, const WorkContext& context,
                         const std::function<bool(const GroupRows&)>& visit);

}  // namespace bitloupe
