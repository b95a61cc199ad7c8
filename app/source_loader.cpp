#include "app/source_loader.h"

#include <utility>

namespace bitloupe {

Result<std::shared_ptr<const Prepared>> SourceLoader::load(const SourceSpec& source, const WorkContext& work,
                                                           const Announce& announce) {
  std::shared_ptr<const TensorFile> file;
  if (!source.synthetic) {
    auto header = header_of(source, work);
    if (!header) return header.error();
    file = *header;
  }
  std::string tensor;
  if (file) {
    auto entry = pick_tensor(*file, source, Pick::Largest);
    if (!entry) {
      announce(file, source.tensor);
      return entry.error();
    }
    tensor = (*entry)->name;
  }
  announce(file, tensor);
  const std::string key = file ? source.path + "::" + tensor : to_text(source);
  {
    std::lock_guard lock(mutex_);
    if (!file) file_ = nullptr;
    if (auto known = cache_.find(key)) return known;
  }
  auto loaded = load_source(source, Pick::Largest, work, file.get());
  if (!loaded) return loaded.error();
  auto prepared = prepare(*loaded, work);
  if (!prepared) return prepared.error();
  std::lock_guard lock(mutex_);
  if (work.stopped()) return cancelled();  // by a reload, say: what was read is out of date
  cache_.put(key, *prepared);
  return *prepared;
}

// The header that is already open, or a fresh one.
Result<std::shared_ptr<const TensorFile>> SourceLoader::header_of(const SourceSpec& source,
                                                                  const WorkContext& work) {
  SourceSpec whole = source;  // the file as it is read, whichever tensor of it
  whole.tensor.clear();
  {
    std::lock_guard lock(mutex_);
    if (file_ && opened_ == whole) return file_;
  }
  auto file = read_tensor_file(source.path, read_options(source, work.stop));
  if (!file) return file.error();
  auto shared = std::make_shared<const TensorFile>(std::move(*file));
  std::lock_guard lock(mutex_);
  if (!work.stopped()) {
    file_ = shared;
    opened_ = whole;
  }
  return std::shared_ptr<const TensorFile>(shared);
}

void SourceLoader::forget() {
  std::lock_guard lock(mutex_);
  cache_.clear();
  file_ = nullptr;
}

}  // namespace bitloupe
