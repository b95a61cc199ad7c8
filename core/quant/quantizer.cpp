#include "core/quant/quantizer.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "core/quant/block_store.h"
#include "core/random.h"

namespace bitloupe {
namespace {

ErrorKind kind_of(const GridRange& grid, float x) {
  const double value = static_cast<double>(x);
  return value < grid.clip_below || value > grid.clip_above ? ErrorKind::Clipped : ErrorKind::Rounding;
}

// q of an integer family: clamp(round(y) + z).
std::int32_t integer_of_quotient(const Quantizer& quantizer, std::int32_t zero_point, double y,
                                 double random) {
  const double q_min = quantizer.grid_min / quantizer.step, q_max = quantizer.grid_max / quantizer.step;
  const double steps = y / quantizer.step;
  const double rounded = std::isinf(steps) ? steps : round_to_integer(steps, quantizer.rounding, random);
  return static_cast<std::int32_t>(
      std::fmin(std::fmax(rounded + zero_point, q_min), q_max));  // clamped before the cast (V22)
}

float block_value(const GroupScale& scale, float level) { return scale.scale * level - scale.minimum; }

// What encode() does, for finite values under NearestEven and Saturate in a format with zero and subnormals:
// the common case of every preset (with no mantissa bit, ties go by the exponent's parity instead). The
// significand is scaled to an integer, rounded by adding 2^52, and code and value are assembled.
class FloatRounder {
 public:
  explicit FloatRounder(const NumberFormat& format)
      : mantissa_bits_(format.mantissa_bits),
        min_exponent_(1 - format.bias),
        max_(max_finite(format)),
        sign_shift_(format.exponent_bits + format.mantissa_bits),
        negative_zero_(!nan_is_negative_zero(format)) {}

  struct Rounded {
    Code code;
    float value;
  };
  Rounded operator()(double y) const {
    const std::uint64_t bits = std::bit_cast<std::uint64_t>(y);
    const bool negative = bits >> 63 != 0;
    double magnitude = std::bit_cast<double>(bits & ~(std::uint64_t{1} << 63));
    magnitude = magnitude < max_ ? magnitude : max_;
    const int exponent =
        std::max(static_cast<int>(std::bit_cast<std::uint64_t>(magnitude) >> 52) - 1023, min_exponent_);
    const double scaled = magnitude * power(mantissa_bits_ - exponent);
    const double significand = (scaled + 0x1p52) - 0x1p52;
    const double value = significand * power(exponent - mantissa_bits_);
    const Code code =
        (static_cast<Code>(exponent - min_exponent_) << mantissa_bits_) + static_cast<Code>(significand);
    const bool keeps_sign = negative && (negative_zero_ || code != 0);
    return {code | static_cast<Code>(keeps_sign) << sign_shift_,
            static_cast<float>(keeps_sign ? -value : value)};
  }

  static bool applies(const Quantizer& quantizer) {
    const NumberFormat& f = quantizer.format;
    return f.family == Family::Float && f.is_signed && f.mantissa_bits > 0 && f.subnormals && f.has_zero &&
           quantizer.rounding == Rounding::NearestEven && quantizer.overflow == Overflow::Saturate;
  }

 private:
  static double power(int exponent) {
    return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52);
  }

  int mantissa_bits_, min_exponent_;
  double max_;
  int sign_shift_;
  bool negative_zero_;
};

// The division as a type, so that the loops below are compiled once for each.
template <Divide kDivide>
struct Quotient {
  explicit Quotient(float scale) : scale_(scale), reciprocal_(1.0f / scale) {}
  double operator()(float x) const {
    if constexpr (kDivide == Divide::F32) return static_cast<double>(x / scale_);
    if constexpr (kDivide == Divide::Reciprocal) return static_cast<double>(x * reciprocal_);
    return static_cast<double>(x) / static_cast<double>(scale_);
  }
  float scale_, reciprocal_;
};

template <class Body>
void with_division(Divide divide, float scale, Body&& body) {
  switch (divide) {
    case Divide::F32:
      return body(Quotient<Divide::F32>(scale));
    case Divide::Exact:
      return body(Quotient<Divide::Exact>(scale));
    case Divide::Reciprocal:
      return body(Quotient<Divide::Reciprocal>(scale));
  }
}

// Where the outputs of a run go; absent ones are not written.
struct Outputs {
  std::span<Code> codes;
  std::span<float> dequantized;
  std::span<ErrorKind> kinds;

  void put(std::size_t i, Code code, float value, ErrorKind kind) const {
    if (!codes.empty()) codes[i] = code;
    if (!dequantized.empty()) dequantized[i] = value;
    if (!kinds.empty()) kinds[i] = kind;
  }
};

void put_reference(const Quantizer& quantizer, const GroupScale& scale, float x, std::uint64_t index,
                   std::size_t i, const Outputs& out) {
  const QuantizedValue value = quantize_value(quantizer, scale, x, index);
  out.put(i, value.code, value.dequantized, value.kind);
}

void reference_run(const Quantizer& quantizer, const GroupScale& scale, std::span<const float> values,
                   std::uint64_t first_index, const Outputs& out) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    put_reference(quantizer, scale, values[i], first_index + i, i, out);
  }
}

