// The arrays of one quantization as .npy and .npz files, and its codes as the target packs them (cli.md,
// "Arrays").
#pragma once

#include <string>
#include <vector>

#include "core/experiment.h"
#include "core/result.h"

namespace bitloupe::cli {

// Paths; an empty one is not written.
struct QuantizeFiles {
  std::string codes, dequantized, scales, packed;

  std::vector<std::string> paths() const { return {codes, dequantized, scales, packed}; }
  bool any() const { return !codes.empty() || !dequantized.empty() || !scales.empty() || !packed.empty(); }
  // All of them or none. `snapshot` is complete and without error.
  Status write(const Snapshot& snapshot) const;
};

}  // namespace bitloupe::cli
