// The header of one GGUF file: its metadata, and its tensors with offsets from the start of the data. It
// checks each tensor alone, not how their extents lie in the file, and knows no other part of a split
// checkpoint.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/io/tensor_file.h"
#include "core/io/warning_list.h"
#include "core/result.h"

namespace bitloupe {

// What a part of a split checkpoint says of itself (keys split.no, split.count, split.tensors.count).
struct GgufSplit {
  std::uint64_t number = 0, count = 1;       // from 0; parts
  std::optional<std::uint64_t> all_tensors;  // of all parts
};

struct GgufHeader {
  std::vector<std::pair<std::string, std::string>> metadata;
  // As listed; `bytes` is 0 and `error` set where the type's size is not known.
  std::vector<TensorEntry> tensors;
  std::uint64_t alignment = 32;  // of every tensor, a power of two
  std::uint64_t data_start = 0;  // byte of the file; may lie behind its end where there are no values
  GgufSplit split;
  WarningList warnings;
};

// Messages have no path in front; offsets count from the start of the file.
Result<GgufHeader> read_gguf_header(const ByteSource& source, const ReadOptions& options);

// Whether the size of the entry's type is known: its `bytes` say so then.
bool has_known_size(const TensorEntry& entry);

}  // namespace bitloupe
