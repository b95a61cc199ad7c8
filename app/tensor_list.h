// Which tensors of a file the source panel lists, and in which order.
#pragma once

#include <string_view>
#include <vector>

#include "core/io/tensor_file.h"

namespace bitloupe {

// Those with `filter` in their name, in any case, in file order. They live as long as the file.
std::vector<const TensorEntry*> listed_tensors(const TensorFile& file, std::string_view filter);

}  // namespace bitloupe
