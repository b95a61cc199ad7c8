#include "core/io/shard_folder.h"

#include <filesystem>
#include <system_error>

#include "core/io/file_error.h"
#include "core/io/limits.h"

namespace bitloupe {

namespace {

namespace fs = std::filesystem;

// The folder that links of a shard must not leave. .../models--NAME/snapshots/REVISION: models--NAME.
fs::path root_of(const fs::path& folder) {
  std::error_code error;
  const fs::path canonical = fs::canonical(folder.empty() ? fs::path(".") : folder, error);
  if (error) return {};
  const fs::path model = canonical.parent_path().parent_path();
  const bool hub_cache =
      canonical.parent_path().filename() == "snapshots" && fs::is_directory(model / "blobs", error);
  return hub_cache ? model : canonical;
}

}  // namespace

ShardFolder::ShardFolder(const std::string& index_path, bool lenient)
    : folder_(fs::path(index_path).parent_path().string()),
      root_(root_of(folder_).string()),
      lenient_(lenient),
      pool_(std::make_shared<FilePool>(kMaxOpenShards)) {}

Result<std::shared_ptr<const ByteSource>> ShardFolder::open(const std::string& name) const {
  const std::string path = (fs::path(folder_) / name).string();
  std::error_code error;
  const fs::path target = fs::canonical(path, error);
  // Where there is no canonical path, opening says why.
  const fs::path inside = error || root_.empty() ? fs::path() : target.lexically_relative(root_);
  const bool leaves = !error && (inside.empty() || *inside.begin() == "..");
  if (leaves && !lenient_) {
    return about_file(
        path, file_error(FaultCode::IdxOutside, "is a symbolic link that leaves the folder of its index"));
  }
  return pool_->open(path);
}

}  // namespace bitloupe
