#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "core/io/display_text.h"
#include "core/io/file_error.h"
#include "core/io/limits.h"
#include "core/io/stored_stream.h"
#include "core/io/stored_values.h"
#include "core/io/tensor_file.h"
#include "core/memory.h"

namespace bitloupe {

namespace {

// Elements of a piece: at most 2 MiB stored, so that a piece is still in the cache when it is converted.
constexpr std::size_t kPiece = std::size_t{1} << 18;
static_assert(kPiece % kWholePiece == 0);
// Elements along the contiguous axis that a transposed tile writes at least: one 64-byte line.
constexpr std::size_t kTileWidth = 16;

// Whether the last axis is not the fastest in the file.
bool is_transposed(const TensorEntry& entry) {
  return entry.fortran_order && element_count(entry.shape) > 0 &&
         std::count_if(entry.shape.begin(), entry.shape.end(), [](std::uint64_t n) { return n > 1; }) > 1;
}

// One load: where the values go, what was counted, what went wrong first. Pieces run in any order.
class Loader {
 public:
  Loader(const ByteSource& source, const TensorEntry& entry, Values& values)
      : source_(source),
        entry_(entry),
        values_(values),
        stored_(entry.dtype, entry.big_endian, entry.block) {}

  bool run(const WorkContext& context) {
    if (is_transposed(entry_)) return run_transposed(context);
    return parallel_for(values_.size(), kPiece, context, [&](std::size_t begin, std::size_t end) {
      if (!failed_) keep(read_piece(begin, std::span(values_).subspan(begin, end - begin)));
    });
  }

  const std::optional<Error>& error() const { return error_; }
  const ReadCounts& odd() const { return odd_; }

 private:
  // Stored elements first ... first + out.size() - 1, converted. `first` starts at a whole byte and block.
  Status read_piece(std::uint64_t first, std::span<float> out) {
    const std::uint64_t offset = entry_.offset + stored_.bytes(first);
    if (stored_.straight()) return source_.read(offset, std::as_writable_bytes(out));
    const std::size_t size = stored_.bytes(out.size());
    const auto buffer = std::make_unique_for_overwrite<std::byte[]>(size);
    const std::span<std::byte> bytes(buffer.get(), size);
    if (Status status = source_.read(offset, bytes); !status) return status;
    const ReadCounts counts = stored_.convert(bytes, out);
    std::lock_guard lock(mutex_);
    odd_.add(counts);
    return Ok{};
  }

  // Column-major storage: for each index j of the last axis the file holds one slab of all other axes, the
  // first of them fastest. A tile is `height` elements of `width` neighbouring slabs; it is written as rows
  // of `width` contiguous values.
  bool run_transposed(const WorkContext& context) {
    const std::size_t slabs = entry_.shape.back(), slab = values_.size() / slabs;
    const std::size_t width = std::min(slabs, std::max(kTileWidth, kPiece / slab));
    const std::size_t height = std::min(slab, std::max(std::size_t{1}, kPiece / width));
    const std::size_t across = (slabs + width - 1) / width, down = (slab + height - 1) / height;
    return parallel_for(across * down, 1, context, [&](std::size_t tile, std::size_t) {
      if (failed_) return;
      const std::size_t j = tile % across * width, m = tile / across * height;
      keep(move_tile(m, std::min(height, slab - m), j, std::min(width, slabs - j), slab));
    });
  }

  Status move_tile(std::size_t m, std::size_t height, std::size_t j, std::size_t width, std::size_t slab) {
    std::vector<float> tile(height * width);
    if (height == slab) {  // whole slabs are neighbours in the file
      if (Status status = read_piece(j * slab, tile); !status) return status;
    } else {
      for (std::size_t i = 0; i < width; ++i) {
        const std::span<float> run = std::span(tile).subspan(i * height, height);
        if (Status status = read_piece((j + i) * slab + m, run); !status) return status;
      }
    }
    SlabPosition position(entry_.shape, m);
    for (std::size_t row = 0; row < height; ++row, position.advance()) {
      float* to = values_.data() + position.row_major() * entry_.shape.back() + j;
      for (std::size_t i = 0; i < width; ++i) to[i] = tile[i * height + row];
    }
    return Ok{};
  }

  // Walks the axes before the last in column-major order and knows the row-major number of each place.
  class SlabPosition {
   public:
    SlabPosition(const Shape& shape, std::uint64_t column_major)
        : lengths_(shape.begin(), shape.end() - 1), index_(lengths_.size()), strides_(lengths_.size(), 1) {
      for (std::size_t axis = lengths_.size(); axis-- > 1;) {
        strides_[axis - 1] = strides_[axis] * lengths_[axis];
      }
      for (std::size_t axis = 0; axis < lengths_.size(); ++axis) {
        index_[axis] = column_major % lengths_[axis];
        column_major /= lengths_[axis];
        row_major_ += index_[axis] * strides_[axis];
      }
    }
    std::uint64_t row_major() const { return row_major_; }
    void advance() {
      for (std::size_t axis = 0; axis < lengths_.size(); ++axis) {
        row_major_ += strides_[axis];
        if (++index_[axis] < lengths_[axis]) return;
        row_major_ -= lengths_[axis] * strides_[axis];
        index_[axis] = 0;
      }
    }

