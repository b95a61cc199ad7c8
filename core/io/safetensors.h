// The safetensors reader: 8 bytes of header length, a JSON header, then the values. It reads no values.
// Format: https://github.com/huggingface/safetensors (README, "Format").
#pragma once

#include <memory>

#include "core/io/tensor_file.h"

namespace bitloupe {

bool accepts_safetensors(const ByteSource& source);
Result<TensorFile> read_safetensors(const std::shared_ptr<const ByteSource>& source,
                                    const ReadOptions& options);

}  // namespace bitloupe
