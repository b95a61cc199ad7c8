#include "core/tensor/tensor.h"

#include <algorithm>
#include <array>

#include "core/block/block_type.h"
#include "core/checked.h"

namespace bitloupe {

namespace {
constexpr std::array kDTypes = {
    DTypeInfo{DType::Bool, "BOOL", 8},
    DTypeInfo{DType::U8, "U8", 8},
    DTypeInfo{DType::I8, "I8", 8},
    DTypeInfo{DType::U16, "U16", 16},
    DTypeInfo{DType::I16, "I16", 16},
    DTypeInfo{DType::U32, "U32", 32},
    DTypeInfo{DType::I32, "I32", 32},
    DTypeInfo{DType::U64, "U64", 64},
    DTypeInfo{DType::I64, "I64", 64},
    DTypeInfo{DType::F64, "F64", 64},
    DTypeInfo{DType::F32, "F32", 32},
    DTypeInfo{DType::F16, "F16", 16},
    DTypeInfo{DType::BF16, "BF16", 16},
    DTypeInfo{DType::F8_E4M3, "F8_E4M3", 8},
    DTypeInfo{DType::F8_E5M2, "F8_E5M2", 8},
    DTypeInfo{DType::F8_E8M0, "F8_E8M0", 8},
    DTypeInfo{DType::F8_E4M3FNUZ, "F8_E4M3FNUZ", 8},
    DTypeInfo{DType::F8_E5M2FNUZ, "F8_E5M2FNUZ", 8},
    DTypeInfo{DType::F6_E2M3, "F6_E2M3", 6},
    DTypeInfo{DType::F6_E3M2, "F6_E3M2", 6},
    DTypeInfo{DType::F4, "F4", 4},
};

// info() indexes the table with the enumerator.
constexpr bool rows_follow_the_enumerators() {
  for (std::size_t i = 0; i < kDTypes.size(); ++i) {
    if (static_cast<std::size_t>(kDTypes[i].dtype) != i) return false;
  }
  return true;
}
static_assert(rows_follow_the_enumerators());
}  // namespace

std::span<const DTypeInfo> dtypes() { return kDTypes; }

const DTypeInfo& info(DType dtype) { return kDTypes[static_cast<std::size_t>(dtype)]; }

const DTypeInfo* find_dtype(std::string_view name) {
  const auto found =
      std::find_if(kDTypes.begin(), kDTypes.end(), [&](const DTypeInfo& row) { return row.name == name; });
  return found == kDTypes.end() ? nullptr : &*found;
}

std::uint64_t element_count(const Shape& shape) {
  if (std::find(shape.begin(), shape.end(), 0u) != shape.end()) return 0;
  std::uint64_t count = 1;
  for (const std::uint64_t length : shape) count *= length;
  return count;
}

std::optional<std::uint64_t> checked_element_count(const Shape& shape) {
  if (std::find(shape.begin(), shape.end(), 0u) != shape.end()) return 0;
  std::optional<std::uint64_t> count = 1;
  for (const std::uint64_t length : shape) {
    if (count) count = checked_mul(*count, length);
  }
  return count;
}

std::string to_text(const Shape& shape) {
  std::string text = "[";
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (axis > 0) text += ", ";
    text += std::to_string(shape[axis]);
  }
  return text + "]";
}

std::string_view Tensor::stored_name() const { return block ? block->name : info(dtype).name; }

double Tensor::stored_bits() const { return block ? block->bits_per_value() : info(dtype).bits; }

std::span<const float> Tensor::view(std::uint64_t begin, std::uint64_t count,
                                    std::vector<float>& buffer) const {
  if (resident()) return span().subspan(begin, count);
  if (buffer.size() < count) buffer.resize(count);
  const std::span<float> part = std::span(buffer).first(count);
  stream->read(begin, part);
  return part;
}

void Tensor::gather(std::uint64_t begin, std::uint64_t stride, std::span<float> out) const {
  if (resident()) {
    const std::span<const float> from = span().subspan(begin);
    if (stride == 1) {
      std::copy_n(from.begin(), out.size(), out.begin());
    } else {
      for (std::size_t i = 0; i < out.size(); ++i) out[i] = from[i * stride];
    }
    return;
  }
  if (stride == 1) {
    stream->read(begin, out);
    return;
  }
  // One read costs about as much as these many values of a longer one.
  constexpr std::uint64_t kWorthSkipping = 512, kBuffer = 16384;
  if (stride > kWorthSkipping) {
    for (std::size_t i = 0; i < out.size(); ++i) stream->read(begin + i * stride, out.subspan(i, 1));
    return;
  }
  std::vector<float> between(kBuffer);
  const std::size_t at_a_time = static_cast<std::size_t>((kBuffer - 1) / stride + 1);
  for (std::size_t done = 0; done < out.size(); done += at_a_time) {
    const std::size_t size = std::min(at_a_time, out.size() - done);
    stream->read(begin + done * stride, std::span(between).first((size - 1) * stride + 1));
    for (std::size_t i = 0; i < size; ++i) out[done + i] = between[i * stride];
  }
}

float Tensor::value(std::uint64_t index) const {
  if (resident()) return (*values)[index];
  float x = 0;
  stream->read(index, std::span(&x, 1));
  return x;
}

}  // namespace bitloupe
