// The parts of a split GGUF checkpoint put together: files named NAME-00001-of-00005.gguf, each with tensors
// of its own, the metadata in the first.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/io/byte_source.h"
#include "core/io/gguf_header.h"

namespace bitloupe {

// The name of part `number` (from 0) where `name`, without folders, is that of part `split.number`; nothing
// where it is not named so.
std::optional<std::string> gguf_part_name(std::string_view name, const GgufSplit& split,
                                          std::uint64_t number);

// Finds a part by its plain name.
using OpenPart = std::function<Result<std::shared_ptr<const ByteSource>>(const std::string& name)>;

// `header` is that of `source`, placed. Parts that are not there are listed in place of their tensors.
Result<TensorFile> read_gguf_parts(const std::shared_ptr<const ByteSource>& source, GgufHeader header,
                                   const OpenPart& open, const ReadOptions& options);

// Header and places of one file alone.
Result<GgufHeader> read_gguf_part(const ByteSource& source, const ReadOptions& options);

}  // namespace bitloupe
