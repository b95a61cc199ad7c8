#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "core/probe.h"
#include "core/probe_cells.h"
#include "core/probe_texel.h"
#include "core/random.h"
#include "core/stats/block_scan.h"

namespace bitloupe {
namespace {

constexpr std::size_t kBuffer = 1024;  // cells quantized at a time
constexpr std::uint64_t kTaskCells = 1 << 14;
constexpr std::uint64_t kSampleRun = 16;  // cells a sample takes at once: one cache line of values
constexpr std::uint64_t kReadsPerQuantize =
    16;                                      // reading a value costs about this much less than quantizing it
constexpr std::uint64_t kCellsPerRead = 16;  // and reading one from a file costs about this much more
constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

// A texel's extreme that waits to be quantized under its group's scale.
struct Pending {
  std::uint64_t texel = 0, group = 0;
  float value = 0;
};

// The scale group that the last cells of a texel belonged to, and its extremes so far.
struct OpenGroup {
  std::uint64_t group = 0;
  Extremes extremes = kNoExtremes;
};

// Cells [begin, end) at one place across, to be looked at.
struct SampleRun {
  std::uint64_t across = 0, begin = 0, end = 0;
};

// Buffers for a chunk of cells; the texels of one line of them and what is under way for them.
struct Line {
  std::array<float, kBuffer> original, dequantized, numbers;
  std::array<Code, kBuffer> codes;
  std::array<ErrorKind, kBuffer> kinds;
  std::vector<Texel> texels;
  std::vector<OpenGroup> open;
  std::vector<Pending> pending;
  std::vector<SampleRun> samples;
  std::vector<BlockExtremes::Extremes> blocks;
  std::vector<float> read;  // values of a streamed tensor

  CellBuffers buffers(std::size_t size) {
    return CellBuffers{original, dequantized, codes, kinds}.part(0, size);
  }
};

// Fills a WindowResult. Cells are walked along `along_` (the axis that lies contiguous in memory, if one
// does); a task owns the texels at one place of `across_`.
class WindowPass {
 public:
  WindowPass(const Snapshot& snapshot, const WindowRequest& request, std::uint64_t budget,
             const WindowResult* before)
      : snapshot_(snapshot), tensor_(snapshot.tensor()) {
    const Shape& shape = tensor_.shape;
    const SliceView view = normalized(request.slice, shape);
    const SliceSize size = slice_size(view, shape);
    base_ = element_index(view, shape, 0, 0);
    const std::uint64_t down = element_index(view, shape, 1, 0) - base_;
    const std::uint64_t right = element_index(view, shape, 0, 1) - base_;
    along_ = make_axis(size.columns, right, request.column_step, request.column, request.columns);
    across_ = make_axis(size.rows, down, request.row_step, request.row, request.rows);
    height_ = across_.count;
    width_ = along_.count;
    across_.texel_stride = width_;
    if (across_.stride == 1 && (along_.stride != 1 || along_.size < across_.size)) std::swap(along_, across_);
    plan(budget);
    const bool one_group = snapshot.scales->layout.count == 1;
    if (before && one_group && before->height == height_ && before->width == width_) before_ = before;
  }

  WindowResult run(const WorkContext& work) {
    WindowResult result;
    result.exact = exact_;
    result.height = height_;
    result.width = width_;
    const std::uint64_t texels = height_ * width_;
    for (auto* quantity : {&result.original, &result.dequantized, &result.error, &result.code})
      quantity->resize(texels);
    result.marks.resize(texels);
    if (texels == 0) return result;

    const std::uint64_t cells_per_texel_line =
        exact_ ? along_.cells() * across_.step : allowance_ * along_.count;
    const std::uint64_t grain = std::max<std::uint64_t>(kTaskCells / cells_per_texel_line, 1);
    parallel_for(across_.count, grain, work, [&](std::size_t begin, std::size_t end) {
      Line line;
      for (std::size_t texel = begin; texel < end; ++texel) {
        line.texels.assign(along_.count, {});
        if (exact_)
          look_at_all(line, texel);
        else
          look_at_some(line, texel);
        put(line, texel, result);
      }
    });
    return result;
  }

