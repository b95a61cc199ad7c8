// Tensor: a named, shaped array of float32 working values and the dtype it was stored in. It does not know
// where it came from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bitloupe {

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
  std::shared_ptr<const Values> values;    // element_count(shape) working values, row-major
  std::uint64_t rounded_to_f32 = 0;        // stored values that float32 could not hold exactly
  std::vector<std::string> warnings = {};  // what was accepted but is odd; one sentence each

  std::uint64_t count() const { return values ? values->size() : 0; }
  std::span<const float> span() const {
    return values ? std::span<const float>(*values) : std::span<const float>();
  }
};

}  // namespace bitloupe
