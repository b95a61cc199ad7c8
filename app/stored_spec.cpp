#include "app/stored_spec.h"

#include <utility>

#include "core/block/block_type.h"
#include "core/quant/recipes.h"

namespace bitloupe {

std::optional<QuantSpec> stored_spec(const Tensor& tensor) {
  if (tensor.block == nullptr || tensor.block_bytes == nullptr) return std::nullopt;
  for (const RecipeRow& row : recipes())
    if (row.block_type == tensor.block->name) return recipe_spec(row.key).value();
  return std::nullopt;
}

QuantSpec StoredSpec::for_tensor(const Tensor& tensor, const QuantSpec& shown) {
  const bool untouched = filled_in_ && *filled_in_ == shown;
  const QuantSpec before = untouched ? before_ : shown;
  filled_in_.reset();
  if (before != QuantSpec{} && !untouched) return shown;
  std::optional<QuantSpec> stored = stored_spec(tensor);
  if (!stored) return before;
  before_ = before;
  filled_in_ = stored;
  return *std::move(stored);
}

}  // namespace bitloupe
