// From stored bytes to float32 working values, for every dtype and byte order. It knows nothing of files.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/tensor/tensor.h"

namespace bitloupe {

// Pieces of a tensor are cut at multiples of this many elements, so that each starts at a whole byte: four
// 6-bit values fill three bytes.
constexpr std::size_t kElementsPerWholeBytes = 4;

// Bytes of `elements` packed values; a whole number for multiples of kElementsPerWholeBytes.
constexpr std::uint64_t stored_bytes(std::uint64_t elements, int bits) {
  return elements / 8 * static_cast<std::uint64_t>(bits) +
         (elements % 8 * static_cast<std::uint64_t>(bits) + 7) / 8;
}

struct ConversionCounts {
  std::uint64_t rounded = 0;    // values that float32 cannot hold exactly (NaN payloads do not count)
  std::uint64_t odd_bools = 0;  // booleans stored as neither 0 nor 1
};

// Made once per load: holds the small tables of formats of at most 8 bits.
class StoredValues {
 public:
  StoredValues(DType dtype, bool big_endian);
  // Fills `out` from `stored`, which holds stored_bytes(out.size()) bytes.
  ConversionCounts convert(std::span<const std::byte> stored, std::span<float> out) const;

 private:
  ConversionCounts convert_small(std::span<const std::byte> stored, std::span<float> out) const;
  DType dtype_;
  bool big_endian_;
  std::array<float, 256> table_{};
};

}  // namespace bitloupe
