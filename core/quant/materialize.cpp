#include "core/quant/materialize.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <utility>

namespace bitloupe {

namespace {

static_assert(std::endian::native == std::endian::little, "arrays are written as they lie in memory");

constexpr std::size_t kBlock = 1 << 18;                   // values; cuts of a long run are found once a block
constexpr std::size_t kStreamed = std::size_t{16} << 20;  // bytes of results that no cache holds

// Elements begin, begin + 1, ... of the tensor. Runs under one scale are handed on together; lines whose
// neighbouring elements have neighbouring scales are turned first, where several lines have the same.
class BlockQuantizer {
 public:
  BlockQuantizer(const VectorRun& quantize, const ScaleSet& scales, std::size_t code_bytes,
                 std::span<const float> values, std::uint64_t begin, const RunOutputs& out)
      : quantize_(quantize),
        scales_(scales),
        code_bytes_(code_bytes),
        values_(values),
        begin_(begin),
        out_(out) {}

  void operator()() {
    for_each_run(scales_.layout, begin_, begin_ + values_.size(), [&](const GroupRun& run) {
      const std::uint64_t at = run.begin - begin_;
      if (run.step == 0) {
        finish_lines();
        add_run(at, run.group, run.length);
      } else if (lines_.count > 0 && run.group == lines_.group && run.length == lines_.length) {
        ++lines_.count;
      } else {
        finish_lines();
        lines_ = {at, run.group, run.length, 1};
      }
    });
    finish_lines();
    finish_runs();
  }

 private:
  // `count` lines of `length` elements, one after the other; column i of each belongs to group + i.
  struct Lines {
    std::uint64_t at = 0, group = 0, length = 0, count = 0;
  };
  static constexpr std::uint64_t kTile = 64;  // lines and columns turned at once: 16 KiB
  static constexpr std::uint64_t kFewLines = 4;

  void add_run(std::uint64_t at, std::uint64_t group, std::uint64_t length) {
    if (run_count_ == runs_.size()) finish_runs();
    if (run_count_ == 0) runs_begin_ = runs_end_ = at;
    runs_[run_count_++] = {scales_.groups[group], length};
    runs_end_ += length;
  }

  void finish_runs() {
    const std::uint64_t count = runs_end_ - runs_begin_;
    quantize_(std::span(runs_).first(run_count_), values_.subspan(runs_begin_, count), begin_ + runs_begin_,
              out_.part(runs_begin_, count, code_bytes_));
    run_count_ = 0;
    runs_begin_ = runs_end_;
  }

  void finish_lines() {
    const Lines lines = std::exchange(lines_, {});
    // A stochastic draw belongs to its place in the tensor, which turning would lose.
    if (lines.count < kFewLines || quantize_.draws()) {
      for (std::uint64_t i = 0; i < lines.count * lines.length; ++i)
        add_run(lines.at + i, lines.group + i % lines.length, 1);
      return;
    }
    finish_runs();
    for (std::uint64_t line = 0; line < lines.count; line += kTile)
      for (std::uint64_t column = 0; column < lines.length; column += kTile)
        quantize_tile(lines, line, std::min(kTile, lines.count - line), column,
                      std::min(kTile, lines.length - column));
  }

  void quantize_tile(const Lines& lines, std::uint64_t line, std::uint64_t line_count, std::uint64_t column,
                     std::uint64_t column_count) {
    alignas(64) std::array<float, kTile * kTile> turned, hats;
    alignas(64) std::array<std::byte, kTile * kTile * sizeof(Code)> codes;
    std::array<ScaledRun, kTile> runs;
    const auto for_each = [&](const auto& visit) {  // visit(place in the block, place in the turned tile)
      for (std::uint64_t r = 0; r < line_count; ++r)
        for (std::uint64_t c = 0; c < column_count; ++c)
          visit(lines.at + (line + r) * lines.length + column + c, c * line_count + r);
    };
    for_each([&](std::uint64_t at, std::uint64_t to) { turned[to] = values_[at]; });
    for (std::uint64_t c = 0; c < column_count; ++c)
      runs[c] = {scales_.groups[lines.group + column + c], line_count};
    const std::uint64_t count = line_count * column_count;
    quantize_(std::span(runs).first(column_count), std::span(turned).first(count), 0,
              {out_.codes.empty() ? out_.codes : std::span(codes).first(count * code_bytes_),
               out_.dequantized.empty() ? out_.dequantized : std::span(hats).first(count), false});
    if (!out_.dequantized.empty())
      for_each([&](std::uint64_t at, std::uint64_t from) { out_.dequantized[at] = hats[from]; });
    if (!out_.codes.empty())
      for_each([&](std::uint64_t at, std::uint64_t from) {
        std::memcpy(&out_.codes[at * code_bytes_], &codes[from * code_bytes_], code_bytes_);
      });
  }

  const VectorRun& quantize_;
  const ScaleSet& scales_;
  const std::size_t code_bytes_;
  const std::span<const float> values_;
  const std::uint64_t begin_;
  const RunOutputs& out_;
  Lines lines_;  // not yet quantized, as are the runs
  std::array<ScaledRun, 256> runs_;
  std::size_t run_count_ = 0;
  std::uint64_t runs_begin_ = 0, runs_end_ = 0;  // places in the block
};

}  // namespace

bool materialize(const Quantizer& quantizer, const ScaleSet& scales, std::span<const float> values,
                 std::span<std::byte> codes, std::span<float> dequantized, const WorkContext& context,
                 std::uint64_t first) {
  const VectorRun quantize(quantizer);
  const std::size_t bytes = code_type(quantizer.format).bytes;
  const RunOutputs all{codes, dequantized, dequantized.size_bytes() >= kStreamed};
  return parallel_for(values.size(), kBlock, context, [&](std::size_t begin, std::size_t end) {
    const std::size_t length = end - begin;
    const RunOutputs out = all.part(begin, length, bytes);
    BlockQuantizer(quantize, scales, bytes, values.subspan(begin, length), first + begin, out)();
  });
}

}  // namespace bitloupe
