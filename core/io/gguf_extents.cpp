#include "core/io/gguf_extents.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <tuple>

#include "core/checked.h"
#include "core/io/display_text.h"
#include "core/io/file_error.h"

namespace bitloupe {

namespace {

using enum FaultCode;

std::string quoted(const TensorEntry& entry) { return "tensor '" + displayed(entry.name) + "'"; }

std::string extent(const TensorEntry& entry) {
  return "[" + std::to_string(entry.offset) + ", " + std::to_string(entry.offset + entry.bytes) + ")";
}

class Placement {
 public:
  Placement(GgufHeader& header, std::uint64_t file_bytes, bool lenient)
      : header_(header),
        entries_(header.tensors),
        file_bytes_(file_bytes),
        have_(file_bytes - std::min(file_bytes, header.data_start)),
        lenient_(lenient) {}

  Status run() {
    if (Status status = check_ends(); !status) return status;
    sort_by_place();
    measure_unknown();
    for (std::size_t i = 0; i < order_.size(); ++i)
      if (Status status = check_overlap(i); !status) return status;
    if (Status status = check_order(); !status) return status;
    std::uint64_t end = 0;
    for (const std::size_t i : order_)
      if (Status status = check_hole(entries_[i], end); !status) return status;
    if (end > have_) {
      if (Status status = incomplete(end); !status) return status;
    } else if (aligned(end) < have_) {
      header_.warnings.add(std::to_string(have_ - end) + " bytes after the last tensor are not read");
    }
    for (TensorEntry& entry : entries_) {
      entry.offset += header_.data_start;
      // The header may end in the middle of the padding before data that has no bytes.
      if (entry.bytes == 0) entry.offset = std::min(entry.offset, file_bytes_);
    }
    return Ok{};
  }

 private:
  Error fault(FaultCode code, const TensorEntry& entry, const std::string& what) const {
    return file_error(code, quoted(entry) + what, checked_add(entry.offset, header_.data_start), entry.name);
  }

  std::uint64_t aligned(std::uint64_t offset) const {
    return checked_add(offset, header_.alignment - 1).value_or(offset) / header_.alignment *
           header_.alignment;
  }

  // After this, no sum of offset and size wraps.
  Status check_ends() const {
    for (const TensorEntry& entry : entries_) {
      if (entry.offset % header_.alignment != 0) {
        return fault(GgufOffset, entry,
                     ": its offset " + std::to_string(entry.offset) + " is not a multiple of the alignment " +
                         std::to_string(header_.alignment));
      }
      const auto start = checked_add(entry.offset, header_.data_start);
      const auto end = start ? checked_add(*start, entry.bytes) : start;
      if (!end || !checked_add(*end, header_.alignment))
        return fault(GgufOverflow, entry,
                     ": its place does not fit in 64 bits (offset " + std::to_string(entry.offset) + ")");
    }
    return Ok{};
  }

  void sort_by_place() {
    order_.resize(entries_.size());
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    const auto key = [&](std::size_t i) {
      return std::tuple(entries_[i].offset, !has_known_size(entries_[i]), entries_[i].bytes);
    };
    if (!std::is_sorted(order_.begin(), order_.end(),
                        [&](std::size_t a, std::size_t b) { return key(a) < key(b); }))
      std::sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
  }

  // Tensors of unknown types reach to the next one, or to the end of the file.
  void measure_unknown() {
    for (std::size_t i = 0; i < order_.size(); ++i) {
      TensorEntry& entry = entries_[order_[i]];
      if (has_known_size(entry)) continue;
      const std::uint64_t next = i + 1 < order_.size() ? entries_[order_[i + 1]].offset : have_;
      entry.bytes = next - std::min(next, entry.offset);
    }
  }

  // The entries before it end where the one right before does, for none overlapped so far.
  Status check_overlap(std::size_t place) const {
    const TensorEntry& entry = entries_[order_[place]];
    if (place == 0) return Ok{};
    const TensorEntry& before = entries_[order_[place - 1]];
    if (entry.offset >= before.offset + before.bytes) return Ok{};
    return fault(GgufOverlap, entry,
                 " overlaps " + quoted(before) + " (bytes " + extent(entry) + " and " + extent(before) +
                     " of the data)");
  }

  Status check_order() {
    for (std::size_t i = 1; i < entries_.size(); ++i) {
      if (entries_[i].offset >= entries_[i - 1].offset) continue;
      const Error error = fault(GgufOrder, entries_[i],
                                " lies before " + quoted(entries_[i - 1]) + ", which is listed before it");
      if (!lenient_) return error;
      header_.warnings.add(error.message);
      return Ok{};
    }
    return Ok{};
  }

  // `end` is that of the tensors so far.
  Status check_hole(const TensorEntry& entry, std::uint64_t& end) {
    if (entry.offset > aligned(end)) {
      const Error hole = fault(GgufHole, entry,
                               " leaves a hole before it (starts at byte " + std::to_string(entry.offset) +
                                   " of the data, expected " + std::to_string(aligned(end)) + ")");
      if (!lenient_) return hole;
      header_.warnings.add(hole.message + "; it is skipped");
    }
    end = entry.offset + entry.bytes;
    return Ok{};
  }

  Status incomplete(std::uint64_t end) {
    const std::string counts =
        "incomplete: have " + std::to_string(have_) + " of " + std::to_string(end) + " bytes of data";
    if (!lenient_) return file_error(GgufIncomplete, counts, checked_add(have_, header_.data_start));
    std::size_t cut = 0;
    for (TensorEntry& entry : entries_) {
      if (entry.offset + entry.bytes <= have_) continue;
      const std::uint64_t there = have_ - std::min(have_, entry.offset);
      entry.error = file_error(GgufCut, "cut off: have " + std::to_string(there) + " of its " +
                                            std::to_string(entry.bytes) + " bytes");
      ++cut;
    }
    header_.warnings.add(counts + "; " + std::to_string(cut) + " of " + std::to_string(entries_.size()) +
                         " tensors cannot be loaded");
    return Ok{};
  }

  GgufHeader& header_;
  std::vector<TensorEntry>& entries_;
  const std::uint64_t file_bytes_, have_;  // of the file; of data in it
  const bool lenient_;
  std::vector<std::size_t> order_;  // entries by their place in the data
};

}  // namespace

Status place_gguf_tensors(GgufHeader& header, std::uint64_t file_bytes, bool lenient) {
  return Placement(header, file_bytes, lenient).run();
}

}  // namespace bitloupe
