// The GGUF reader: versions 2 and 3, little-endian. Metadata, a list of tensors, then their values in ggml's
// block types; a checkpoint may be split into several such files. It reads no values.
// Format: https://github.com/ggml-org/ggml (docs/gguf.md).
#pragma once

#include <memory>

#include "core/io/tensor_file.h"

namespace bitloupe {

bool accepts_gguf(const ByteSource& source);
// Of a file that is one part of several, all parts that lie beside it.
Result<TensorFile> read_gguf(const std::shared_ptr<const ByteSource>& source, const ReadOptions& options);

}  // namespace bitloupe
