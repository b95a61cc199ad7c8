// From stored bytes to float32 working values, for every dtype, byte order and block type. It knows nothing
// of files.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/tensor/tensor.h"

namespace bitloupe {

// Pieces of a tensor are cut at multiples of this many elements, so that each starts at a whole byte and at a
// whole block: four 6-bit values fill three bytes, and the longest blocks hold 256 values.
constexpr std::size_t kWholePiece = 256;

// Bytes of `elements` packed values.
constexpr std::uint64_t stored_bytes(std::uint64_t elements, int bits) {
  return elements / 8 * static_cast<std::uint64_t>(bits) +
         (elements % 8 * static_cast<std::uint64_t>(bits) + 7) / 8;
}

// Made once per load: holds the small tables of formats of at most 8 bits.
class StoredValues {
 public:
  // `block` is null, or a type that is decoded; then dtype and byte order mean nothing.
  StoredValues(DType dtype, bool big_endian, const BlockType* block = nullptr);

  // A run of values starts at a whole byte, or block, where its first value's number is a multiple of this.
  std::size_t whole() const;
  // The smallest number of values that is not less and that convert() can give at once.
  std::size_t convertible(std::size_t values) const;
  // Bytes of so many values from a whole one on.
  std::uint64_t bytes(std::uint64_t values) const;
  // Stored as the working values are: nothing to convert.
  bool straight() const { return block_ == nullptr && dtype_ == DType::F32 && !big_endian_; }

  // Fills `out`, of a convertible size, from `stored`, which holds bytes(out.size()) bytes.
  ReadCounts convert(std::span<const std::byte> stored, std::span<float> out) const;

 private:
  ReadCounts convert_blocks(std::span<const std::byte> stored, std::span<float> out) const;
  ReadCounts convert_small(std::span<const std::byte> stored, std::span<float> out) const;
  DType dtype_;
  bool big_endian_;
  const BlockType* block_;
  std::array<float, 256> table_{};
};

}  // namespace bitloupe
