#include "core/io/gguf_header.h"

#include <algorithm>
#include <bit>

#include "core/block/block_type.h"
#include "core/checked.h"
#include "core/io/display_text.h"
#include "core/io/file_error.h"
#include "core/io/gguf_value.h"
#include "core/io/header_cursor.h"
#include "core/io/key_set.h"
#include "core/io/limits.h"

namespace bitloupe {

namespace {

using enum FaultCode;

// What the shortest entries take: a key of one byte with a value of one; a tensor's name of one byte without
// axes.
constexpr std::uint64_t kLeastKeyBytes = 8 + 1 + 4 + 1, kLeastTensorBytes = 8 + 1 + 4 + 4 + 8;
constexpr std::uint32_t kMostAxes = 4;
constexpr std::size_t kLongestName = 63;  // GGML_MAX_NAME is 64 with the zero at its end

std::string quoted(std::string_view name) { return "'" + displayed(name) + "'"; }

// Text that may not be UTF-8 as text that is.
std::string shown(std::string_view text) {
  return ill_formed_utf8(text) ? displayed(text, text.size()) : std::string(text);
}

class HeaderReader {
 public:
  HeaderReader(const ByteSource& source, const ReadOptions& options)
      : cursor_(source, options.max_header_bytes > 0 ? options.max_header_bytes : kMaxGgufHeaderBytes,
                options.stop) {}

  Result<GgufHeader> run() {
    read_version();
    const auto tensors = cursor_.number<std::uint64_t>();
    const auto keys = cursor_.number<std::uint64_t>();
    check_counts(tensors, keys);
    for (std::uint64_t i = 0; i < keys && cursor_.ok(); ++i) read_key();
    refuse_twice("metadata key ");
    names_.clear();
    for (std::uint64_t i = 0; i < tensors && cursor_.ok(); ++i) read_tensor();
    refuse_twice("tensor ");
    if (!cursor_.ok()) return cursor_.error();
    // At most the file's size and 1 MiB.
    header_.data_start = (cursor_.position() + header_.alignment - 1) / header_.alignment * header_.alignment;
    return std::move(header_);
  }

 private:
  void fail(FaultCode code, std::string message, std::uint64_t at, std::string_view tensor = {}) {
    cursor_.fail(file_error(code, std::move(message), at, tensor));
  }

  void read_version() {
    cursor_.number<std::uint32_t>();  // the magic
    const auto version = cursor_.number<std::uint32_t>();
    if (!cursor_.ok() || version == 2 || version == 3) return;
    const std::uint32_t swapped = __builtin_bswap32(version);
    if (swapped >= 1 && swapped <= 3) {
      fail(GgufEndian,
           "is a big-endian GGUF file of version " + std::to_string(swapped) + " (expected little-endian)",
           4);
    } else {
      fail(GgufVersion, "unsupported GGUF version " + std::to_string(version) + " (expected 2 or 3)", 4);
    }
  }

  // Believed only as far as the file has bytes for them.
  void check_counts(std::uint64_t tensors, std::uint64_t keys) {
    if (!cursor_.ok()) return;
    const auto refuse = [&](std::uint64_t count, const char* what, std::uint64_t least, std::uint64_t at) {
      if (count <= cursor_.remaining() / least) return;
      fail(GgufCount,
           std::to_string(count) + what + " do not fit in the file (" + std::to_string(cursor_.remaining()) +
               " bytes follow, each takes at least " + std::to_string(least) + ")",
           at);
    };
    refuse(tensors, " tensors", kLeastTensorBytes, 8);
    refuse(keys, " metadata keys", kLeastKeyBytes, 16);
    if (tensors > kMaxTensors)
      fail(TensorCount, "header lists more than " + std::to_string(kMaxTensors) + " tensors", 8);
    if (keys > kMaxGgufKeys)
      fail(GgufBudget, "header lists more than " + std::to_string(kMaxGgufKeys) + " metadata keys", 16);
  }

  // A name that must be there once; empty where it failed.
  std::string read_name(const char* what, FaultCode empty_code, std::uint64_t at) {
    const std::uint64_t length = cursor_.text_length(kMaxGgufName, std::string("name of a ") + what);
    if (cursor_.ok() && length == 0) fail(empty_code, std::string(what) + " without a name", at);
    std::string name = cursor_.text(length);
    if (!cursor_.ok()) return {};
    if (!names_.insert(name)) fail(GgufTwice, twice(what + std::string(" "), name), at, name);
    if (ill_formed_utf8(name))
      header_.warnings.add(std::string(what) + " " + quoted(name) + " is not UTF-8 and is shown escaped");
    return name;
  }

  static std::string twice(const std::string& what, std::string_view name) {
    return what + quoted(name) + " is listed twice";
  }

  void refuse_twice(const char* what) {
    if (!cursor_.ok()) return;
    const std::string_view name = names_.duplicate();
    if (name.data() != nullptr) cursor_.fail(file_error(GgufTwice, twice(what, name), std::nullopt, name));
  }

