// The codes and dequantized values of a tensor, for files. What is measured and shown never needs them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/parallel.h"
#include "core/quant/quantizer.h"
#include "core/quant/scales.h"

namespace bitloupe {

// How codes are stored as an array (cli.md, "Arrays"): the integer itself for integer families, else the bit
// pattern; the smallest of 1, 2 and 4 bytes that holds them, little endian.
struct CodeType {
  bool is_signed = false;
  std::size_t bytes = 1;
};
CodeType code_type(const NumberFormat& format);

// Fills `codes` (values.size() * code_type().bytes bytes) and `dequantized` (values.size()), row-major;
// either may be empty and is left out then. `values` are those of the tensor that `scales` were made for,
// from element `first` on. False if stopped.
bool materialize(const Quantizer& quantizer, const ScaleSet& scales, std::span<const float> values,
                 std::span<std::byte> codes, std::span<float> dequantized, const WorkContext& context,
                 std::uint64_t first = 0);

}  // namespace bitloupe