// Integers under NearestEven: clamped first, then rounded by adding 1.5 * 2^52.
template <class Divider>
void integer_run(const Quantizer& quantizer, const GroupScale& scale, std::span<const float> values,
                 const GridRange& grid, std::uint64_t first_index, const Divider& divide,
                 const Outputs& out) {
  constexpr double kMagic = 0x1.8p52;
  const double per_step = 1 / quantizer.step, z = scale.zero_point;
  const double low = quantizer.grid_min * per_step - z, high = quantizer.grid_max * per_step - z;
  const float step = static_cast<float>(quantizer.step);
  const std::uint32_t mask = quantizer.format.bits == 32 ? ~0u : (1u << quantizer.format.bits) - 1;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const float x = values[i];
    if (!std::isfinite(x)) {
      put_reference(quantizer, scale, x, first_index + i, i, out);
      continue;
    }
    double y = divide(x) * per_step;
    y = y < low ? low : y;
    y = y > high ? high : y;
    const double steps = (y + kMagic) - kMagic;
    const auto q = static_cast<std::int32_t>(steps + z);
    out.put(i, static_cast<Code>(q) & mask, scaled_level(scale.scale, static_cast<float>(steps) * step),
            kind_of(grid, x));
  }
}

template <class Divider>
void float_run(const Quantizer& quantizer, const GroupScale& scale, std::span<const float> values,
               const GridRange& grid, std::uint64_t first_index, const Divider& divide, const Outputs& out) {
  const FloatRounder round(quantizer.format);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const float x = values[i];
    if (!std::isfinite(x)) {
      put_reference(quantizer, scale, x, first_index + i, i, out);
      continue;
    }
    const FloatRounder::Rounded rounded = round(divide(x));
    out.put(i, rounded.code, scaled_level(scale.scale, rounded.value), kind_of(grid, x));
  }
}

}  // namespace

Quantizer::Quantizer(const QuantSpec& spec)
    : format(spec.format),
      integer(is_integer_family(spec.format)),
      divide(spec.divide),
      rounding(spec.rounding),
      overflow(spec.overflow),
      seed(spec.seed) {
  const CodeLimits limits = code_limits(spec);
  grid_min = limits.grid_min;
  grid_max = limits.grid_max;
  step = std::ldexp(1.0, -format.fraction_bits);
}

namespace {

// The ends of a block's levels; its scale may be negative.
GridRange block_range(const BlockStore& blocks, const GroupScale& scale) {
  const auto [least, greatest] = std::minmax_element(blocks.levels.begin(), blocks.levels.end());
  const float a = block_value(scale, *least), b = block_value(scale, *greatest);
  GridRange range;
  range.lo = std::fmin(a, b);
  range.hi = std::fmax(a, b);
  const double lo = static_cast<double>(range.lo), hi = static_cast<double>(range.hi);
  const double tau = 0x1p-20 * std::fmax(std::fabs(lo), std::fabs(hi));
  range.clip_below = lo - tau;
  range.clip_above = hi + tau;
  return range;
}

// Codes as they are stored: `values` only tell how far off they are.
void stored_run(const Quantizer& quantizer, const GroupScale& scale, std::span<const float> values,
                std::uint64_t first_index, const Outputs& out) {
  const BlockStore& blocks = *quantizer.blocks;
  const GridRange range = block_range(blocks, scale);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::uint8_t code = blocks.codes[first_index + i];
    const float x = values[i];
    const ErrorKind kind = std::isnan(x)   ? ErrorKind::Nan
                           : std::isinf(x) ? ErrorKind::Inf
                                           : kind_of(range, x);
    out.put(i, code, block_value(scale, blocks.levels[code]), kind);
  }
}

}  // namespace

GridRange grid_range(const Quantizer& quantizer, const GroupScale& scale) {
  if (quantizer.blocks) return block_range(*quantizer.blocks, scale);
  const double z = quantizer.integer ? scale.zero_point * quantizer.step : 0;
  GridRange range;
  range.lo = scaled_level(scale.scale, static_cast<float>(quantizer.grid_min - z));
  range.hi = scaled_level(scale.scale, static_cast<float>(quantizer.grid_max - z));
  const double lo = static_cast<double>(range.lo), hi = static_cast<double>(range.hi);
  const double tau = 0x1p-20 * std::fmax(std::fabs(lo), std::fabs(hi));
  const bool fitted = quantizer.format.fit != Fit::None;  // no clip range: nothing is clipped
  range.clip_below = fitted ? -std::numeric_limits<double>::infinity() : lo - tau;
  range.clip_above = fitted ? std::numeric_limits<double>::infinity() : hi + tau;
  return range;
}

