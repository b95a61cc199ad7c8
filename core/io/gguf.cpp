#include "core/io/gguf.h"

#include <utility>

#include "core/io/file_error.h"
#include "core/io/first_bytes.h"
#include "core/io/gguf_parts.h"
#include "core/io/shard_folder.h"

namespace bitloupe {

namespace {

Result<TensorFile> read_checked(const std::shared_ptr<const ByteSource>& source, const ReadOptions& options) {
  auto header = read_gguf_part(*source, options);
  if (!header) return header.error();
  if (header->split.count <= 1) {
    return TensorFile{source, "gguf", std::move(header->metadata), std::move(header->tensors),
                      header->warnings.take()};
  }
  if (!source->identity()) {
    const OpenPart nowhere = [](const std::string& name) -> Result<std::shared_ptr<const ByteSource>> {
      return about_file(name, file_error(FaultCode::FileMissing, "no such file"));
    };
    return read_gguf_parts(source, std::move(*header), nowhere, options);
  }
  const ShardFolder folder(source->name(), options.lenient);
  return read_gguf_parts(
      source, std::move(*header), [&](const std::string& name) { return folder.open(name); }, options);
}

}  // namespace

bool accepts_gguf(const ByteSource& source) { return first_bytes(source, 4) == "GGUF"; }

Result<TensorFile> read_gguf(const std::shared_ptr<const ByteSource>& source, const ReadOptions& options) {
  auto file = read_checked(source, options);
  if (!file) return about_file(*source, file.error());
  return file;
}

}  // namespace bitloupe
