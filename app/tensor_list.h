// Which tensors of a file the source panel lists, and in which order.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/io/tensor_file.h"

namespace bitloupe {

// Those with `filter` in their name, in any case, in file order. They live as long as the file.
std::vector<const TensorEntry*> listed_tensors(const TensorFile& file, std::string_view filter);

// A name without the parts that the first and the last of its list have in common, cut at dots and slashes:
// "…0.attention.q…" of "model.layers.0.attention.q.weight". The name itself where it has other ends.
std::string without_shared_ends(std::string_view name, std::string_view first, std::string_view last);

}  // namespace bitloupe
