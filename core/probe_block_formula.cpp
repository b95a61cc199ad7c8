#include "core/probe_block_formula.h"

#include <cmath>
#include <string>

#include "core/block/block_anatomy.h"
#include "core/probe_words.h"

namespace bitloupe {
namespace {

bool of_group(BlockPart part) { return part == BlockPart::GroupScale || part == BlockPart::GroupMinimum; }

// "d = fp16 of the block": the letter's number, as stored and as what it stands for.
FormulaLine number_line(const BlockType& type, const BlockNumber& part, const std::byte* block,
                        std::size_t group) {
  const std::vector<std::int32_t> all = block_numbers(type, block, part.part);
  const std::size_t which = all.size() > 1 ? group : 0;
  const float value = block_number_value(type, part.part, all[which]);
  return {std::string(part.letter) + ": " + block_number_format(type, part.part) +
              (of_group(part.part) ? " of group " + std::to_string(group) : " of the block"),
          "= " + number(value)};
}

}  // namespace

std::vector<FormulaLine> block_formula_lines(const Snapshot& snapshot, const Explanation& e) {
  const BlockStore& store = *snapshot.blocks;
  const BlockType& type = *store.type;
  const std::uint64_t block = e.index / type.values, within = e.index % type.values;
  const std::byte* bytes = store.bytes->data() + block * type.bytes;
  const std::size_t group = within / type.anatomy->group_values;
  std::vector<FormulaLine> lines = {
      {std::string(type.name) + (store.from_file ? ": the file's block " : ": block ") +
           std::to_string(block),
       "value " + std::to_string(within) + " of " + std::to_string(type.values)}};
  for (const BlockNumber& part : type.anatomy->numbers)
    if (part.part != BlockPart::Code && part.part != BlockPart::Sum)
      lines.push_back(number_line(type, part, bytes, group));
  const float level = store.levels[e.quantized.code];
  lines.push_back(
      {"q: " + block_number_format(type, BlockPart::Code), "= 0x" + e.code_hex + ", level " + number(level)});
  std::string numbers = "= " + number(e.scale.scale) + " · " + number(level);
  if (e.scale.minimum != 0)
    numbers += (e.scale.minimum < 0 ? " + " : " - ") + number(std::fabs(e.scale.minimum));
  lines.push_back({"x^" + std::string(type.anatomy->formula.substr(1)),
                   numbers + " = " + number(e.quantized.dequantized)});
  return lines;
}

}  // namespace bitloupe