 private:
  // Decides what the budget allows; a texel's share of it is `allowance_`.
  void plan(std::uint64_t budget) {
    const std::uint64_t cells = along_.cells() * across_.cells();
    exact_ = cells <= budget;
    if (exact_) return;
    sampled_only_ = !tensor_.resident() && along_.stride != 1;
    if (sampled_only_) budget /= kCellsPerRead;
    allowance_ = std::max<std::uint64_t>(budget / (along_.count * across_.count), 1);
    whole_blocks_ = along_.stride == 1 && cells / kReadsPerQuantize > budget;
    const bool monotone =
        snapshot_.quantizer->rounding != Rounding::Stochastic && !snapshot_.quantizer->blocks;
    quantize_extremes_ =
        !sampled_only_ && monotone && 2 * group_parts() <= std::max<std::uint64_t>(allowance_, 2);
  }

  // At most so many scale groups meet in a texel.
  std::uint64_t group_parts() const {
    const GroupLayout& layout = snapshot_.scales->layout;
    if (layout.count == 1) return 1;
    const std::uint64_t run = along_.stride != 1       ? 1
                              : layout.inner == 1      ? layout.size
                              : layout.inner_step == 0 ? layout.inner
                                                       : layout.inner_size;
    return across_.step * (1 + (along_.step - 1 + run - 1) / run);
  }

  std::uint64_t index_of(std::uint64_t across, std::uint64_t along) const {
    return base_ + across * across_.stride + along * along_.stride;
  }

  void look_at_all(Line& line, std::uint64_t texel) const {
    const std::uint64_t begin = along_.begin(0), end = along_.end(along_.count - 1);
    for (std::uint64_t across = across_.begin(texel); across < across_.end(texel); ++across)
      look_at(line, across, begin, end);
  }

  // Quantizes cells [begin, end) of one line and adds them to their texels.
  void look_at(Line& line, std::uint64_t across, std::uint64_t begin, std::uint64_t end) const {
    for (std::uint64_t done = begin; done < end; done += kBuffer) {
      const std::size_t size = std::min<std::uint64_t>(kBuffer, end - done);
      quantize_cells(snapshot_, index_of(across, done), along_.stride, line.buffers(size));
      number_codes(snapshot_.quantizer->format, std::span(line.codes).first(size), line.numbers);
      std::uint64_t texel = done / along_.step - along_.first;
      for (std::size_t i = 0; i < size; ++texel) {
        const std::size_t texel_end = std::min<std::uint64_t>(along_.end(texel) - done, size);
        for (; i < texel_end; ++i)
          add_cell(line.texels[texel], line.original[i], line.dequantized[i], line.kinds[i], line.numbers[i]);
      }
    }
  }

  void look_at_some(Line& line, std::uint64_t across) const {
    line.open.assign(along_.count, {});
    line.pending.clear();
    line.samples.clear();
    const std::uint64_t used = quantize_extremes_ ? 2 * group_parts() : 0;
    if (allowance_ > used)
      for (std::uint64_t along = 0; along < along_.count; ++along)
        draw_samples(line.samples, across, along, allowance_ - used);
    if (sampled_only_) {
      // Cells that do not lie side by side in a file are looked at one by one: samples have to do.
    } else if (before_)
      take_extremes(line, across);
    else if (whole_blocks_ && (!quantize_extremes_ || snapshot_.scales->layout.count == 1))
      add_block_extremes(line, across);
    else
      for (std::uint64_t v = across_.begin(across); v < across_.end(across); ++v)
        for (std::uint64_t along = 0; along < along_.count; ++along) add_extremes(line, v, along);
    if (quantize_extremes_)
      for (std::uint64_t along = 0; along < along_.count; ++along) close_group(line, along);
    for (const SampleRun& run : line.samples) look_at(line, run.across, run.begin, run.end);
    quantize_pending(line);
  }

  std::uint64_t place_of(std::uint64_t across, std::uint64_t along) const {
    return across * across_.texel_stride + along * along_.texel_stride;
  }

  // The original's extremes do not depend on the spec: an earlier answer knows them.
  void take_extremes(Line& line, std::uint64_t across) const {
    for (std::uint64_t along = 0; along < along_.count; ++along) {
      const std::uint64_t place = place_of(across, along);
      line.texels[along].marks |= static_cast<std::uint8_t>(before_->marks[place] & (kMarkNan | kMarkInf));
      const Extremes known = before_->original[place];
      if (!std::isfinite(known.min)) continue;
      line.texels[along].original = known;
      line.open[along] = {0, known};
    }
  }

