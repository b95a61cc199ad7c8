// VectorRun: codes and dequantized values of runs of values under one scale, as arrays want them, by the
// processor's own instruction set. The same bits as quantize_value.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
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

// A grid of few levels by its cuts: a value belongs to the last level whose `below` it exceeds, in the total
// order of float32 (ordered.h). Cuts are of the values themselves, or of their quotients by the scale.
struct LevelCuts {
  static constexpr std::size_t kMost = 16;
  std::size_t count = 0;
  std::array<std::int32_t, kMost> below = {};    // the last key of the level before
  std::array<float, kMost> level = {};           // x_hat
  std::array<std::uint32_t, kMost> stored = {};  // stored_code
  enum class Of : std::uint8_t { Values, Quotients, Products } of = Of::Values;  // x, x / s, x * (1 / s)
  float divisor = 1, reciprocal = 1;
};

// Where the results of `values` go; either may be empty, else it has room for all of them.
struct RunOutputs {
  std::span<std::byte> codes;
  std::span<float> dequantized;
  bool streams = false;  // past the caches: more than they hold is written
};

class VectorRun {
 public:
  explicit VectorRun(const Quantizer& quantizer);  // which must outlive this

  // `first_index` is the first value's place in the tensor.
  void operator()(const GroupScale& scale, std::span<const float> values, std::uint64_t first_index,
                  const RunOutputs& out) const;

 private:
  // False, and nothing done, where the kernel does not apply.
  bool by_levels(const GroupScale& scale, std::span<const float> values, const RunOutputs& out) const;
  bool by_rounding(const GroupScale& scale, std::span<const float> values, const RunOutputs& out) const;

  const Quantizer& quantizer_;
  CodeType type_;
  bool rounds_ = false;  // the plan's kernels apply
  VectorPlan plan_;
  std::optional<CodeLadder> ladder_;  // of few levels only
  LevelCuts quotients_;               // the same as cuts of quotients, levels before scaling
};

}  // namespace bitloupe
