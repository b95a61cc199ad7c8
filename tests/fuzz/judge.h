// What holds for every message and every listed tensor. Each gives what does not hold, or an empty text.
#pragma once

#include <string>

#include "core/io/tensor_file.h"
#include "core/result.h"
#include "tests/fuzz/target.h"

namespace bitloupe::fuzz {

// Something is said, in one line: messages about files quote nothing raw.
std::string judge_file_message(const Error& error);

// The entry lies in its file and loads with as many values as its shape says, or says why it cannot.
std::string judge_entry(const TensorFile& file, const TensorEntry& entry);

// Whether a tensor file gives the same answer byte by byte, lists only extents inside it, and loads.
std::string judge_file(Bytes input);

}  // namespace bitloupe::fuzz
