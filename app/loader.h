// Loader: from a source to a prepared tensor, by way of the headers and tensors that were loaded lately. The
// prepare lane calls it; it knows nothing of lanes.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "app/header_cache.h"
#include "app/tensor_cache.h"
#include "core/parallel.h"
#include "core/result.h"
#include "core/source.h"
#include "core/stats/prepared.h"

namespace bitloupe {

class Loader {
 public:
  // Called as soon as the header is known and the tensor chosen, which may have no such tensor.
  using Announce = std::function<void(const OpenHeader& header, const std::string& tensor)>;

  Result<std::shared_ptr<const Prepared>> load(const SourceSpec& source, const WorkContext& work,
                                               const Announce& announce);
  // The next load reads this source's file again. Loads in work must have been told to stop.
  void forget(const SourceSpec& source);

 private:
  Result<OpenHeader> header_of(const std::string& path, const WorkContext& work);

  std::mutex mutex_;
  HeaderCache headers_;
  TensorCache tensors_{default_cache_bytes()};
};

}  // namespace bitloupe