  void read_key() {
    const std::uint64_t at = cursor_.position();
    const std::string key = read_name("metadata key", GgufKey, at);
    const std::uint64_t value_at = cursor_.position();
    GgufValue value = read_gguf_value(cursor_, key, header_.warnings);
    if (!cursor_.ok()) return;
    if (key == "general.alignment") set_alignment(value, value_at);
    if (key == "split.no" && value.natural) header_.split.number = *value.natural;
    if (key == "split.count" && value.natural) header_.split.count = *value.natural;
    if (key == "split.tensors.count") header_.split.all_tensors = value.natural;
    header_.metadata.emplace_back(shown(key), std::move(value.text));
  }

  void set_alignment(const GgufValue& value, std::uint64_t at) {
    if (value.type == "u32" && std::has_single_bit(*value.natural) && *value.natural <= kMaxGgufAlignment) {
      header_.alignment = *value.natural;
      return;
    }
    fail(GgufAlignment,
         "general.alignment is wrong (found " + std::string(value.type) + " " + displayed(value.text, 40) +
             ", expected u32, a power of two of at most " + std::to_string(kMaxGgufAlignment) + ")",
         at);
  }

  void read_tensor() {
    const std::uint64_t at = cursor_.position();
    TensorEntry entry;
    entry.name = read_name("tensor", GgufName, at);
    const auto axes = cursor_.number<std::uint32_t>();
    if (!cursor_.ok()) return;
    if (entry.name.size() > kLongestName) {
      header_.warnings.add("tensor " + quoted(entry.name) + " has a name of " +
                           std::to_string(entry.name.size()) + " bytes (ggml takes at most " +
                           std::to_string(kLongestName) + ")");
    }
    if (axes > kMostAxes) {
      fail(GgufAxes,
           "tensor " + quoted(entry.name) + " has too many axes (found " + std::to_string(axes) +
               ", expected at most " + std::to_string(kMostAxes) + ")",
           at, entry.name);
    }
    for (std::uint32_t i = 0; i < axes && cursor_.ok(); ++i)
      entry.shape.push_back(cursor_.number<std::uint64_t>());
    const auto type = cursor_.number<std::uint32_t>();
    entry.offset = cursor_.number<std::uint64_t>();
    if (!cursor_.ok()) return;
    std::reverse(entry.shape.begin(), entry.shape.end());  // the file lists the contiguous axis first
    if (Status status = judge(entry, type, at); !status) {
      cursor_.fail(status.error());
      return;
    }
    header_.tensors.push_back(std::move(entry));
  }

  // Type and size of the entry; marks it where it cannot be loaded.
  Status judge(TensorEntry& entry, std::uint32_t id, std::uint64_t at) const {
    const auto fault = [&](FaultCode code, const std::string& what) {
      return file_error(code, "tensor " + quoted(entry.name) + ": " + what, at, entry.name);
    };
    constexpr std::uint64_t kLongestAxis = ~std::uint64_t{0} >> 1;  // ggml's lengths are signed
    for (const std::uint64_t length : entry.shape)
      if (length > kLongestAxis)
        return fault(GgufOverflow, "axis of length " + std::to_string(length) + " does not fit in 63 bits");
    const auto count = checked_element_count(entry.shape);
    if (!count) return fault(GgufOverflow, "its number of elements does not fit in 64 bits");
    const BlockType* type = find_block_type(id);
    entry.dtype_name = type ? std::string(type->name) : "type " + std::to_string(id);
    if (!type || type->status == BlockStatus::Removed) {
      entry.error = file_error(GgufType, type ? entry.dtype_name + " was removed from ggml and is not decoded"
                                              : "unknown tensor " + entry.dtype_name);
      return Ok{};
    }
    const std::uint64_t row = entry.shape.empty() ? 1 : entry.shape.back();
    if (row % type->values != 0) {
      return fault(GgufRow, "its rows of " + std::to_string(row) + " values are not whole blocks of " +
                                entry.dtype_name + " (" + std::to_string(type->values) + " values)");
    }
    const auto bytes = checked_mul(*count / type->values, type->bytes);
    if (!bytes) return fault(GgufOverflow, "its size does not fit in 64 bits");
    entry.bytes = *bytes;
    if (type->status == BlockStatus::NotDecoded) {
      entry.error = file_error(GgufType, entry.dtype_name + " is not decoded");
    } else if (type->status == BlockStatus::Decoded) {
      entry.block = type;
    } else {
      entry.dtype = find_dtype(type->name)->dtype;
    }
    return Ok{};
  }

  HeaderCursor cursor_;
  GgufHeader header_;
  KeySet names_;
};

}  // namespace

Result<GgufHeader> read_gguf_header(const ByteSource& source, const ReadOptions& options) {
  return HeaderReader(source, options).run();
}

bool has_known_size(const TensorEntry& entry) {
  const BlockType* type = find_block_type(entry.dtype_name);
  return type && type->status != BlockStatus::Removed;
}

}  // namespace bitloupe
