// Text for terminals and JSON: numbers that read back to the same number in every locale, names as valid
// UTF-8. It knows nothing of tensors.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace bitloupe::cli {

// The text with every byte that is not UTF-8 replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

// Number of characters that a terminal shows for valid UTF-8 (combining and wide ones count as one).
std::size_t display_width(std::string_view text);

// For people: at most `significant` digits, "inf", "-inf", "nan".
std::string short_number(double value, int significant = 4);

// An SQNR: "exact" where there is no error, "undefined" where there is no signal.
std::string decibels(std::optional<double> db, std::string_view unit = "");

// "0x1.8p+1"; "inf", "-inf", "nan".
std::string hex_float(double value);

// Decimal or hex float ("0x1p-3"), nan, inf, infinity with an optional sign, blanks around; rounded to double
// once, so that 1e999 is inf and 1e-999 is 0. Nothing where the whole text is not a number.
std::optional<double> parse_double(std::string_view text);

}  // namespace bitloupe::cli
