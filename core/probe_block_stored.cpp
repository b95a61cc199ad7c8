// Blocks of ggml's types, read by their anatomy.
#include <algorithm>

#include "core/probe_block.h"
#include "core/probe_block_words.h"

namespace bitloupe {
namespace {

void add_numbers(BlockView& view, const BlockType& type, const std::byte* block, const BlockNumber& number) {
  const std::vector<std::int32_t> stored = block_numbers(type, block, number.part);
  for (std::size_t i = 0; i < stored.size(); ++i) {
    BlockEntry entry;
    entry.part = number.part;
    entry.index = static_cast<std::uint16_t>(i);
    entry.name =
        std::string(block_part_name(number.part)) + (stored.size() > 1 ? " " + std::to_string(i) : "");
    entry.letter = number.letter;
    entry.format = block_number_format(type, number.part);
    entry.bits = block_number_bits(type, number.part);
    entry.stored = stored[i];
    entry.value = static_cast<double>(block_number_value(type, number.part, stored[i]));
    view.numbers.push_back(std::move(entry));
  }
}

void add_elements(BlockView& view, const BlockType& type, const std::byte* block, std::uint64_t first) {
  std::vector<std::uint8_t> codes(type.values);
  std::vector<float> values(type.values);
  block_codes(type, block, codes.data());
  type.decode(block, values.data());
  const std::vector<float> levels = block_levels(type);
  const bool is_signed = find_block_number(type, BlockPart::Code)->kind == BlockNumberKind::Signed;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const std::int32_t code = codes[i];
    const std::int32_t half = std::int32_t{1} << (view.code_bits - 1);
    view.elements.push_back({first + i, codes[i], is_signed && code >= half ? code - 2 * half : code,
                             static_cast<double>(levels[codes[i]]), values[i],
                             static_cast<std::uint16_t>(i / type.anatomy->group_values)});
  }
}

}  // namespace

BlockView view_of_block(const BlockType& type, const std::byte* block, std::uint64_t first) {
  BlockView view;
  view.name = type.name;
  view.bytes.assign(block, block + type.bytes);
  view.bits = block_bits(type);
  view.group_values = type.anatomy->group_values;
  view.code_bits = block_number_bits(type, BlockPart::Code);
  view.element = type.anatomy->element;
  view.formula = "x^" + std::string(type.anatomy->formula.substr(1));
  view.from_ggml = true;
  for (const BlockNumber& number : type.anatomy->numbers)
    if (number.part != BlockPart::Code) add_numbers(view, type, block, number);
  add_elements(view, type, block, first);
  view.order = code_order(view.bits, view.elements.size(), view.code_bits);
  return view;
}

}  // namespace bitloupe
