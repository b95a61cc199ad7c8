// The reader of sharded checkpoints: model.safetensors.index.json and the safetensors files that it names. It
// reads all headers at once and values from their shard when they are asked for.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/io/shard_index.h"
#include "core/io/tensor_file.h"

namespace bitloupe {

bool accepts_safetensors_index(const ByteSource& source);

// Shards lie beside the index; an index in memory has none.
Result<TensorFile> read_safetensors_index(const std::shared_ptr<const ByteSource>& source,
                                          const ReadOptions& options);

// The same over any store of shards: `open` finds one by its plain name.
using OpenShard = std::function<Result<std::shared_ptr<const ByteSource>>(const std::string& name)>;
Result<TensorFile> read_shards(const std::shared_ptr<const ByteSource>& source, ShardIndex index,
                               const OpenShard& open, const ReadOptions& options);

}  // namespace bitloupe
