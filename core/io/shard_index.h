// The index of a sharded checkpoint as text: which tensor lies in which file. It looks at no shard.
// Format: https://huggingface.co/docs/transformers/big_models ("Sharded checkpoints").
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/io/warning_list.h"
#include "core/result.h"

namespace bitloupe {

struct ShardIndex {
  struct Tensor {
    std::string name;
    std::size_t shard;
  };
  std::vector<std::string> shards;  // plain file names, each once
  std::vector<Tensor> tensors;      // as the index lists them
  std::vector<std::pair<std::string, std::string>> metadata;
  std::optional<std::uint64_t> total_size;  // bytes of all tensors, where the index says it
  WarningList warnings;
};

// Messages have no path in front; offsets count from the start of the text.
Result<ShardIndex> parse_shard_index(std::string_view text, const std::stop_token& stop = {});

}  // namespace bitloupe
