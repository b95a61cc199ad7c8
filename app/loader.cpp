#include "app/loader.h"

#include <new>
#include <utility>

namespace bitloupe {

Result<std::shared_ptr<const Prepared>> Loader::load(const SourceSpec& source, const WorkContext& work,
                                                     const Announce& announce) {
  try {
    OpenHeader header;
    if (!source.synthetic) {
      auto found = header_of(source.path, work);
      if (!found) return found.error();
      header = *found;
    }
    const TensorFile* file = header.file.get();
    std::string tensor;
    if (file) {
      auto entry = pick_tensor(*file, source, Pick::Largest);
      if (!entry) {
        announce(header, source.tensor);
        return entry.error();
      }
      tensor = (*entry)->name;
    }
    announce(header, tensor);
    const std::string key = file ? source.path + "::" + tensor : to_text(source);
    {
      const std::lock_guard lock(mutex_);
      if (auto known = tensors_.find(key)) return known;
    }
    auto loaded = load_source(source, Pick::Largest, work, file);
    if (!loaded) return loaded.error();
    auto prepared = prepare(*loaded, work);
    if (!prepared) return prepared.error();
    const std::lock_guard lock(mutex_);
    if (work.stopped()) return cancelled();  // by a reload, say: what was read is out of date
    tensors_.put(key, *prepared);
    return *prepared;
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::OutOfMemory, "not enough memory for this tensor"};
  }
}

void Loader::forget(const SourceSpec& source) {
  const std::lock_guard lock(mutex_);
  headers_.drop(source.path);
  tensors_.drop(source.synthetic ? to_text(source) : source.path + "::");
}

Result<OpenHeader> Loader::header_of(const std::string& path, const WorkContext& work) {
  {
    const std::lock_guard lock(mutex_);
    if (OpenHeader known = headers_.find(path); known.file) return known;
  }
  const std::optional<DiskStamp> stamp = look_at_file(path).stamp;
  auto file = read_tensor_file(path);
  if (!file) return file.error();
  OpenHeader header{std::make_shared<const TensorFile>(std::move(*file)), stamp};
  const std::lock_guard lock(mutex_);
  if (!work.stopped()) headers_.put(path, header);
  return header;
}

}  // namespace bitloupe
