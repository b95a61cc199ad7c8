// Words for the layout of a block, from the uses of its bits alone. Internal to the probe of blocks.
#pragma once

#include <span>
#include <string>

#include "core/block/block_anatomy.h"

namespace bitloupe {

// Where the codes lie, `values` of `bits` bits: "low nibble: value j, high nibble: value j + 16".
std::string code_order(std::span<const BitUse> uses, std::size_t values, int bits);

}  // namespace bitloupe
