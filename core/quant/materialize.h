// The codes and dequantized values of a tensor, for files. What is measured and shown never needs them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/parallel.h"
#include "core/quant/quantizer.h"
#include "core/quant/scales.h"
#include "core/quant/vector_run.h"

namespace bitloupe {

// Fills `codes` (values.size() * code_type().bytes bytes) and `dequantized` (values.size()), row-major;
// either may be empty and is left out then. `values` are those of the tensor that `scales` were made for,
// from element `first` on. False if stopped.
bool materialize(const Quantizer& quantizer, const ScaleSet& scales, std::span<const float> values,
                 std::span<std::byte> codes, std::span<float> dequantized, const WorkContext& context,
                 std::uint64_t first = 0);

}  // namespace bitloupe
