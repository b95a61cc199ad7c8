// ShardFolder: opens the files beside an index, and only those. It does not know what an index says.
#pragma once

#include <memory>
#include <string>

#include "core/io/byte_source.h"
#include "core/io/file_pool.h"

namespace bitloupe {

// A shard may be a symbolic link to a file in the index's own folder; in a cache of the Hugging Face hub,
// whose snapshots/REVISION folders link to ../../blobs, to any file of that model's cache. Lenient: to
// anywhere.
class ShardFolder {
 public:
  ShardFolder(const std::string& index_path, bool lenient);

  // `name` is a plain file name. Errors: those of open_file, IDX_OUTSIDE.
  Result<std::shared_ptr<const ByteSource>> open(const std::string& name) const;

 private:
  std::string folder_;  // as the user wrote it; empty: the current one
  std::string root_;    // canonical; what links must not leave
  bool lenient_;
  std::shared_ptr<FilePool> pool_;
};

}  // namespace bitloupe
