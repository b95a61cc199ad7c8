// From a source to the tensor that the window works on, prepared. It keeps the header that was read last and
// the tensors that were prepared last; it knows no lane and no window.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "app/tensor_cache.h"
#include "core/parallel.h"
#include "core/source.h"
#include "core/stats/prepared.h"

namespace bitloupe {

class SourceLoader {
 public:
  // Told as soon as the header is read: the file (null: synthetic) and the tensor that will be loaded (empty
  // where the file has none of the wanted name).
  using Announce = std::function<void(std::shared_ptr<const TensorFile> file, const std::string& tensor)>;

  // One at a time. Errors: of the reader, of prepare(), Cancelled; std::bad_alloc leaves it.
  Result<std::shared_ptr<const Prepared>> load(const SourceSpec& source, const WorkContext& work,
                                               const Announce& announce);

  // What lies on disk may have changed. Stop the load in work first; from any thread.
  void forget();

 private:
  Result<std::shared_ptr<const TensorFile>> header_of(const SourceSpec& source, const WorkContext& work);

  std::mutex mutex_;  // of all below
  TensorCache cache_{default_cache_bytes()};
  std::shared_ptr<const TensorFile> file_;  // the header of the last file
  SourceSpec opened_;                       // what it was read from, without a tensor's name
};

}  // namespace bitloupe
