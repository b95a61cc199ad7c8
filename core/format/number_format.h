// NumberFormat: a number format as plain facts. Presets and user-made formats are the same value; nothing in
// the code asks for a format's name.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/format/level_table.h"
#include "core/result.h"

namespace bitloupe {

enum class Family { Integer, SignMagnitude, Fixed, Float, Table };

// How a float format spends codes on infinities and NaN.
enum class Specials {
  Finite,  // none: every code is a number
  Ieee,    // all-ones exponent: inf (mantissa 0) and NaN, IEEE 754-2019 section 3.4
  Fn,      // NaN at all ones only, no inf (OCP OFP8 E4M3)
  Fnuz,    // one NaN at the code of negative zero, no inf
  // IEEE P3109: one NaN, at the code of negative zero (unsigned: at all ones). Extended: the codes of largest
  // magnitude that are left are infinities.
  P3109Extended,
  P3109Finite,
  NanTop,  // unsigned, NaN at all ones, no inf (OCP MX E8M0)
};

// How a table's levels follow from the values that are quantized.
enum class Fit {
  None,           // they do not: the table is the format
  MeanMagnitude,  // {-a, a}, a = mean |x|
  LeastError,     // {-a, 0, a}, a = mean of |x| above the threshold that errs least
  MeanThreshold,  // the same, threshold 0.7 mean |x| (ternary weight networks, Li & Liu 2016)
};

// Codes are bit patterns of `bits` bits. Floats: bits = sign + exponent_bits + mantissa_bits. Tables: a code
// is the index of its level; signed where a level is below zero; the fewest bits that hold the largest index.
struct NumberFormat {
  Family family = Family::Integer;
  bool is_signed = true;
  int bits = 8;            // 1 ... 32; integers and sign-magnitude at most 16
  int fraction_bits = 0;   // fixed: n of Qm.n, value = q * 2^-n
  int exponent_bits = 0;   // floats
  int mantissa_bits = 0;   // floats
  int bias = 0;            // floats
  bool subnormals = true;  // floats
  bool has_zero = true;    // floats
  Specials specials = Specials::Finite;
  LevelTable table;     // tables
  Fit fit = Fit::None;  // tables
  bool operator==(const NumberFormat&) const = default;
};

NumberFormat integer_format(int bits, bool is_signed);
NumberFormat sign_magnitude_format(int bits);
NumberFormat fixed_format(int integer_bits, int fraction_bits);  // Qm.n, m without the sign
NumberFormat float_format(int exponent_bits, int mantissa_bits,
                          Specials specials);             // bias 2^(E-1) - 1 (Fnuz, P3109: 2^(E-1)), signed
NumberFormat unsigned_format(NumberFormat signed_float);  // the same float without its sign bit
// IEEE P3109 binary<bits>p<precision>: precision counts the implicit bit.
NumberFormat p3109_format(int bits, int precision, bool is_signed, bool extended);
// pow2:b: magnitude code 0 is zero, code c is 2^(c - (2^(b-1) - 1)), the largest 1: a float without mantissa.
NumberFormat pow2_format(int bits);
NumberFormat table_format(std::span<const float> levels, Fit fit = Fit::None);

// Names in files and on the command line: "integer", "sign-magnitude", "fixed", "float", "table"; "finite",
// "ieee", "fn", "fnuz", "p3109-extended", "p3109-finite", "nan-top"; and back.
std::string_view family_name(Family family);
std::string_view specials_name(Specials specials);
std::optional<Family> find_family(std::string_view name);
std::optional<Specials> find_specials(std::string_view name);
std::string specials_names();  // "finite, ieee, ... or nan-top"
// "none", "mean-magnitude", "least-error", "mean-threshold".
std::string_view fit_name(Fit fit);
std::optional<Fit> find_fit(std::string_view name);

// Every field in range and consistent; the message names the field and its limits.
Status validate(const NumberFormat& format);

// Integer families (Integer, SignMagnitude, Fixed): a code stands for an integer q before any scaling.
bool is_integer_family(const NumberFormat& format);

// Floats: one NaN takes the code of negative zero.
bool nan_is_negative_zero(const NumberFormat& format);
// Floats: the largest magnitude code (exponent and mantissa bits) that is a number; those above are infinity
// or NaN.
std::int64_t largest_magnitude(const NumberFormat& format);

}  // namespace bitloupe
