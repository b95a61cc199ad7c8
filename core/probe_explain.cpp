#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "core/probe.h"
#include "core/probe_formula.h"

namespace bitloupe {
namespace {

std::vector<std::uint64_t> position_of(std::uint64_t index, const Shape& shape) {
  std::vector<std::uint64_t> position(shape.size());
  for (std::size_t axis = shape.size(); axis > 0; --axis) {
    position[axis - 1] = index % shape[axis - 1];
    index /= shape[axis - 1];
  }
  return position;
}

// Lower-case, ceil(bits / 4) digits.
std::string hex(Code code, int bits) {
  std::array<char, 8> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), code, 16);
  const std::string text(digits.data(), end.ptr);
  const std::size_t width = static_cast<std::size_t>((bits + 3) / 4);
  return std::string(width - std::min(width, text.size()), '0') + text;
}

}  // namespace

Explanation explain(const Snapshot& snapshot, std::uint64_t index) {
  const Quantizer& quantizer = *snapshot.quantizer;
  const ScaleSet& scales = *snapshot.scales;
  Explanation result;
  result.index = index;
  result.position = position_of(index, snapshot.tensor().shape);
  result.group = scales.layout.group_of(index);
  result.groups = scales.layout.count;
  result.group_values = group_size(scales.layout, result.group);
  result.scale = scales.groups[result.group];
  result.range = (*snapshot.ranges)[result.group];
  result.own_range = snapshot.extremes->groups[result.group];
  result.grid = grid_range(quantizer, result.scale);

  result.original = snapshot.tensor().value(index);
  result.quantized = quantize_value(quantizer, result.scale, result.original, index);
  const Code code = result.quantized.code;
  if (quantizer.integer) result.code_integer = code_integer(quantizer.format, code);
  result.code_hex = hex(code, quantizer.format.bits);
  result.error = static_cast<double>(result.original) - static_cast<double>(result.quantized.dequantized);
  result.lines = formula_lines(snapshot, result);
  return result;
}

}  // namespace bitloupe
