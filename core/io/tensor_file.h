// TensorFile: what a reader found in a file's header, and the way to load one tensor of it. Readers are rows
// of readers(); each lives in a file of its own and is chosen by content, not by extension.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/io/byte_source.h"
#include "core/parallel.h"
#include "core/result.h"
#include "core/tensor/tensor.h"

namespace bitloupe {

// One tensor as the header describes it. Offset and length were checked against the file.
struct TensorEntry {
  std::string name;
  std::string dtype_name;  // as stored: "F32", "<f4", "C64"
  DType dtype = DType::F32;
  Shape shape;
  std::uint64_t offset = 0;  // first byte in the file
  std::uint64_t bytes = 0;
  bool fortran_order = false;
  bool big_endian = false;
  std::optional<std::string> error;  // why this tensor cannot be loaded; the others can
};

struct TensorFile {
  std::shared_ptr<const ByteSource> source;
  std::string format;  // the reader's key
  std::vector<std::pair<std::string, std::string>> metadata;
  std::vector<TensorEntry> tensors;   // in file order
  std::vector<std::string> warnings;  // what was accepted but is odd; one sentence each

  const TensorEntry* find(std::string_view name) const;
};

struct Reader {
  std::string_view key, label, help;
  bool (*accepts)(const ByteSource& source);  // looks at the first bytes
  Result<TensorFile> (*read_header)(const std::shared_ptr<const ByteSource>& source);  // bounded, no payload
};

std::span<const Reader> readers();

// Chooses the reader by content and reads the header.
Result<TensorFile> read_tensor_file(const std::shared_ptr<const ByteSource>& source);
Result<TensorFile> read_tensor_file(const std::string& path);

// Reads and converts one entry to float32 working values in pieces of at most 8 MiB, in parallel. Where they
// would take more than resident_budget(), nothing is read yet: the tensor is streamed.
Result<Tensor> load_tensor(const TensorFile& file, const TensorEntry& entry, const WorkContext& context);

}  // namespace bitloupe
