// Dialects: named sets of conventions where tools differ for one format name. A dialect is a row that sets
// fields of a QuantSpec and nothing else.
#pragma once

#include <span>
#include <string_view>

#include "core/quant/quant_spec.h"

namespace bitloupe {

struct Dialect {
  std::string_view key, label, help;  // help says what it sets and what it was checked against
  void (*apply)(QuantSpec& spec);
};

// "default" (our own conventions) and "torch" (PyTorch's MinMaxObserver and quantize_per_tensor).
std::span<const Dialect> dialects();
const Dialect* find_dialect(std::string_view key);

}  // namespace bitloupe
