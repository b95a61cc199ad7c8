// What encoding Q4_K and Q5_K has in common: everything but where the codes go.
#pragma once

#include "core/block/k_codes.h"
#include "core/block/scale_search.h"

namespace bitloupe {

// Writes the first 16 bytes of a block, which hold its scales and minima, and gives the codes of its 256
// values, 0 to search.largest_code.
KCodes encode_k_affine(const AffineSearch& search, const float* values, std::byte* block);

}  // namespace bitloupe