double quotient(float x, float scale, Divide divide) {
  if (scale == 0 || x == 0) return std::copysign(0.0, static_cast<double>(x));
  switch (divide) {
    case Divide::F32:
      return static_cast<double>(x / scale);
    // The double quotient of two float32 numbers lies on the same side of every midpoint of a format as the
    // real one does: 53 bits >= 24 + 25 + 2.
    case Divide::Exact:
      return static_cast<double>(x) / static_cast<double>(scale);
    case Divide::Reciprocal:
      return static_cast<double>(x * (1.0f / scale));
  }
  return 0;
}

double round_to_integer(double y, Rounding rounding, double random) {
  switch (rounding) {
    case Rounding::NearestEven:
    case Rounding::NearestExponent:
      return std::nearbyint(y);
    case Rounding::NearestAway:
      return std::round(y);
    case Rounding::TowardZero:
      return std::trunc(y);
    case Rounding::Down:
      return std::floor(y);
    case Rounding::Up:
      return std::ceil(y);
    case Rounding::Stochastic: {
      const double magnitude = std::floor(std::fabs(y));
      return std::copysign(magnitude + (random < std::fabs(y) - magnitude ? 1 : 0), y);
    }
  }
  return y;
}

float scaled_level(float scale, float level) {
  constexpr float kMax = std::numeric_limits<float>::max();
  return std::clamp(scale * level, -kMax, kMax);
}

Code code_of_quotient(const Quantizer& quantizer, std::int32_t zero_point, double y, double random) {
  const NumberFormat& format = quantizer.format;
  if (quantizer.integer) {
    const Code code = integer_code(format, integer_of_quotient(quantizer, zero_point, y, random));
    const bool negative_zero = format.family == Family::SignMagnitude && code == 0 && std::signbit(y);
    return negative_zero ? Code{1} << (format.bits - 1) : code;
  }
  if (const auto code = encode(format, y, quantizer.rounding, quantizer.overflow, random)) return *code;
  return encode(format, y, quantizer.rounding, Overflow::Saturate, random).value_or(0);
}

QuantizedValue quantize_value(const Quantizer& quantizer, const GroupScale& scale, float x,
                              std::uint64_t index) {
  QuantizedValue result;
  if (quantizer.blocks) {
    stored_run(quantizer, scale, std::span(&x, 1), index,
               {std::span(&result.code, 1), std::span(&result.dequantized, 1), std::span(&result.kind, 1)});
    return result;
  }
  const double random = quantizer.rounding == Rounding::Stochastic ? random_unit(quantizer.seed, index) : 0.5;
  if (std::isnan(x)) {  // the format's NaN, else the code of zero
    result.kind = ErrorKind::Nan;
    result.code = quantizer.integer ? code_of_quotient(quantizer, scale.zero_point, 0, random)
                                    : nan_code(quantizer.format).value_or(zero_code(quantizer.format));
  } else {
    const double y = std::isinf(x) ? static_cast<double>(x) : quotient(x, scale.divisor(), quantizer.divide);
    result.code = code_of_quotient(quantizer, scale.zero_point, y, random);
    result.kind = std::isinf(x) ? ErrorKind::Inf : kind_of(grid_range(quantizer, scale), x);
    if (!quantizer.integer && std::isfinite(x) && !std::isfinite(decode(quantizer.format, result.code)))
      result.kind = ErrorKind::Overflowed;
  }
  result.dequantized = dequantize(quantizer, scale, result.code);
  return result;
}

float dequantize(const Quantizer& quantizer, const GroupScale& scale, Code code) {
  if (quantizer.blocks) return block_value(scale, quantizer.blocks->levels[code]);
  if (!quantizer.integer) {
    const auto level = static_cast<float>(decode(quantizer.format, code));
    return std::isfinite(level) ? scaled_level(scale.scale, level) : level;
  }
  const std::int32_t q = code_integer(quantizer.format, code);
  return scaled_level(scale.scale, static_cast<float>((q - scale.zero_point) * quantizer.step));
}

void quantize_run(const Quantizer& quantizer, const GroupScale& scale, std::span<const float> values,
                  std::uint64_t first_index, std::span<Code> codes, std::span<float> dequantized,
                  std::span<ErrorKind> kinds) {
  const Outputs out{codes, dequantized, kinds};
  if (quantizer.blocks) return stored_run(quantizer, scale, values, first_index, out);
  const bool plain_integer = quantizer.integer && quantizer.format.family != Family::SignMagnitude &&
                             quantizer.rounding == Rounding::NearestEven;
  const bool plain_float = FloatRounder::applies(quantizer);
  if ((!plain_integer && !plain_float) || scale.divisor() < std::numeric_limits<float>::min())
    return reference_run(quantizer, scale, values, first_index, out);
  const GridRange grid = grid_range(quantizer, scale);
  with_division(quantizer.divide, scale.divisor(), [&](const auto& divide) {
    if (plain_integer)
      integer_run(quantizer, scale, values, grid, first_index, divide, out);
    else
      float_run(quantizer, scale, values, grid, first_index, divide, out);
  });
}

}  // namespace bitloupe
