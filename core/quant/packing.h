// Codes as files store them: side by side without gaps, whatever their width.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/format/number_format.h"

namespace bitloupe {

// Codes of `bits` bits (1 to 16) one behind the other. Low bits first, as compressed-tensors, ggml and the
// FP4 types of torch have it: the first code lies in the lowest bits of the first byte. High bits first, as
// bitsandbytes packs its 4-bit codes: in the highest. What is left of the last byte is 0.
class BitPacker {
 public:
  BitPacker(int bits, bool high_first) : bits_(static_cast<unsigned>(bits)), high_first_(high_first) {}

  void add(std::uint32_t code, std::vector<std::byte>& out);
  void finish(std::vector<std::byte>& out);  // the last, partly filled byte

 private:
  unsigned bits_;
  bool high_first_;
  std::uint64_t held_ = 0;  // `count_` bits that are not written yet
  unsigned count_ = 0;
};

// Whether a format's codes are packed high bits first: those of bitsandbytes.
bool packs_high_first(const NumberFormat& format);

// The bit pattern of what materialize() writes for a code: sign-magnitude codes are integers there.
std::uint32_t packed_code(const NumberFormat& format, std::int32_t written);

}  // namespace bitloupe