   private:
    Shape lengths_, index_, strides_;
    std::uint64_t row_major_ = 0;
  };

  void keep(const Status& status) {
    if (status) return;
    std::lock_guard lock(mutex_);
    if (!error_) error_ = status.error();
    failed_ = true;
  }

  const ByteSource& source_;
  const TensorEntry& entry_;
  Values& values_;
  StoredValues stored_;
  std::atomic<bool> failed_{false};
  std::mutex mutex_;
  ReadCounts odd_;
  std::optional<Error> error_;
};

Error fault(FaultCode code, const TensorFile& file, const TensorEntry& entry, const std::string& what) {
  const std::string name = "tensor '" + displayed(entry.name) + "': ";
  return about_file(*file.source_of(entry), file_error(code, name + what, std::nullopt, entry.name));
}

Error out_of_memory(const TensorFile& file, const TensorEntry& entry) {
  return fault(FaultCode::TensorMemory, file, entry,
               "not enough memory (" + to_text(entry.shape) + " values of 4 bytes)");
}

Error too_large_to_transpose(const TensorFile& file, const TensorEntry& entry, std::uint64_t budget) {
  return fault(FaultCode::TensorColumns, file, entry,
               "stored column by column, so it cannot be read in chunks, and its " + to_text(entry.shape) +
                   " values of 4 bytes need more than the " + std::to_string(budget) +
                   " bytes that one tensor may take; save it in row-major order, or raise BITLOUPE_MEMORY");
}

// The entry's bytes as they are stored.
Result<std::vector<std::byte>> read_bytes(const ByteSource& source, const TensorEntry& entry,
                                          const WorkContext& context) {
  constexpr std::size_t kBytes = std::size_t{1} << 21;
  std::vector<std::byte> bytes(entry.bytes);
  std::mutex mutex;
  std::optional<Error> failed;
  WorkContext quiet = context;
  quiet.progress = nullptr;
  const bool done = parallel_for(bytes.size(), kBytes, quiet, [&](std::size_t begin, std::size_t end) {
    const Status status = source.read(entry.offset + begin, std::span(bytes).subspan(begin, end - begin));
    std::lock_guard lock(mutex);
    if (!status && !failed) failed = status.error();
  });
  if (failed) return *failed;
  if (!done) return cancelled();
  return bytes;
}

}  // namespace

Result<Tensor> load_tensor(const TensorFile& file, const TensorEntry& entry, const WorkContext& context) try {
  if (entry.error) return why_unloadable(file, entry);
  const std::uint64_t count = element_count(entry.shape);
  const std::shared_ptr<const ByteSource>& source = file.source_of(entry);
  if (entry.offset > source->size() || entry.bytes > source->size() - entry.offset ||
      StoredValues(entry.dtype, entry.big_endian, entry.block).bytes(count) != entry.bytes) {
    return fault(FaultCode::TensorRange, file, entry, "its bytes are not in the file");
  }
  if (const std::uint64_t budget = resident_budget(); count > budget / sizeof(float)) {
    if (is_transposed(entry)) return too_large_to_transpose(file, entry, budget);
    Tensor tensor{entry.name, entry.dtype, entry.shape, nullptr};
    tensor.stream = std::make_shared<const StoredStream>(source, entry);
    tensor.block = entry.block;
    return tensor;
  }
  // Blocks are kept as they are stored. They come first: those with less than 4 bits a value would otherwise
  // break the rule of memory (limits.h).
  TensorEntry stored = entry;
  std::shared_ptr<const ByteSource> from = source;
  std::shared_ptr<const std::vector<std::byte>> block_bytes;
  if (entry.block) {
    auto read = read_bytes(*source, entry, context);
    if (!read) return about_tensor(entry.name, read.error());
    block_bytes = std::make_shared<const std::vector<std::byte>>(std::move(*read));
    from = memory_source(source->name(), *block_bytes);
    stored.offset = 0;
  }
  auto values = std::make_shared<Values>(count);
  Loader loader(*from, stored, *values);
  const bool done = loader.run(context);
  if (loader.error()) return about_tensor(entry.name, *loader.error());
  if (!done) return cancelled();
  Tensor tensor{entry.name, entry.dtype, entry.shape, std::move(values), loader.odd().rounded};
  tensor.warnings = warnings_about(loader.odd());
  tensor.block = entry.block;
  tensor.block_bytes = std::move(block_bytes);
  return tensor;
} catch (const std::bad_alloc&) {
  return out_of_memory(file, entry);
} catch (const std::length_error&) {  // more than a vector may ever hold
  return out_of_memory(file, entry);
}

}  // namespace bitloupe
