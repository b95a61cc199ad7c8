// Codes as text: hex digits, and bits in groups by field.
#pragma once

#include <string>

#include "core/format/codec.h"

namespace bitloupe::cli {

std::string code_hex(const NumberFormat& format, Code code);   // "38": ceil(bits / 4) lower-case digits
std::string code_bits(const NumberFormat& format, Code code);  // "0 0111 000": a blank between fields

}  // namespace bitloupe::cli
