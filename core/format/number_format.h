// NumberFormat: a number format as plain facts. Presets and user-made formats are the same value; nothing in
// the code asks for a format's name.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"

namespace bitloupe {

enum class Family { Integer, SignMagnitude, Fixed, Float };

// How a float format spends codes on infinities and NaN.
enum class Specials {
  Finite,  // none: every code is a number
  Ieee,    // all-ones exponent: inf (mantissa 0) and NaN, IEEE 754-2019 section 3.4
  Fn,      // NaN at all ones only, no inf (OCP OFP8 E4M3)
  Fnuz,    // one NaN at the code of negative zero, no inf
};

// Codes are bit patterns of `bits` bits. Floats: bits = sign + exponent_bits + mantissa_bits.
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
  bool operator==(const NumberFormat&) const = default;
};

NumberFormat integer_format(int bits, bool is_signed);
NumberFormat sign_magnitude_format(int bits);
NumberFormat fixed_format(int integer_bits, int fraction_bits);  // Qm.n, m without the sign
NumberFormat float_format(int exponent_bits, int mantissa_bits,
                          Specials specials);  // bias 2^(E-1) - 1 (Fnuz: 2^(E-1)), signed

// Names in files and on the command line: "integer", "sign-magnitude", "fixed", "float"; "finite", "ieee",
// "fn", "fnuz"; and back.
std::string_view family_name(Family family);
std::string_view specials_name(Specials specials);
std::optional<Family> find_family(std::string_view name);
std::optional<Specials> find_specials(std::string_view name);

// Every field in range and consistent; the message names the field and its limits.
Status validate(const NumberFormat& format);

// Integer families (Integer, SignMagnitude, Fixed): a code stands for an integer q before any scaling.
bool is_integer_family(const NumberFormat& format);

}  // namespace bitloupe
