// The npy reader: one array with a header of Python text, versions 1.0 to 3.0. It reads no values and runs
// nothing. Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
#pragma once

#include <memory>

#include "core/io/tensor_file.h"

namespace bitloupe {

bool accepts_npy(const ByteSource& source);
Result<TensorFile> read_npy(const std::shared_ptr<const ByteSource>& source, const ReadOptions& options);

}  // namespace bitloupe
