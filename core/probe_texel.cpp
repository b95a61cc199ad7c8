#include "core/probe_texel.h"

namespace bitloupe {

void number_codes(const NumberFormat& format, std::span<const Code> codes, std::span<float> numbers) {
  const bool has_sign_bit = format.is_signed && format.family != Family::Table;
  const Code sign = has_sign_bit ? Code{1} << (format.bits - 1) : 0;
  const bool twos_complement = format.family == Family::Integer || format.family == Family::Fixed;
  if (twos_complement && format.bits <= 16) {
    for (std::size_t i = 0; i < codes.size(); ++i)  // flipping and taking away the sign bit extends it
      numbers[i] =
          static_cast<float>(static_cast<std::int32_t>(codes[i] ^ sign) - static_cast<std::int32_t>(sign));
    return;
  }
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const float magnitude = static_cast<float>(codes[i] & ~sign);
    numbers[i] = (codes[i] & sign) != 0 ? -magnitude : magnitude;
  }
}

TexelAxis make_axis(std::uint64_t size, std::uint64_t stride, std::uint64_t step, std::uint64_t from,
                    std::uint64_t length) {
  TexelAxis axis;
  axis.size = size;
  axis.stride = stride;
  axis.step = std::clamp<std::uint64_t>(step, 1, std::max<std::uint64_t>(size, 1));
  if (from >= size || length == 0) return axis;
  const std::uint64_t last = from + (std::min(length, size - from) - 1);
  axis.first = from / axis.step;
  axis.count = last / axis.step - axis.first + 1;
  return axis;
}

}  // namespace bitloupe
