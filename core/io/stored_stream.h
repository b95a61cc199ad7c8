// StoredStream: the values of a tensor in a file, read and converted as they are asked for. It holds the file
// open and nothing of it in memory.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "core/io/byte_source.h"
#include "core/io/stored_values.h"
#include "core/io/tensor_file.h"
#include "core/tensor/value_stream.h"

namespace bitloupe {

class StoredStream final : public ValueStream {
 public:
  // `entry` is row-major, and its bytes were checked against the file.
  StoredStream(std::shared_ptr<const ByteSource> source, const TensorEntry& entry);

  ReadCounts read(std::uint64_t begin, std::span<float> out) const override;
  std::optional<Error> error() const override;

 private:
  Status read_part(std::uint64_t begin, std::span<float> out, ReadCounts& counts) const;

  const std::shared_ptr<const ByteSource> source_;
  const std::string name_;
  const std::uint64_t offset_;
  const StoredValues stored_;
  mutable std::atomic<bool> failed_{false};
  mutable std::mutex mutex_;
  mutable std::optional<Error> error_;
};

}  // namespace bitloupe
