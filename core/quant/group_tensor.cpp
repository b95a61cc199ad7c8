#include "core/quant/group_tensor.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

#include "core/memory.h"

namespace bitloupe {
namespace {

constexpr std::uint64_t kPiece = 1 << 16;  // values read at a time

bool channels(const GroupLayout& layout) { return layout.inner_step == 0; }

// Columns of a group that is `across`-th in its line: fewer at the line's end.
std::uint64_t tile_width(const GroupLayout& layout, std::uint64_t across) {
  return std::min(layout.inner_size, layout.inner - across * layout.inner_size);
}

// Where an element stands in its group.
std::uint64_t position_in_group(const GroupLayout& layout, std::uint64_t index) {
  if (layout.count == 1) return index;
  if (channels(layout)) return index / layout.inner / layout.axis * layout.inner + index % layout.inner;
  const std::uint64_t row = index / layout.inner % layout.axis % layout.size, k = index % layout.inner;
  return row * tile_width(layout, k / layout.inner_size) + k % layout.inner_size;
}

// One group of a tensor that is too large to be held.
class GroupStream final : public ValueStream {
 public:
  GroupStream(const Tensor& tensor, const GroupLayout& layout, std::uint64_t group)
      : tensor_(tensor), layout_(layout), group_(group) {}
  ReadCounts read(std::uint64_t begin, std::span<float> out) const override {
    read_group(tensor_, layout_, group_, begin, out);
    return {};
  }
  std::optional<Error> error() const override { return tensor_.error(); }

