// Stored bits of a quantized tensor, and the sum that makes them up.

#include "core/block/block_anatomy.h"
#include "core/quant/nested_scales.h"
#include "core/quant/recipes.h"
#include "core/stats/error_report.h"

namespace bitloupe {
namespace {

int scale_bits(const QuantSpec& spec) {
  switch (spec.scale_type) {
    case ScaleType::E8M0:
      return spec.scale_exponent_bits;
    case ScaleType::E4M3:
    case ScaleType::Nested:
      return 8;
    case ScaleType::F16:
    case ScaleType::BF16:
      return 16;
    case ScaleType::F32:
    case ScaleType::Pow2:  // kept as a float32
      return 32;
  }
  return 32;
}

bool equal_groups(const GroupLayout& layout) {
  return layout.axis_step == 0 || (layout.axis % layout.size == 0 && layout.inner % layout.inner_size == 0);
}

// What is stored above the groups' own scales: one of the tensor, or those of nested scales and their mean.
void add_upper_scales(const QuantSpec& spec, const GroupLayout& layout, std::uint64_t& total,
                      std::string& sum) {
  const std::uint64_t count = layout.elements();
  if (spec.scale_type == ScaleType::Nested) {
    const std::uint64_t upper = (layout.count + kNestedGroup - 1) / kNestedGroup;
    total += 32 * upper;
    const bool equal = equal_groups(layout) && layout.count % kNestedGroup == 0;
    sum += equal ? " + 32/" + std::to_string(count / upper)
                 : " + 32·" + std::to_string(upper) + "/" + std::to_string(count);
  }
  if (spec.scale_type == ScaleType::Nested || spec.tensor_scale) {
    total += 32;
    sum += " + 32/" + std::to_string(count);
  }
}

}  // namespace

Storage storage_of(const QuantSpec& spec, const GroupLayout& layout, double stored_bits) {
  const std::uint64_t code_bits = static_cast<std::uint64_t>(spec.format.bits);
  const std::uint64_t count = layout.elements();
  Storage storage;
  storage.sum = std::to_string(code_bits);
  if (const BlockType* type = block_type_of(spec)) {
    storage.sum = block_sum(*type);
    storage.bytes = count / type->values * type->bytes;
    storage.bits_per_value = type->bits_per_value();
    storage.ratio = stored_bits / storage.bits_per_value;
    return storage;
  }
  std::uint64_t total = code_bits * count;
  if (spec.format.fit != Fit::None && !fits_groups(spec) && count > 0) {  // its one magnitude, a float32
    total += 32;
    storage.sum += " + 32/" + std::to_string(count);
  }
  if ((spec.scheme != Scheme::Direct || fits_groups(spec)) && count > 0) {
    const std::uint64_t scale = static_cast<std::uint64_t>(scale_bits(spec));
    const bool zero_points = spec.scheme == Scheme::Affine;
    const std::uint64_t per_group = scale + (zero_points ? code_bits : 0);
    total += per_group * layout.count;
    storage.sum +=
        " + " + (zero_points ? "(" + std::to_string(scale) + " + " + std::to_string(code_bits) + ")"
                             : std::to_string(scale));
    storage.sum += equal_groups(layout) ? "/" + std::to_string(count / layout.count)
                                        : "·" + std::to_string(layout.count) + "/" + std::to_string(count);
    add_upper_scales(spec, layout, total, storage.sum);
  }
  storage.bytes = total / 8 + (total % 8 != 0);
  storage.bits_per_value =
      count == 0 ? static_cast<double>(code_bits) : static_cast<double>(total) / static_cast<double>(count);
  storage.ratio = stored_bits / storage.bits_per_value;
  return storage;
}

}  // namespace bitloupe
