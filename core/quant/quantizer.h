// The quantizer: value -> code -> dequantized value under given scales. quantize_value is the readable
// specification; quantize_run is the fast path and gives the same bits.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "core/format/codec.h"
#include "core/quant/quant_spec.h"
#include "core/quant/scales.h"

namespace bitloupe {

struct BlockStore;  // block_store.h

enum class ErrorKind : std::uint8_t {
  Rounding,    // inside the grid range
  Clipped,     // finite, outside the grid range by more than tau
  Overflowed,  // became inf or NaN (Overflow::Special); left out of the error
  Nan,         // the value is NaN
  Inf,         // the value is +-inf
};

struct QuantizedValue {
  Code code = 0;
  float dequantized = 0;
  ErrorKind kind = ErrorKind::Rounding;
};

// What is fixed for all groups of a canonical spec.
struct Quantizer {
  explicit Quantizer(const QuantSpec& canonical_spec);

  NumberFormat format;
  bool integer = true;  // integer family: q = clamp(round(x / s) + z)
  Divide divide = Divide::F32;
  Rounding rounding = Rounding::NearestEven;
  Overflow overflow = Overflow::Saturate;
  std::uint64_t seed = 0;
  double grid_min = 0, grid_max = 0;
  double step = 1;  // integers: 1; fixed point: 2^-n
  // Not null: codes are those of the blocks, found by a value's index in the tensor, whatever the fields
  // above.
  std::shared_ptr<const BlockStore> blocks;
};

// First and last dequantized value of a group and the tolerance tau of concepts.md: a finite x is clipped
// when x < lo - tau or x > hi + tau. Fitted levels clip nothing: both bounds are infinite.
struct GridRange {
  float lo = 0, hi = 0;
  double clip_below = 0, clip_above = 0;  // lo - tau, hi + tau
};
GridRange grid_range(const Quantizer& quantizer, const GroupScale& scale);

// The quotient x / s that is rounded, by the spec's division (concepts.md, "Integers"); 0 where x or s is
// (the reciprocal of a subnormal s is infinite).
double quotient(float x, float scale, Divide divide);

// The code of a quotient y = x / s (not NaN): what quantize_value makes of a value once it is divided. Its
// level never decreases with y. `random` in (0, 1) decides Stochastic.
Code code_of_quotient(const Quantizer& quantizer, std::int32_t zero_point, double y, double random = 0.5);

// fl32(s * level) of a finite level before scaling. A scale may have been rounded up: where the product would
// leave float32 it is the largest finite value.
float scaled_level(float scale, float level);

// An integer quotient by the rounding mode; `random` in (0, 1) decides Stochastic.
double round_to_integer(double y, Rounding rounding, double random);

// Specification of one element; `index` is its place in the tensor and drives stochastic rounding.
QuantizedValue quantize_value(const Quantizer& quantizer, const GroupScale& scale, float x,
                              std::uint64_t index);

// The dequantized value of a code.
float dequantize(const Quantizer& quantizer, const GroupScale& scale, Code code);

// Quantizes values[i] (tensor index first_index + i), all under one scale. Outputs may be empty; otherwise
// they have the length of `values`.
void quantize_run(const Quantizer& quantizer, const GroupScale& scale, std::span<const float> values,
                  std::uint64_t first_index, std::span<Code> codes, std::span<float> dequantized,
                  std::span<ErrorKind> kinds);

}  // namespace bitloupe
