// Tensor: a named, shaped array of float32 working values and the dtype it was stored in. Its values lie in
// memory (resident) or, where they would fill too much of it, are read in parts. It does not know where it
// came from.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/tensor/value_stream.h"

namespace bitloupe {

struct BlockType;  // block/block_type.h

// Numeric element types of the files that we read. One row each in dtypes().
enum class DType {
  Bool,
  U8,
  I8,
  U16,
  I16,
  U32,
  I32,
  U64,
  I64,
  F64,
  F32,
  F16,
  BF16,
  F8_E4M3,
  F8_E5M2,
  F8_E8M0,
  F8_E4M3FNUZ,
  F8_E5M2FNUZ,
  F6_E2M3,
  F6_E3M2,
  F4,
};

struct DTypeInfo {
  DType dtype;
  std::string_view name;  // safetensors' spelling: "F32", "F8_E4M3"
  int bits;               // bits per stored element
};

std::span<const DTypeInfo> dtypes();
const DTypeInfo& info(DType dtype);
const DTypeInfo* find_dtype(std::string_view name);  // null if unknown

// Lengths of the axes, row-major (the last axis is contiguous); empty for a scalar.
using Shape = std::vector<std::uint64_t>;

// Product of the axes (1 for a scalar, 0 if any is 0). The shape must have been checked against overflow.
std::uint64_t element_count(const Shape& shape);
// The same for a shape that was not checked: nothing where 64 bits cannot hold it.
std::optional<std::uint64_t> checked_element_count(const Shape& shape);
std::string to_text(const Shape& shape);  // "[128, 129, 3]"

// Aligned array of floats that several snapshots share. Never written after it was published.
using Values = std::vector<float>;

struct Tensor {
  std::string name;
  DType dtype = DType::F32;
  Shape shape;
  std::shared_ptr<const Values> values;    // element_count(shape) working values, row-major; null if streamed
  std::uint64_t rounded_to_f32 = 0;        // stored values that float32 could not hold exactly; see prepare()
  std::vector<std::string> warnings = {};  // what was accepted but is odd; one sentence each
  std::shared_ptr<const ValueStream> stream = {};  // where the values come from instead; null if resident
  const BlockType* block = nullptr;  // what it was stored in where that was no dtype: `dtype` is F32 then
  std::shared_ptr<const std::vector<std::byte>> block_bytes = {};  // its blocks as stored; null if streamed

  // What it was stored as, and the bits of one value then: "F16", 16; "Q4_K", 4.5.
  std::string_view stored_name() const;
  double stored_bits() const;

  bool resident() const { return stream == nullptr; }
  std::uint64_t count() const { return values ? values->size() : stream ? element_count(shape) : 0; }
  // All values of a resident tensor.
  std::span<const float> span() const {
    assert(resident());
    return values ? std::span<const float>(*values) : std::span<const float>();
  }
  // Values begin ... begin + count - 1 of any tensor: a part of `values`, or read into `buffer`, which is
  // made long enough. Good until the next use of the buffer.
  std::span<const float> view(std::uint64_t begin, std::uint64_t count, std::vector<float>& buffer) const;
  // Values begin, begin + stride, ... (out.size() of them) of any tensor.
  void gather(std::uint64_t begin, std::uint64_t stride, std::span<float> out) const;
  float value(std::uint64_t index) const;
  // What failed while values were read; what was computed from them then means nothing.
  std::optional<Error> error() const { return stream ? stream->error() : std::nullopt; }
};

}  // namespace bitloupe
