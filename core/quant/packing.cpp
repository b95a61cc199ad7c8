#include "core/quant/packing.h"

#include <string>

#include "core/format/presets.h"

namespace bitloupe {

void BitPacker::add(std::uint32_t code, std::vector<std::byte>& out) {
  if (high_first_)
    held_ = held_ << bits_ | code;
  else
    held_ |= std::uint64_t{code} << count_;
  count_ += bits_;
  while (count_ >= 8) {
    count_ -= 8;
    const std::uint64_t byte = high_first_ ? held_ >> count_ : held_;
    out.push_back(static_cast<std::byte>(byte & 0xFF));
    held_ = high_first_ ? held_ & ((std::uint64_t{1} << count_) - 1) : held_ >> 8;
  }
}

void BitPacker::finish(std::vector<std::byte>& out) {
  if (count_ == 0) return;
  const std::uint64_t byte = high_first_ ? held_ << (8 - count_) : held_;
  out.push_back(static_cast<std::byte>(byte & 0xFF));
  held_ = count_ = 0;
}

bool packs_high_first(const NumberFormat& format) {
  const std::string name = format_name(format);
  return name == "nf4" || name == "bnb_fp4";
}

std::uint32_t packed_code(const NumberFormat& format, std::int32_t written) {
  const std::uint32_t mask = format.bits >= 32 ? ~0u : (1u << format.bits) - 1;
  if (format.family == Family::SignMagnitude && written < 0)
    return 1u << (format.bits - 1) | static_cast<std::uint32_t>(-written);
  return static_cast<std::uint32_t>(written) & mask;
}

}  // namespace bitloupe
