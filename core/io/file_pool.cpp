#include "core/io/file_pool.h"

#include <algorithm>
#include <utility>

#include "core/io/file_error.h"

namespace bitloupe {

namespace {

class PooledSource final : public ByteSource {
 public:
  PooledSource(std::shared_ptr<FilePool> pool, std::string path, const FileIdentity& identity)
      : pool_(std::move(pool)), path_(std::move(path)), opened_(identity) {}

  const std::string& name() const override { return path_; }
  std::uint64_t size() const override { return opened_.size; }
  std::optional<FileIdentity> identity() const override { return opened_; }
  FileState state() const override { return state_at(path_, opened_); }

  Status read(std::uint64_t offset, std::span<std::byte> into) const override {
    if (auto error = outside(*this, offset, into.size())) return *error;
    const auto file = pool_->get(path_);
    if (file && (*file)->identity() == opened_) return (*file)->read(offset, into);
    if (!file && !is_fault(file.error(), FaultCode::FileMissing)) return file.error();
    return about_file(path_, file_error(FaultCode::FileChanged, file ? "was replaced since it was opened"
                                                                     : "was deleted since it was opened"));
  }

 private:
  std::shared_ptr<FilePool> pool_;
  std::string path_;
  FileIdentity opened_;
};

}  // namespace

Result<std::shared_ptr<const ByteSource>> FilePool::open(const std::string& path) {
  const auto file = get(path);
  if (!file) return file.error();
  return std::shared_ptr<const ByteSource>(
      std::make_shared<PooledSource>(shared_from_this(), path, *(*file)->identity()));
}

Result<std::shared_ptr<const ByteSource>> FilePool::get(const std::string& path) {
  const std::lock_guard lock(mutex_);
  const auto found =
      std::find_if(open_.begin(), open_.end(), [&](const auto& file) { return file->name() == path; });
  // Whether a descriptor is still open must make no difference: a replaced file is never the answer.
  if (found != open_.end() && (*found)->state() == FileState::Unchanged) {
    open_.splice(open_.begin(), open_, found);
    return open_.front();
  }
  if (found != open_.end()) open_.erase(found);
  while (open_.size() >= most_) open_.pop_back();
  auto file = open_file(path);
  if (!file && is_fault(file.error(), FaultCode::FileDescriptors) && !open_.empty()) {
    open_.clear();  // others in the process need descriptors too
    file = open_file(path);
  }
  if (file) open_.push_front(*file);
  return file;
}

}  // namespace bitloupe
