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
#include "core/io/limits.h"
#include "core/io/safetensors_header.h"

namespace bitloupe {

namespace {

constexpr std::uint64_t kLengthBytes = 8;

std::uint64_t little_endian(const std::array<std::byte, kLengthBytes>& bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    value |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
  }
  return value;
}

std::string quoted(const TensorEntry& entry) { return "tensor '" + displayed(entry.name) + "'"; }

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
  if (!count) return bad_input(quoted(entry) + ": its number of elements does not fit in 64 bits");
  if (bits) {
    const auto total = checked_mul(*count, static_cast<std::uint64_t>(*bits));
    if (!total) return bad_input(quoted(entry) + ": its size does not fit in 64 bits");
    if (*total % 8 != 0) {
      return bad_input(quoted(entry) + ": its values do not fill whole bytes (" + std::to_string(*count) +
                       " of " + std::to_string(*bits) + " bits)");
    }
    if (*total / 8 != entry.bytes) {
      return bad_input(quoted(entry) + ": shape and data_offsets disagree (" + std::to_string(*total / 8) +
                       " bytes by " + entry.dtype_name + " and shape, " + std::to_string(entry.bytes) +
                       " by data_offsets)");
    }
  }
  if (const DTypeInfo* known = find_dtype(entry.dtype_name)) {
    entry.dtype = known->dtype;
  } else if (bits) {
    entry.error = "complex values are not supported (dtype C64)";
  } else {
    entry.error = "unknown dtype '" + displayed(entry.dtype_name) + "'";
  }
  return Ok{};
}

// The extents must tile the data without overlap, hole or rest, whatever their order in the header.
Status check_extents(const std::vector<TensorEntry>& entries, std::uint64_t data_bytes) {
  std::vector<std::size_t> order(entries.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  auto key = [&](std::size_t i) { return std::pair(entries[i].offset, entries[i].bytes); };
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
  std::uint64_t end = 0;
  const TensorEntry* previous = nullptr;
  for (const std::size_t i : order) {
    const TensorEntry& entry = entries[i];
    if (entry.offset < end) {
      return bad_input(quoted(entry) + " overlaps " + quoted(*previous) + " (bytes " + extent(entry) +
                       " and " + extent(*previous) + ")");
    }
    if (entry.offset > end) {
      return bad_input(quoted(entry) + " leaves a hole before it (starts at byte " +
                       std::to_string(entry.offset) + " of the data, expected " + std::to_string(end) + ")");
    }
    end = entry.offset + entry.bytes;
    previous = &entry;
  }
  if (end > data_bytes) {
    return bad_input("incomplete: have " + std::to_string(data_bytes) + " of " + std::to_string(end) +
                     " bytes of data");
  }
  if (end < data_bytes) {
    return bad_input(std::to_string(data_bytes - end) + " bytes after the last tensor (data ends at byte " +
                     std::to_string(end) + ", the file has " + std::to_string(data_bytes) + ")");
  }
  return Ok{};
}

// More axes than a view can show become one; absurdly many make the tensor unloadable.
void limit_axes(TensorEntry& entry, std::vector<std::string>& warnings) {
  const std::size_t axes = entry.shape.size();
  if (axes > kMaxAxes) {
    entry.error = "too many axes (found " + std::to_string(axes) + ", expected at most " +
                  std::to_string(kMaxAxes) + ")";
  } else if (axes > kMaxShownAxes) {
    entry.shape = {element_count(entry.shape)};
    warnings.push_back(quoted(entry) + " has " + std::to_string(axes) + " axes and is shown flattened");
  }
}

Result<TensorFile> read_checked(const std::shared_ptr<const ByteSource>& source) {
  const std::uint64_t size = source->size();
  if (size < kLengthBytes) {
    return bad_input("truncated: the file has " + std::to_string(size) +
                     " bytes (a safetensors file starts with 8 bytes of header length)");
  }
  std::array<std::byte, kLengthBytes> length_bytes{};
  if (Status status = source->read(0, length_bytes); !status) return status.error();
  const std::uint64_t length = little_endian(length_bytes);
  if (length > size - kLengthBytes) {
    return bad_input("header is longer than the file (header length " + std::to_string(length) + ", only " +
                     std::to_string(size - kLengthBytes) + " bytes follow it)");
  }
  if (length > kMaxJsonHeaderBytes) {
    return bad_input("header is too large (" + std::to_string(length) + " bytes, expected at most " +
                     std::to_string(kMaxJsonHeaderBytes) + ")");
  }
  if (length < 2) return bad_input("header holds no JSON (header length " + std::to_string(length) + ")");
  std::string text(length, '\0');
  if (Status status = source->read(kLengthBytes, std::as_writable_bytes(std::span(text))); !status) {
    return status.error();
  }
  auto header = parse_safetensors_header(text);
  if (!header) return header.error();
  for (TensorEntry& entry : header->tensors) {
    if (Status status = judge(entry); !status) return status.error();
  }
  const std::uint64_t data_start = kLengthBytes + length;
  if (Status status = check_extents(header->tensors, size - data_start); !status) return status.error();
  for (TensorEntry& entry : header->tensors) {
    entry.offset += data_start;
    limit_axes(entry, header->warnings);
  }
  return TensorFile{source, "safetensors", std::move(header->metadata), std::move(header->tensors),
                    std::move(header->warnings)};
}

}  // namespace

// There is no magic: a length that fits the file, or a JSON object right after the length.
bool accepts_safetensors(const ByteSource& source) {
  const std::uint64_t size = source.size();
  if (size <= kLengthBytes) return true;  // too short for anything else: let the reader say so
  std::array<std::byte, kLengthBytes> length_bytes{};
  std::byte first{};
  if (!source.read(0, length_bytes) || !source.read(kLengthBytes, {&first, 1})) return false;
  const std::uint64_t length = little_endian(length_bytes);
  return length <= size - kLengthBytes || length <= kMaxJsonHeaderBytes || first == std::byte{'{'};
}

Result<TensorFile> read_safetensors(const std::shared_ptr<const ByteSource>& source) {
  auto file = read_checked(source);
  if (!file) return about_file(*source, file.error());
  return file;
}

}  // namespace bitloupe
