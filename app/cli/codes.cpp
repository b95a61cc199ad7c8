#include "app/cli/codes.h"

#include <cstddef>
#include <vector>

namespace bitloupe::cli {

std::string code_hex(const NumberFormat& format, Code code) {
  std::string text;
  for (int digit = (format.bits + 3) / 4 - 1; digit >= 0; --digit)
    text += "0123456789abcdef"[code >> (4 * digit) & 15];
  return text;
}

std::string code_bits(const NumberFormat& format, Code code) {
  const std::vector<BitField> fields = bit_fields(format);
  std::string text;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0 && fields[i] != fields[i - 1]) text += ' ';
    text += (code >> (fields.size() - 1 - i) & 1) != 0 ? '1' : '0';
  }
  return text;
}

}  // namespace bitloupe::cli
