// Tensor files: extents inside the file, values as many as the shape says, the same answer when the bytes
// come one by one, and the same values after a writer and a reader.
#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "core/io/npy.h"
#include "core/io/npy_writer.h"
#include "core/io/safetensors.h"
#include "core/io/stored_values.h"
#include "core/io/tensor_file.h"
#include "tests/fuzz/judge.h"
#include "tests/fuzz/target.h"

namespace bitloupe::fuzz {
namespace {

std::vector<std::byte> copy_of(Bytes input) { return {input.begin(), input.end()}; }

// Gives a read range in as many reads as it has bytes.
class ByteByByte final : public ByteSource {
 public:
  explicit ByteByByte(std::shared_ptr<const ByteSource> whole) : whole_(std::move(whole)) {}
  const std::string& name() const override { return whole_->name(); }
  std::uint64_t size() const override { return whole_->size(); }
  Status read(std::uint64_t offset, std::span<std::byte> into) const override {
    for (std::size_t i = 0; i < into.size(); ++i)
      if (Status status = whole_->read(offset + i, into.subspan(i, 1)); !status) return status;
    return Ok{};
  }

 private:
  std::shared_ptr<const ByteSource> whole_;
};

bool same(const TensorEntry& a, const TensorEntry& b) {
  return a.name == b.name && a.dtype == b.dtype && a.shape == b.shape && a.offset == b.offset &&
         a.bytes == b.bytes && a.error == b.error;
}

// The values written by us and read back have the same bits; NaN payloads may go.
std::string judge_copy(const Tensor& tensor) {
  const std::span<const float> values = tensor.span();
  const std::vector<std::byte> bytes = encode_npy({"<f4", tensor.shape, std::as_bytes(values)});
  const auto file = read_tensor_file(memory_source("copy", bytes));
  if (!file) return "what was written is refused: " + file.error().message;
  const auto again = load_tensor(*file, file->tensors.front(), {});
  if (!again) return "what was written does not load: " + again.error().message;
  if (again->shape != tensor.shape) return "the shape does not read back";
  if (values.empty()) return "";
  const bool equal = std::memcmp(again->span().data(), values.data(), values.size_bytes()) == 0;
  return equal ? "" : "the values do not read back";
}

}  // namespace

std::string judge_file(Bytes input) {
  const auto source = memory_source("fuzz", copy_of(input));
  const auto file = read_tensor_file(source);
  const auto slowly = read_tensor_file(std::make_shared<const ByteByByte>(source));
  if (file.ok() != slowly.ok()) return "another verdict byte by byte";
  if (!file) {
    if (std::string wrong = judge_file_message(file.error()); !wrong.empty()) return wrong;
    return file.error().message == slowly.error().message ? "" : "another message byte by byte";
  }
  if (!std::equal(file->tensors.begin(), file->tensors.end(), slowly->tensors.begin(), slowly->tensors.end(),
                  same))
    return "other tensors byte by byte";
  for (const TensorEntry& entry : file->tensors)
    if (std::string wrong = judge_entry(*file, entry); !wrong.empty()) return wrong;
  for (const TensorEntry& entry : file->tensors) {
    if (entry.error || entry.shape.size() > 8) continue;
    const auto tensor = load_tensor(*file, entry, {});
    if (std::string wrong = judge_copy(*tensor); !wrong.empty()) return wrong;
    break;
  }
  return "";
}

namespace {

std::uint64_t number_at(Bytes input, std::size_t at, std::size_t bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i) value |= std::to_integer<std::uint64_t>(input[at + i]) << (8 * i);
  return value;
}

Target::Framed framed(Bytes input, std::size_t length_at, std::size_t length_bytes) {
  const std::size_t text_at = length_at + length_bytes;
  if (input.size() < text_at) return {};
  const std::uint64_t length = number_at(input, length_at, length_bytes);
  return {length_at, length_bytes, text_at, std::min<std::uint64_t>(length, input.size() - text_at)};
}

}  // namespace

std::string check_safetensors(Bytes input) { return judge_file(input); }
std::string check_npy(Bytes input) { return judge_file(input); }

Target::Framed frame_safetensors(Bytes input) { return framed(input, 0, 8); }

Target::Framed frame_npy(Bytes input) {
  if (input.size() < 8) return {};
  return framed(input, 8, std::to_integer<int>(input[6]) < 2 ? 2 : 4);
}

}  // namespace bitloupe::fuzz