  // Extremes from whole blocks: those of all lines of the texels are reduced to one line of them first. Lines
  // may begin anywhere in a block, so a texel takes every block that it meets in some line.
  void add_block_extremes(Line& line, std::uint64_t across) const {
    const std::uint64_t length = snapshot_.prepared->extremes.length;
    const std::vector<BlockExtremes::Extremes>& blocks = snapshot_.prepared->extremes.blocks;
    const std::uint64_t left = along_.begin(0), cells = along_.cells();
    line.blocks.assign((cells + length - 2) / length + 1, {kInfinity, -kInfinity, false, false});
    std::uint64_t least_shift = length, most_shift = 0;  // of a line's first cell in its block
    for (std::uint64_t v = across_.begin(across); v < across_.end(across); ++v) {
      const std::uint64_t begin = index_of(v, left), first = begin / length;
      const std::uint64_t count = (begin + cells - 1) / length - first + 1;
      least_shift = std::min(least_shift, begin % length);
      most_shift = std::max(most_shift, begin % length);
      for (std::uint64_t b = 0; b < count; ++b) include(line.blocks[b], blocks[first + b]);
    }
    for (std::uint64_t along = 0; along < along_.count; ++along) {
      BlockExtremes::Extremes found{kInfinity, -kInfinity, false, false};
      const std::uint64_t first = (along_.begin(along) - left + least_shift) / length;
      const std::uint64_t last = (along_.end(along) - left - 1 + most_shift) / length;
      for (std::uint64_t b = first; b <= std::min<std::uint64_t>(last, line.blocks.size() - 1); ++b)
        include(found, line.blocks[b]);
      Texel& texel = line.texels[along];
      include(texel.original, Extremes{found.min, found.max});
      texel.marks |= static_cast<std::uint8_t>((found.nan ? kMarkNan : 0) | (found.inf ? kMarkInf : 0));
      if (quantize_extremes_) line.open[along] = {0, texel.original};
    }
  }

  // Extremes of a texel's cells at one place across; group by group where they are to be quantized.
  void add_extremes(Line& line, std::uint64_t v, std::uint64_t along) const {
    const GroupLayout& layout = snapshot_.scales->layout;
    const std::uint64_t begin = index_of(v, along_.begin(along)),
                        count = along_.end(along) - along_.begin(along);
    const auto add_run = [&](std::uint64_t first, std::uint64_t length, std::uint64_t group) {
      const Extremes found = extremes_of(line, first, length, line.texels[along].marks);
      include(line.texels[along].original, found);
      if (!quantize_extremes_) return;
      if (group != line.open[along].group) {
        close_group(line, along);
        line.open[along] = {group, kNoExtremes};
      }
      include(line.open[along].extremes, found);
    };
    if (layout.count == 1 || !quantize_extremes_) return add_run(begin, count, 0);
    if (along_.stride != 1) {
      for (std::uint64_t i = begin; i < begin + count * along_.stride; i += along_.stride)
        add_run(i, 1, layout.group_of(i));
      return;
    }
    for_each_run(layout, begin, begin + count, [&](const GroupRun& run) {
      if (run.step == 0) return add_run(run.begin, run.length, run.group);
      for (std::uint64_t i = 0; i < run.length; ++i) add_run(run.begin + i, 1, run.group + i * run.step);
    });
  }

  static void close_group(Line& line, std::uint64_t along) {
    const OpenGroup& open = line.open[along];
    if (open.extremes.min > open.extremes.max) return;
    line.pending.push_back({along, open.group, open.extremes.min});
    line.pending.push_back({along, open.group, open.extremes.max});
  }

  // Extremes of `count` cells from element `begin` on; marks NaN and inf.
  Extremes extremes_of(Line& line, std::uint64_t begin, std::uint64_t count, std::uint8_t& marks) const {
    const std::uint64_t length = snapshot_.prepared->extremes.length;
    constexpr std::size_t kShort = 16;
    Extremes found = kNoExtremes;
    const auto add = [&](float min, float max, bool nan, bool inf) {
      include(found, Extremes{min, max});
      marks |= static_cast<std::uint8_t>((nan ? kMarkNan : 0) | (inf ? kMarkInf : 0));
    };
    const auto add_values = [&](std::span<const float> values) {
      if (values.size() < kShort) {  // too short for the block loop to pay
        for (const float x : values) {
          if (std::isfinite(x))
            include(found, x);
          else
            add(kInfinity, -kInfinity, std::isnan(x), std::isinf(x));
        }
        return;
      }
      const BlockScan scan = scan_block(values);
      add(scan.min, scan.max, scan.nan > 0, scan.inf > 0);
    };
    const auto read_values = [&](std::uint64_t from, std::uint64_t to) {
      if (from < to) add_values(tensor_.view(from, to - from, line.read));
    };
    if (along_.stride != 1) {
      for (std::uint64_t i = 0; i < count; ++i)
        add_values(tensor_.span().subspan(begin + i * along_.stride, 1));
      return found;
    }
    const std::uint64_t end = begin + count;
    const std::uint64_t first = whole_blocks_ ? begin / length : (begin + length - 1) / length;
    const std::uint64_t last = whole_blocks_ ? (end + length - 1) / length : end / length;
    if (first >= last) {
      read_values(begin, end);
      return found;
    }
    for (std::uint64_t b = first; b < last; ++b) {
      const BlockExtremes::Extremes& block = snapshot_.prepared->extremes.blocks[b];
      add(block.min, block.max, block.nan, block.inf);
    }
    if (!whole_blocks_) {
      read_values(begin, first * length);
      read_values(last * length, end);
    }
    return found;
  }

