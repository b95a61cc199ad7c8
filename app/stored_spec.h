// A tensor that a file stores in ggml's blocks is opened as it is stored: the quantizer shows the recipe of
// its block type, until a hand chooses something else. It knows no window.
#pragma once

#include <optional>

#include "core/quant/quant_spec.h"
#include "core/tensor/tensor.h"

namespace bitloupe {

// The recipe of the tensor's block type; nothing for other tensors, and for types that no recipe makes.
std::optional<QuantSpec> stored_spec(const Tensor& tensor);

class StoredSpec {
 public:
  // What the quantizer shows once this tensor came into view: its stored recipe where `shown` is the default
  // or was filled in for the tensor before; what stood there before once there is nothing to fill in.
  QuantSpec for_tensor(const Tensor& tensor, const QuantSpec& shown);

 private:
  std::optional<QuantSpec> filled_in_;
  QuantSpec before_;
};

}  // namespace bitloupe
