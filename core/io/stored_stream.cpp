#include "core/io/stored_stream.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "core/io/file_error.h"

namespace bitloupe {

namespace {

constexpr std::size_t kPiece = std::size_t{1} << 17;  // values: at most 1 MiB stored, converted in the cache
static_assert(kPiece % kWholePiece == 0);

}  // namespace

StoredStream::StoredStream(std::shared_ptr<const ByteSource> source, const TensorEntry& entry)
    : source_(std::move(source)),
      name_(entry.name),
      offset_(entry.offset),
      stored_(entry.dtype, entry.big_endian, entry.block) {}

ReadCounts StoredStream::read(std::uint64_t begin, std::span<float> out) const {
  ReadCounts counts;
  for (std::size_t done = 0; done < out.size() && !failed_; done += kPiece) {
    const auto part = out.subspan(done, std::min(kPiece, out.size() - done));
    const Status status = read_part(begin + done, part, counts);
    if (status) continue;
    std::lock_guard lock(mutex_);
    if (!error_) error_ = about_tensor(name_, status.error());
    failed_ = true;
  }
  if (failed_) std::fill(out.begin(), out.end(), std::numeric_limits<float>::quiet_NaN());
  return counts;
}

// What starts inside a byte or a block is read from its beginning on, and the first values dropped.
Status StoredStream::read_part(std::uint64_t begin, std::span<float> out, ReadCounts& counts) const {
  const std::uint64_t first = begin - begin % stored_.whole();
  const auto dropped = static_cast<std::size_t>(begin - first);
  const std::size_t size = stored_.convertible(dropped + out.size());
  const std::uint64_t offset = offset_ + stored_.bytes(first);
  if (stored_.straight()) return source_->read(offset, std::as_writable_bytes(out));
  thread_local std::vector<std::byte> bytes;
  bytes.resize(stored_.bytes(size));
  if (Status status = source_->read(offset, bytes); !status) return status;
  if (size == out.size()) {
    counts.add(stored_.convert(bytes, out));
    return Ok{};
  }
  thread_local std::vector<float> values;
  values.resize(size);
  counts.add(stored_.convert(bytes, values));
  std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(dropped), out.size(), out.begin());
  return Ok{};
}

std::optional<Error> StoredStream::error() const {
  if (!failed_) return std::nullopt;
  std::lock_guard lock(mutex_);
  return error_;
}

}  // namespace bitloupe