  // Short runs of cells, one drawn in each of equal shares of the texel; the same whatever the rectangle. In
  // a tensor much larger than the caches each costs a miss, so they are fetched while the extremes are read.
  void draw_samples(std::vector<SampleRun>& samples, std::uint64_t across, std::uint64_t along,
                    std::uint64_t most) const {
    const std::uint64_t left = along_.begin(along), right = along_.end(along);
    const std::uint64_t top = across_.begin(across), lines = across_.end(across) - top;
    const std::uint64_t length = std::min({kSampleRun, right - left, most});
    const std::uint64_t per_line = (right - left + length - 1) / length, places = lines * per_line;
    const std::uint64_t draws = std::min(most / length, places), seed = index_of(top, left);
    const double share = static_cast<double>(places) / static_cast<double>(draws);
    for (std::uint64_t i = 0; i < draws; ++i) {
      const double drawn = (static_cast<double>(i) + random_unit(seed, i)) * share;
      const std::uint64_t place = std::min(static_cast<std::uint64_t>(drawn), places - 1);
      const std::uint64_t begin = left + place % per_line * length;
      samples.push_back({top + place / per_line, begin, std::min(begin + length, right)});
      if (tensor_.resident()) __builtin_prefetch(&tensor_.span()[index_of(samples.back().across, begin)]);
    }
  }

  // Neighbours under one scale go through the quantizer together. Extremes have no index of their own: they
  // are quantized under deterministic rounding only.
  void quantize_pending(Line& line) const {
    const Quantizer& quantizer = *snapshot_.quantizer;
    for (std::size_t done = 0; done < line.pending.size();) {
      const std::span<const Pending> rest = std::span(line.pending).subspan(done);
      std::size_t size = 0;
      for (; size < std::min(kBuffer, rest.size()) && rest[size].group == rest[0].group; ++size)
        line.original[size] = rest[size].value;
      const CellBuffers cells = line.buffers(size);
      quantize_run(quantizer, snapshot_.scales->groups[rest[0].group], cells.original, 0, cells.codes,
                   cells.dequantized, cells.kinds);
      number_codes(quantizer.format, cells.codes, line.numbers);
      for (std::size_t i = 0; i < size; ++i)
        add_cell(line.texels[rest[i].texel], cells.original[i], cells.dequantized[i], cells.kinds[i],
                 line.numbers[i]);
      done += size;
    }
  }

  void put(const Line& line, std::uint64_t across, WindowResult& result) const {
    const auto or_nan = [](const Extremes& extremes) {
      return extremes.min <= extremes.max ? extremes : Extremes{kNan, kNan};
    };
    for (std::uint64_t along = 0; along < along_.count; ++along) {
      const Texel& texel = line.texels[along];
      const std::uint64_t place = place_of(across, along);
      result.original[place] = texel.original;
      if (texel.original.min > texel.original.max) {
        const float first = tensor_.value(index_of(across_.begin(across), along_.begin(along)));
        result.original[place] = {first, first};
      }
      result.dequantized[place] = or_nan(texel.dequantized);
      result.error[place] = or_nan(texel.error);
      result.code[place] = or_nan(texel.code);
      result.marks[place] = texel.marks;
    }
  }

  const Snapshot& snapshot_;
  const Tensor& tensor_;
  std::uint64_t base_ = 0, height_ = 0, width_ = 0;
  TexelAxis along_, across_;
  const WindowResult* before_ = nullptr;
  bool exact_ = true, whole_blocks_ = false, quantize_extremes_ = false, sampled_only_ = false;
  std::uint64_t allowance_ = 0;
};

}  // namespace

WindowResult window(const Snapshot& snapshot, const WindowRequest& request, std::uint64_t budget,
                    const WorkContext& work, const WindowResult* before) {
  return WindowPass(snapshot, request, budget, before).run(work);
}

}  // namespace bitloupe
