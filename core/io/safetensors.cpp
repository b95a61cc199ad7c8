#include "core/io/safetensors.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <string>
#include <utility>

#include "core/checked.h"
#include "core/io/display_text.h"
#include "core/io/file_error.h"
#include "core/io/first_bytes.h"
#include "core/io/limits.h"
#include "core/io/safetensors_header.h"

namespace bitloupe {

namespace {

using enum FaultCode;

constexpr std::uint64_t kLengthBytes = 8;

std::uint64_t little_endian(const std::array<std::byte, kLengthBytes>& bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    value |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
  }
  return value;
}

std::string quoted(const TensorEntry& entry) { return "tensor '" + displayed(entry.name) + "'"; }

Error fault(FaultCode code, const TensorEntry& entry, const std::string& what) {
  return file_error(code, quoted(entry) + what, entry.offset, entry.name);
}

std::string extent(const TensorEntry& entry) {
  return "[" + std::to_string(entry.offset) + ", " + std::to_string(entry.offset + entry.bytes) + ")";
}

// Bits per element by the name of the dtype; nothing for names that the format does not define.
std::optional<int> stored_bits(const std::string& dtype_name) {
  if (const DTypeInfo* known = find_dtype(dtype_name)) return known->bits;
  if (dtype_name == "C64") return 64;
  return std::nullopt;
}

// The entry's dtype, and whether its size is that of its shape; marks it where it cannot be loaded.
Status judge(TensorEntry& entry) {
  const auto bits = stored_bits(entry.dtype_name);
  const auto count = checked_element_count(entry.shape);
  if (!count) return fault(StOverflow, entry, ": its number of elements does not fit in 64 bits");
  if (bits) {
    const auto total = checked_mul(*count, static_cast<std::uint64_t>(*bits));
    if (!total) return fault(StOverflow, entry, ": its size does not fit in 64 bits");
    if (*total % 8 != 0) {
      return fault(StPartialByte, entry,
                   ": its values do not fill whole bytes (" + std::to_string(*count) + " of " +
                       std::to_string(*bits) + " bits)");
    }
    if (*total / 8 != entry.bytes) {
      return fault(StSize, entry,
                   ": shape and data_offsets disagree (" + std::to_string(*total / 8) + " bytes by " +
                       entry.dtype_name + " and shape, " + std::to_string(entry.bytes) + " by data_offsets)");
    }
  }
  if (const DTypeInfo* known = find_dtype(entry.dtype_name)) {
    entry.dtype = known->dtype;
  } else if (bits) {
    entry.error = file_error(StDType, "complex values are not supported (dtype C64)");
  } else {
    entry.error = file_error(StDType, "unknown dtype '" + displayed(entry.dtype_name) + "'");
  }
  return Ok{};
}

// Entries by their place in the data.
std::vector<std::size_t> by_place(const std::vector<TensorEntry>& entries) {
  std::vector<std::size_t> order(entries.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  auto key = [&](std::size_t i) { return std::pair(entries[i].offset, entries[i].bytes); };
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
  return order;
}

// The extents must tile the data without overlap, hole or rest, whatever their order in the header. Lenient:
// holes and the rest are skipped, and what is not all there is marked.
class Extents {
 public:
  Extents(SafetensorsHeader& header, std::uint64_t data_bytes, bool lenient)
      : entries_(header.tensors), warnings_(header.warnings), have_(data_bytes), lenient_(lenient) {}

  Status check() {
    for (const std::size_t i : by_place(entries_)) {
      if (Status status = place(entries_[i]); !status) return status;
    }
    if (end_ > have_) return incomplete();
    return end_ < have_ ? trailing() : Ok{};
  }

 private:
  Status place(TensorEntry& entry) {
    if (entry.offset < end_) {
      return fault(StOverlap, entry,
                   " overlaps " + quoted(*previous_) + " (bytes " + extent(entry) + " and " +
                       extent(*previous_) + ")");
    }
    if (entry.offset > end_) {
      const Error hole = fault(StHole, entry,
                               " leaves a hole before it (starts at byte " + std::to_string(entry.offset) +
                                   " of the data, expected " + std::to_string(end_) + ")");
      if (!lenient_) return hole;
      warnings_.add(hole.message + "; it is skipped");
    }
    end_ = entry.offset + entry.bytes;
    previous_ = &entry;
    if (end_ > have_) cut_.push_back(&entry);
    return Ok{};
  }

  Status incomplete() {
    const Error error = file_error(StIncomplete, "incomplete: " + counts(), have_);
    if (!lenient_) return error;
    for (TensorEntry* entry : cut_) {
      const std::uint64_t there = have_ - std::min(have_, entry->offset);
      entry->error = file_error(StCut, "cut off: have " + std::to_string(there) + " of its " +
                                           std::to_string(entry->bytes) + " bytes");
    }
    warnings_.add("incomplete: " + counts() + "; " + std::to_string(cut_.size()) + " of " +
                  std::to_string(entries_.size()) + " tensors cannot be loaded");
    return Ok{};
  }

  Status trailing() {
    const Error error =
        file_error(StTrailing,
                   std::to_string(have_ - end_) + " bytes after the last tensor (data ends at byte " +
                       std::to_string(end_) + ", the file has " + std::to_string(have_) + ")",
                   end_);
    if (!lenient_) return error;
    warnings_.add(error.message + "; they are not read");
    return Ok{};
  }

  std::string counts() const {
    return "have " + std::to_string(have_) + " of " + std::to_string(end_) + " bytes of data";
  }

  std::vector<TensorEntry>& entries_;
  WarningList& warnings_;
  std::uint64_t have_, end_ = 0;  // bytes of data in the file, bytes that the entries so far take
  bool lenient_;
  const TensorEntry* previous_ = nullptr;
  std::vector<TensorEntry*> cut_;  // those that end behind the file
};

// More axes than a view can show become one; absurdly many make the tensor unloadable.
void limit_axes(TensorEntry& entry, WarningList& warnings) {
  const std::size_t axes = entry.shape.size();
  if (axes > kMaxAxes) {
    entry.error = file_error(StAxes, "too many axes (found " + std::to_string(axes) + ", expected at most " +
                                         std::to_string(kMaxAxes) + ")");
  } else if (axes > kMaxShownAxes) {
    entry.shape = {element_count(entry.shape)};
    warnings.add(quoted(entry) + " has " + std::to_string(axes) + " axes and is shown flattened");
  }
}

Result<std::string> read_header_text(const ByteSource& source, std::uint64_t most) {
  const std::uint64_t size = source.size();
  if (size < kLengthBytes) {
    return file_error(StShort,
                      "truncated: the file has " + std::to_string(size) +
                          " bytes (a safetensors file starts with 8 bytes of header length)",
                      size);
  }
  std::array<std::byte, kLengthBytes> length_bytes{};
  if (Status status = source.read(0, length_bytes); !status) return status.error();
  const std::uint64_t length = little_endian(length_bytes);
  if (length > size - kLengthBytes) {
    return file_error(StHeaderLength,
                      "header is longer than the file (header length " + std::to_string(length) + ", only " +
                          std::to_string(size - kLengthBytes) + " bytes follow it)",
                      0);
  }
  if (length > most) {
    return file_error(StHeaderBudget,
                      "header is too large (" + std::to_string(length) + " bytes, expected at most " +
                          std::to_string(most) + ")",
                      0);
  }
  if (length < 2) {
    return file_error(StNoHeader, "header holds no JSON (header length " + std::to_string(length) + ")", 0);
  }
  std::string text(length, '\0');
  if (Status status = source.read(kLengthBytes, std::as_writable_bytes(std::span(text))); !status) {
    return status.error();
  }
  return text;
}

Result<TensorFile> read_checked(const std::shared_ptr<const ByteSource>& source, const ReadOptions& options) {
  const auto text = read_header_text(
      *source, options.max_header_bytes > 0 ? options.max_header_bytes : kMaxJsonHeaderBytes);
  if (!text) return text.error();
  auto header = parse_safetensors_header(*text, options.stop);
  if (!header) return in_part(kLengthBytes, header.error());
  const std::uint64_t data_start = kLengthBytes + text->size();
  for (TensorEntry& entry : header->tensors) {
    if (Status status = judge(entry); !status) return in_part(data_start, status.error());
  }
  Extents extents(*header, source->size() - data_start, options.lenient);
  if (Status status = extents.check(); !status) return in_part(data_start, status.error());
  for (TensorEntry& entry : header->tensors) {
    // An entry that was cut off may claim any place.
    entry.offset = checked_add(entry.offset, data_start).value_or(source->size());
    limit_axes(entry, header->warnings);
  }
  return TensorFile{source, "safetensors", std::move(header->metadata), std::move(header->tensors),
                    header->warnings.take()};
}

}  // namespace

// There is no magic: a length that fits the file, or a JSON object right after the length.
bool accepts_safetensors(const ByteSource& source) {
  const std::uint64_t size = source.size();
  if (is_json_text(first_bytes(source, 64))) return false;
  if (size <= kLengthBytes) return true;  // too short for anything else: let the reader say so
  std::array<std::byte, kLengthBytes> length_bytes{};
  std::byte first{};
  if (!source.read(0, length_bytes) || !source.read(kLengthBytes, {&first, 1})) return false;
  const std::uint64_t length = little_endian(length_bytes);
  return length <= size - kLengthBytes || length <= kMaxJsonHeaderBytes || first == std::byte{'{'};
}

Result<TensorFile> read_safetensors(const std::shared_ptr<const ByteSource>& source,
                                    const ReadOptions& options) {
  auto file = read_checked(source, options);
  if (!file) return about_file(*source, file.error());
  return file;
}

}  // namespace bitloupe