 private:
  const Tensor tensor_;  // shares the values
  const GroupLayout layout_;
  const std::uint64_t group_;
};

// `count` ranges of `length` elements, `stride` apart.
struct Ranges {
  std::uint64_t begin = 0, length = 0, stride = 0, count = 0;
};

// The elements of groups [first, last).
std::vector<Ranges> ranges_of(const GroupLayout& layout, std::uint64_t first, std::uint64_t last) {
  const std::uint64_t line = layout.axis * layout.inner;
  if (layout.count == 1 || (first == 0 && last == layout.count)) return {{0, layout.elements(), 0, 1}};
  if (channels(layout)) return {{first * layout.inner, (last - first) * layout.inner, line, layout.outer}};
  // A band: the elements of the groups side by side in the inner lines.
  const std::uint64_t across = layout.across(), bands = layout.outer_step / across;  // of one outer index
  const auto band_begin = [&](std::uint64_t band) {
    return band / bands * line + band % bands * layout.size * layout.inner;
  };
  std::vector<Ranges> ranges;
  const auto add_part = [&](std::uint64_t band, std::uint64_t from, std::uint64_t to) {
    const std::uint64_t begin = band_begin(band), rows = (band_begin(band + 1) - begin) / layout.inner;
    const std::uint64_t left = from * layout.inner_size,
                        right = std::min(to * layout.inner_size, layout.inner);
    ranges.push_back({begin + left, right - left, layout.inner, rows});
  };
  std::uint64_t band = first / across;
  const std::uint64_t last_band = last / across, from = first % across, to = last % across;
  if (band == last_band) {
    add_part(band, from, to);
    return ranges;
  }
  if (from > 0) add_part(band++, from, across);
  if (band < last_band) ranges.push_back({band_begin(band), band_begin(last_band) - band_begin(band), 0, 1});
  if (to > 0) add_part(last_band, 0, to);
  return ranges;
}

// Puts elements [begin, begin + values.size()) where they belong in rows of `width` values.
void scatter(const GroupLayout& layout, std::uint64_t first_group, std::uint64_t width, std::uint64_t begin,
             std::span<const float> values, float* rows) {
  for_each_run(layout, begin, begin + values.size(), [&](const GroupRun& run) {
    const std::span<const float> own = values.subspan(run.begin - begin, run.length);
    float* to = rows + (run.group - first_group) * width + position_in_group(layout, run.begin);
    if (run.step == 0) {
      std::copy(own.begin(), own.end(), to);
    } else {
      for (std::size_t i = 0; i < own.size(); ++i) to[i * width] = own[i];
    }
  });
}

// Groups [first, last) into `rows` in long pieces. False if stopped.
bool gather_neighbours(const Tensor& tensor, const GroupLayout& layout, std::uint64_t first,
                       std::uint64_t last, const WorkContext& context, Values& rows) {
  const std::uint64_t width = largest_group(layout);
  for (const Ranges& ranges : ranges_of(layout, first, last)) {
    const std::uint64_t pieces = (ranges.length + kPiece - 1) / kPiece;  // of one range
    const std::uint64_t grain = std::max<std::uint64_t>(kPiece / ranges.length, 1);
    const auto read = [&](std::size_t i, std::size_t end) {
      std::vector<float> buffer;
      for (; i < end; ++i) {
        const std::uint64_t from = i % pieces * kPiece;
        const std::uint64_t begin = ranges.begin + i / pieces * ranges.stride + from;
        const std::uint64_t size = std::min(kPiece, ranges.length - from);
        scatter(layout, first, width, begin, tensor.view(begin, size, buffer), rows.data());
      }
    };
    if (!parallel_for(ranges.count * pieces, grain, context, read)) return false;
  }
  return true;
}

// Rows [first, last) of every `step`-th group, one by one. False if stopped.
bool gather_some(const Tensor& tensor, const GroupLayout& layout, std::uint64_t first, std::uint64_t last,
                 std::uint64_t step, const WorkContext& context, Values& rows) {
  const std::uint64_t width = largest_group(layout);
  const auto read = [&](std::size_t row, std::size_t end) {
    for (; row < end; ++row) {
      const std::uint64_t group = (first + row) * step;
      read_group(tensor, layout, group, 0, std::span(rows).subspan(row * width, group_size(layout, group)));
    }
  };
  return parallel_for(last - first, std::max<std::uint64_t>(kPiece / width, 1), context, read);
}

// Pieces of `width` elements, `stride` apart from `begin` on; of the first piece those from `skipped` on.
void gather_pieces(const Tensor& tensor, std::uint64_t begin, std::uint64_t stride, std::uint64_t width,
                   std::uint64_t skipped, std::span<float> out) {
  for (std::size_t done = 0; done < out.size(); begin += stride, skipped = 0) {
    const std::size_t size = std::min<std::uint64_t>(width - skipped, out.size() - done);
    tensor.gather(begin + skipped, 1, out.subspan(done, size));
    done += size;
  }
}

}  // namespace

std::uint64_t largest_group(const GroupLayout& layout) {
  if (layout.count == 1) return layout.elements();
  return channels(layout) ? layout.outer * layout.inner : layout.size * layout.inner_size;
}

void read_group(const Tensor& tensor, const GroupLayout& layout, std::uint64_t group, std::uint64_t begin,
                std::span<float> out) {
  if (layout.count == 1) return tensor.gather(begin, 1, out);
  if (!channels(layout)) {
    const std::uint64_t across = layout.across(), band = group / across, bands = layout.outer_step / across;
    const std::uint64_t width = tile_width(layout, group % across);
    const std::uint64_t row = band / bands * layout.axis + band % bands * layout.size + begin / width;
    const std::uint64_t left = row * layout.inner + group % across * layout.inner_size;
    if (width == 1) return tensor.gather(left, layout.inner, out);
    return gather_pieces(tensor, left, layout.inner, width, begin % width, out);
  }
  if (layout.inner == 1) return tensor.gather(begin * layout.axis + group, layout.axis, out);
  const std::uint64_t outer = begin / layout.inner, line = layout.axis * layout.inner;
  gather_pieces(tensor, outer * line + group * layout.inner, line, layout.inner, begin % layout.inner, out);
}

std::vector<float> group_values(const Tensor& tensor, const GroupLayout& layout, std::uint64_t group) {
  std::vector<float> values(group_size(layout, group));
  read_group(tensor, layout, group, 0, values);
  return values;
}

Tensor group_tensor(const Tensor& tensor, const GroupLayout& layout, std::uint64_t group) {
  const std::uint64_t size = group_size(layout, group);
  Tensor own{tensor.name, tensor.dtype, {size}, nullptr};
  if (!tensor.resident() && size > resident_budget() / sizeof(float)) {
    own.stream = std::make_shared<const GroupStream>(tensor, layout, group);
    return own;
  }
  own.values = std::make_shared<Values>(group_values(tensor, layout, group));
  return own;
}

bool for_each_group_rows(const Tensor& tensor, const GroupLayout& layout, std::uint64_t step,
                         std::uint64_t multiple, const WorkContext& context,
                         const std::function<bool(const GroupRows&)>& visit) {
  const std::uint64_t width = std::max<std::uint64_t>(largest_group(layout), 1);
  const std::uint64_t budget = resident_budget() / 2 / sizeof(float);  // values
  const std::uint64_t at_a_time = std::max(budget / width / multiple * multiple, multiple);
  const std::uint64_t chosen = (layout.count + step - 1) / step;
  WorkContext quiet = context;
  quiet.progress = nullptr;
  Granularity by_row;
  by_row.kind = GranularityKind::Channel;
  by_row.axis = 0;
  for (std::uint64_t first = 0; first < chosen; first += at_a_time) {
    GroupRows rows{first, std::min(first + at_a_time, chosen), step, {}, {}};
    if (rows.last - rows.first == 1 && width > budget) {
      rows.tensor = group_tensor(tensor, layout, first * step);
      rows.tensor.shape = {1, rows.tensor.count()};
    } else {
      auto values =
          std::make_shared<Values>((rows.last - rows.first) * width, std::numeric_limits<float>::quiet_NaN());
      const bool done = step == 1 ? gather_neighbours(tensor, layout, first, rows.last, quiet, *values)
                                  : gather_some(tensor, layout, first, rows.last, step, quiet, *values);
      if (!done) return false;
      rows.tensor = {tensor.name, tensor.dtype, {rows.last - rows.first, width}, std::move(values)};
    }
    if (tensor.error()) return false;
    rows.layout = make_group_layout(by_row, rows.tensor.shape);
    if (!visit(rows)) return false;
    if (context.progress) context.progress(static_cast<double>(rows.last) / static_cast<double>(chosen));
  }
  return true;
}

}  // namespace bitloupe
