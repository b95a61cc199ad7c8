// VectorRun: codes and dequantized values of runs of values under one scale, as arrays want them, by the
// processor's own instruction set. The same bits as quantize_value.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>

#include "core/quant/code_ladder.h"
#include "core/quant/quantizer.h"
#include "core/quant/vector_plan.h"

namespace bitloupe {

// How codes are stored as an array (cli.md, "Arrays"): the integer itself for integer families, else the bit
// pattern; the smallest of 1, 2 and 4 bytes that holds them, little endian.
struct CodeType {
  bool is_signed = false;
  std::size_t bytes = 1;
};
CodeType code_type(const NumberFormat& format);
// The low code_type().bytes bytes of it are stored; two's complement makes them right for both signs.
std::uint32_t stored_code(const NumberFormat& format, Code code);

// A run of consecutive values under one scale.
struct ScaledRun {
  GroupScale scale;
  std::uint64_t length = 0;
};

// A grid by its cuts: a value belongs to the last level whose `below` it exceeds, in the total order of
// float32 (ordered.h). Cuts are of the values themselves, or of their quotients by the scale.
struct LevelCuts {
  static constexpr std::size_t kFew = 16, kMost = 256;  // levels that registers hold; that there may be
  std::size_t count = 0;
  std::array<std::int32_t, kMost> below;  // the last key of the level before; beyond `count` the last of all
  std::array<float, kMost> level = {};    // before scaling
  std::array<std::uint32_t, kMost> stored = {};  // stored_code
  float largest = 0;                             // magnitude of the finite levels
  enum class Of : std::uint8_t { Values, Quotients, Products } of = Of::Values;  // x, x / s, x * (1 / s)

  LevelCuts() { below.fill(std::numeric_limits<std::int32_t>::max()); }

  // Where neither a reciprocal nor a level leaves float32's range.
  bool apply_to(const GroupScale& scale) const {
    return scale.divisor() >= std::numeric_limits<float>::min() &&
           scale.scale * largest <= std::numeric_limits<float>::max();
  }
};

// Where the results of `values` go; either may be empty, else it has room for all of them.
struct RunOutputs {
  std::span<std::byte> codes;
  std::span<float> dequantized;
  bool streams = false;  // past the caches: more than they hold is written

  // Of values at, at + 1, ... `count` of them.
  RunOutputs part(std::size_t at, std::size_t count, std::size_t code_bytes) const {
    return {codes.empty() ? codes : codes.subspan(at * code_bytes, count * code_bytes),
            dequantized.empty() ? dequantized : dequantized.subspan(at, count), streams};
  }
};

class VectorRun {
 public:
  explicit VectorRun(const Quantizer& quantizer);  // which must outlive this

  // `values` lie in `runs`, one after the other. `first_index` is the first value's place in the tensor.
  void operator()(std::span<const ScaledRun> runs, std::span<const float> values, std::uint64_t first_index,
                  const RunOutputs& out) const;
  void operator()(const GroupScale& scale, std::span<const float> values, std::uint64_t first_index,
                  const RunOutputs& out) const;

  // Whether a value's result depends on its place in the tensor.
  bool draws() const { return quantizer_.rounding == Rounding::Stochastic; }

 private:
  // These return how many runs they did, from the first; none where a kernel does not apply.
  std::size_t by_value_cuts(std::span<const ScaledRun> runs, std::span<const float> values,
                            const RunOutputs& out) const;
  std::size_t by_rounding(std::span<const ScaledRun> runs, std::span<const float> values,
                          const RunOutputs& out) const;
  std::size_t by_quotient_cuts(std::span<const ScaledRun> runs, std::span<const float> values,
                               const RunOutputs& out) const;
  void by_specification(const GroupScale& scale, std::span<const float> values, std::uint64_t first_index,
                        const RunOutputs& out) const;

  const Quantizer& quantizer_;
  CodeType type_;
  bool rounds_ = false;  // the plan's kernels apply
  VectorPlan plan_;
  std::optional<CodeLadder> ladder_;  // of at most LevelCuts::kMost levels
  LevelCuts quotients_;               // their cuts as quotients
};

}  // namespace bitloupe
