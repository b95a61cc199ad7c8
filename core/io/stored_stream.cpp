#include "core/io/stored_stream.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "core/io/file_error.h"

namespace bitloupe {

namespace {

constexpr std::size_t kPiece = std::size_t{1} << 17;  // values: at most 1 MiB stored, converted in the cache
static_assert(kPiece % kElementsPerWholeBytes == 0);

}  // namespace

StoredStream::StoredStream(std::shared_ptr<const ByteSource> source, const TensorEntry& entry)
    : source_(std::move(source)),
      name_(entry.name),
      offset_(entry.offset),
      bits_(info(entry.dtype).bits),
      straight_(entry.dtype == DType::F32 && !entry.big_endian),
      stored_(entry.dtype, entry.big_endian) {}

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

// Values packed into less than a byte are read from the last whole byte on, and the first ones dropped.
Status StoredStream::read_part(std::uint64_t begin, std::span<float> out, ReadCounts& counts) const {
  const std::uint64_t first = bits_ % 8 == 0 ? begin : begin - begin % kElementsPerWholeBytes;
  const auto dropped = static_cast<std::size_t>(begin - first), size = dropped + out.size();
  const std::uint64_t offset = offset_ + stored_bytes(first, bits_);
  if (straight_) return source_->read(offset, std::as_writable_bytes(out));
  thread_local std::vector<std::byte> bytes;
  bytes.resize(stored_bytes(size, bits_));
  if (Status status = source_->read(offset, bytes); !status) return status;
  ConversionCounts converted;
  if (dropped == 0) {
    converted = stored_.convert(bytes, out);
  } else {
    std::vector<float> values(size);
    converted = stored_.convert(bytes, values);
    std::copy(values.begin() + static_cast<std::ptrdiff_t>(dropped), values.end(), out.begin());
  }
  counts.rounded += converted.rounded;
  counts.odd_bools += converted.odd_bools;
  return Ok{};
}

std::optional<Error> StoredStream::error() const {
  if (!failed_) return std::nullopt;
  std::lock_guard lock(mutex_);
  return error_;
}

}  // namespace bitloupe
