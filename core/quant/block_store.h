// BlockStore: a tensor as ggml's blocks, whose own code chose scales and codes together: what the recipes of
// GGUF give, or what a GGUF file holds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/block/block_type.h"
#include "core/parallel.h"
#include "core/quant/scales.h"
#include "core/result.h"
#include "core/tensor/tensor.h"

namespace bitloupe {

struct BlockStore {
  const BlockType* type = nullptr;
  std::shared_ptr<const std::vector<std::byte>> bytes;  // block behind block, in the order of the values
  std::vector<std::uint8_t> codes;                      // one a value
  std::vector<float> levels;                            // one a code: value = scale * level - minimum
  bool from_file = false;                               // the tensor's own blocks, not encoded here
};

// The blocks of a tensor whose last axis is a multiple of the block: its own where it was stored in this
// type, else by the type's encoder. The same for any thread count. Errors: Cancelled, OutOfMemory, and what
// reading a streamed tensor fails with.
Result<std::shared_ptr<const BlockStore>> make_block_store(const Tensor& tensor, const BlockType& type,
                                                           const WorkContext& context);

// Scale, zero and minimum of every group, as decoding uses them.
ScaleSet block_scales(const BlockStore& store, const GroupLayout& layout);

}  // namespace bitloupe
