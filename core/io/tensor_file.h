// TensorFile: what a reader found in a file's header, and the way to load one tensor of it. Readers are rows
// of readers(); each lives in a file of its own and is chosen by content, not by extension.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/io/byte_source.h"
#include "core/parallel.h"
#include "core/result.h"
#include "core/tensor/tensor.h"

namespace bitloupe {

struct ReadOptions {
  bool lenient = false;                // accept what can be read although it is refused by default
  std::uint64_t max_header_bytes = 0;  // 0: the reader's own limit (limits.h)
  std::stop_token stop = {};           // a long header ends with Cancelled
};

// One tensor as the header describes it. Offset and length were checked against the file.
struct TensorEntry {
  std::string name;
  std::string dtype_name;  // as stored: "F32", "<f4", "C64", "Q4_K"
  DType dtype = DType::F32;
  Shape shape;
  std::uint64_t offset = 0;  // first byte in the file
  std::uint64_t bytes = 0;
  bool fortran_order = false;
  bool big_endian = false;
  std::optional<Error> error;  // why it cannot be loaded while others can; without file and name in front
  std::size_t shard = 0;       // its place in TensorFile::shards, where there are any
  bool described = true;       // false: the header that says dtype and shape is not there
  // Where values are stored in blocks with scales of their own: in which. `dtype` is F32 then. The tensor is
  // row-major, and no row ends inside a block.
  const BlockType* block = nullptr;
};

struct TensorFile {
  std::shared_ptr<const ByteSource> source;  // what was named: the file, or the index
  std::string format;                        // the reader's key
  std::vector<std::pair<std::string, std::string>> metadata;
  std::vector<TensorEntry> tensors;   // in file order
  std::vector<std::string> warnings;  // what was accepted but is odd; one sentence each
  // The files that hold the values where `source` is an index; empty: `source` holds them.
  std::vector<std::shared_ptr<const ByteSource>> shards = {};

  // Where the bytes of an entry without an error lie.
  const std::shared_ptr<const ByteSource>& source_of(const TensorEntry& entry) const;
  // What became of the file, or of the first shard that is no longer what was opened.
  FileState state() const;
  const TensorEntry* find(std::string_view name) const;
};

struct Reader {
  std::string_view key, label, help;
  std::string_view extension;                 // what its files' names end with; content decides
  bool (*accepts)(const ByteSource& source);  // looks at the first bytes
  // Bounded in time and memory; reads no payload.
  Result<TensorFile> (*read_header)(const std::shared_ptr<const ByteSource>& source,
                                    const ReadOptions& options);
};

std::span<const Reader> readers();

// Chooses the reader by content and reads the header. Every error has a code of io/file_error.h.
Result<TensorFile> read_tensor_file(const std::shared_ptr<const ByteSource>& source,
                                    const ReadOptions& options = {});
Result<TensorFile> read_tensor_file(const std::string& path, const ReadOptions& options = {});

// The entry's error as a sentence of its own: "<path>: tensor '<name>': <why>".
Error why_unloadable(const TensorFile& file, const TensorEntry& entry);

// Reads and converts one entry to float32 working values in pieces of at most 8 MiB, in parallel. Where they
// would take more than resident_budget(), nothing is read yet: the tensor is streamed.
Result<Tensor> load_tensor(const TensorFile& file, const TensorEntry& entry, const WorkContext& context);

}  // namespace bitloupe
