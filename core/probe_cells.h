// Quantizing cells that a probe looks at: evenly spaced elements of a tensor, whatever groups they belong to.
// Shared by the window and histogram probes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/experiment.h"

namespace bitloupe {

// Elements begin, begin + stride, ... (as many as the spans are long). The spans are all of one length.
struct CellBuffers {
  std::span<float> original, dequantized;
  std::span<Code> codes;
  std::span<ErrorKind> kinds;

  CellBuffers part(std::size_t from, std::size_t size) const {
    return {original.subspan(from, size), dequantized.subspan(from, size), codes.subspan(from, size),
            kinds.subspan(from, size)};
  }
};
void quantize_cells(const Snapshot& snapshot, std::uint64_t begin, std::uint64_t stride,
                    const CellBuffers& cells);

}  // namespace bitloupe
