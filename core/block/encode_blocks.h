// encode_blocks: many blocks of one type, one behind the other, with vectors where there is a kernel (Q4_0,
// MXFP4 and NVFP4). BlockType::encode is its specification.
#pragma once

#include <cstddef>
#include <span>

#include "core/block/block_type.h"

namespace bitloupe {

// The same bytes as type.encode, which is not null, makes of each block. `values` are whole blocks, `bytes`
// has room for values.size() / type.values * type.bytes.
void encode_blocks(const BlockType& type, std::span<const float> values, std::byte* bytes);

}  // namespace bitloupe
