// The readable reference for decoding and encoding one value of any NumberFormat. It is the specification:
// every faster path is compared with it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/format/number_format.h"

namespace bitloupe {

// A bit pattern in the low `bits` bits; the rest is 0.
using Code = std::uint32_t;

enum class Rounding {
  NearestEven,
  NearestAway,
  TowardZero,
  Down,
  Up,
  Stochastic,
  NearestExponent,  // nearest on a log scale; has_only_powers() formats, NearestEven in all others
};
enum class Overflow { Saturate, Special };

// The value of a code; exact in double for every format here. Inf and NaN codes give inf and NaN.
double decode(const NumberFormat& format, Code code);

// Rounds the real number `x` to the format once. Nearest is nearest in value; a tie goes to the code whose
// last bit is 0 (NearestEven) or to the larger magnitude (NearestAway); in a table, to the lower level where
// the parities of both codes are equal, and between -v and v to v. `random` in (0, 1) decides
// Stochastic: up in magnitude where random < the fraction. Saturate: overflow and inf give the largest finite
// value. Special: overflow (as if the exponent were unbounded, IEEE 754 section 7.4) gives inf, else NaN;
// directed modes stay at the largest finite value when that is their direction. NaN gives the format's NaN.
// Nothing where the format has no code to return (NaN, or overflow under Special, in a Finite format; what
// lies beyond a table's ends overflows). A table that brings its own cuts follows them in every mode.
std::optional<Code> encode(const NumberFormat& format, double x, Rounding rounding, Overflow overflow,
                           double random = 0.5);

// The integer that a code of an integer family stands for, and back (q must be in code_limits).
std::int32_t code_integer(const NumberFormat& format, Code code);
Code integer_code(const NumberFormat& format, std::int32_t q);

// Smallest and largest integer of an integer family. `narrow` drops the most negative of two's complement.
struct IntegerLimits {
  std::int32_t min = 0, max = 0;
};
IntegerLimits integer_limits(const NumberFormat& format, bool narrow);

// Facts about the value set, all exact.
double max_finite(const NumberFormat& format);  // largest finite value
double min_finite(const NumberFormat& format);  // most negative finite value, or the smallest if unsigned
double min_normal(
    const NumberFormat& format);  // smallest positive normal (integers: one step; tables: level)
double min_subnormal(const NumberFormat& format);  // smallest positive subnormal, 0 where there are none
bool has_inf(const NumberFormat& format);
bool has_only_powers(const NumberFormat& format);          // a float without mantissa: zero and powers of two
std::optional<Code> nan_code(const NumberFormat& format);  // the canonical NaN
Code zero_code(const NumberFormat& format);  // code of +0 (smallest magnitude where there is no zero)

// One distinct finite value and the lowest code that has it (+0 before -0).
struct Level {
  double value = 0;
  Code code = 0;
};
// All distinct finite values, ascending. Formats of at most 16 bits; empty for wider ones.
std::vector<Level> levels(const NumberFormat& format);

// Where each bit of a code belongs, most significant first: for bit boxes.
enum class BitField { Sign, Exponent, Mantissa, Integer, Fraction, Index };
std::vector<BitField> bit_fields(const NumberFormat& format);

}  // namespace bitloupe
