#include "core/block/block_anatomy.h"

#include <algorithm>
#include <array>
#include <bit>

#include "core/block/block_bytes.h"
#include "core/block/fp4_codes.h"

namespace bitloupe {

namespace {

using enum BlockPart;
using enum BlockNumberKind;

constexpr std::size_t kMostGroups = 16;  // of all types; no part but the codes has more numbers

// The lowest bit of a layer's number i, counted from the block's first.
std::size_t place(const BitRun& run, std::size_t layer, std::size_t i) {
  return 8u * run.byte + run.bit + layer * run.bits + i * run.step;
}

std::uint32_t bits_at(const std::byte* block, std::size_t at, unsigned bits) {
  std::uint32_t found = 0;
  for (unsigned have = 0; have < bits;) {
    const unsigned shift = (at + have) % 8, more = std::min(8 - shift, bits - have);
    const unsigned mask = (1u << more) - 1;
    found |= (byte_at(block, (at + have) / 8) >> shift & mask) << have;
    have += more;
  }
  return found;
}

// Sets the numbers of one part, which are 0 before.
template <class Number>
void gather(const BlockAnatomy& anatomy, const std::byte* block, BlockPart part, Number* numbers) {
  for (const BitRun& run : anatomy.layout) {
    if (run.part != part) continue;
    Number* number = numbers + run.first;
    for (std::size_t layer = 0; layer < run.layers; ++layer, number += run.count) {
      const std::size_t at = place(run, layer, 0), shift = at % 8;
      if (run.step == 8 && shift + run.bits <= 8) {  // one field a byte: of codes nearly all
        const unsigned mask = (1u << run.bits) - 1;
        for (std::size_t i = 0; i < run.count; ++i)
          number[i] |= static_cast<Number>((byte_at(block, at / 8 + i) >> shift & mask) << run.low);
      } else {
        for (std::size_t i = 0; i < run.count; ++i)
          number[i] |= static_cast<Number>(bits_at(block, place(run, layer, i), run.bits) << run.low);
      }
    }
  }
}

std::int32_t as_stored(BlockNumberKind kind, int bits, std::uint32_t number) {
  if (kind == Signed && (number >> (bits - 1) & 1u) != 0) number |= ~std::uint32_t{0} << (bits - 1);
  return static_cast<std::int32_t>(number);
}

float value_of(BlockNumberKind kind, std::int32_t stored) {
  const auto bits = static_cast<std::uint32_t>(stored);
  switch (kind) {
    case Unsigned:
    case Signed:
      return real(stored);
    case F16:
      return half_value(static_cast<std::uint16_t>(bits));
    case F32:
      return std::bit_cast<float>(bits);
    case E8M0:
      return 2 * half_of_e8m0(bits);
    case UE4M3:
      return 2 * half_of_ue4m3(bits);
  }
  return 0;
}

// The numbers of one part that are shared by values, as stored and as floats; 1 if the type has none.
struct Shared {
  bool present = false;
  std::array<std::int32_t, kMostGroups> stored{};
  std::array<float, kMostGroups> values{};
};

Shared shared_numbers(const BlockType& type, const std::byte* block, BlockPart part, std::int32_t zero = 0) {
  Shared shared;
  const BlockNumber* number = find_block_number(type, part);
  if (!number) {
    shared.values.fill(1);
    return shared;
  }
  shared.present = true;
  std::array<std::uint32_t, kMostGroups> numbers{};
  gather(*type.anatomy, block, part, numbers.data());
  const int bits = block_number_bits(type, part);
  for (std::size_t i = 0; i < block_number_count(type, part); ++i) {
    shared.stored[i] = as_stored(number->kind, bits, numbers[i]);
    shared.values[i] = zero != 0 ? real(shared.stored[i] - zero) : value_of(number->kind, shared.stored[i]);
  }
  return shared;
}

}  // namespace

std::string_view block_part_name(BlockPart part) {
  switch (part) {
    case BlockScale:
      return "block scale";
    case BlockMinimum:
      return "block minimum";
    case GroupScale:
      return "group scale";
    case GroupMinimum:
      return "group minimum";
    case Sum:
      return "sum";
    case Code:
      return "code";
    case Unused:
      break;
  }
  return "unused";
}

const BlockNumber* find_block_number(const BlockType& type, BlockPart part) {
  const std::span<const BlockNumber> numbers = type.anatomy->numbers;
  const auto found =
      std::find_if(numbers.begin(), numbers.end(), [&](const BlockNumber& n) { return n.part == part; });
  return found == numbers.end() ? nullptr : &*found;
}

std::size_t block_number_count(const BlockType& type, BlockPart part) {
  std::size_t count = 0;
  for (const BitRun& run : type.anatomy->layout)
    if (run.part == part) count = std::max(count, run.first + std::size_t{run.count} * run.layers);
  return count;
}

int block_number_bits(const BlockType& type, BlockPart part) {
  int bits = 0;
  for (const BitRun& run : type.anatomy->layout)
    if (run.part == part) bits = std::max(bits, run.low + run.bits);
  return bits;
}

std::string block_number_format(const BlockType& type, BlockPart part) {
  if (part == Code) return std::string(type.anatomy->element);
  const BlockNumber* number = find_block_number(type, part);
  if (!number) return {};
  switch (number->kind) {
    case Unsigned:
      return "uint" + std::to_string(block_number_bits(type, part));
    case Signed:
      return "int" + std::to_string(block_number_bits(type, part));
    case F16:
      return "fp16";
    case F32:
      return "fp32";
    case E8M0:
      return "e8m0";
    case UE4M3:
      return "ue4m3";
  }
  return {};
}

std::vector<std::int32_t> block_numbers(const BlockType& type, const std::byte* block, BlockPart part) {
  const BlockNumber* number = find_block_number(type, part);
  if (!number) return {};
  std::vector<std::uint32_t> found(block_number_count(type, part));
  gather(*type.anatomy, block, part, found.data());
  const int bits = block_number_bits(type, part);
  std::vector<std::int32_t> stored;
  for (const std::uint32_t one : found) stored.push_back(as_stored(number->kind, bits, one));
  return stored;
}

float block_number_value(const BlockType& type, BlockPart part, std::int32_t stored) {
  return value_of(find_block_number(type, part)->kind, stored);
}

std::vector<float> block_levels(const BlockType& type) {
  const BlockAnatomy& anatomy = *type.anatomy;
  if (anatomy.levels) return {anatomy.levels().begin(), anatomy.levels().end()};
  const BlockNumberKind kind = find_block_number(type, Code)->kind;
  const int bits = block_number_bits(type, Code);
  std::vector<float> levels;
  for (std::uint32_t code = 0; code < 1u << bits; ++code)
    levels.push_back(real(as_stored(kind, bits, code) - anatomy.zero));
  return levels;
}

void block_codes(const BlockType& type, const std::byte* block, std::uint8_t* codes) {
  std::fill_n(codes, type.values, std::uint8_t{0});
  gather(*type.anatomy, block, Code, codes);
}

std::size_t block_group_count(const BlockType& type) { return type.values / type.anatomy->group_values; }

void block_groups(const BlockType& type, const std::byte* block, BlockGroup* groups) {
  const BlockAnatomy& anatomy = *type.anatomy;
  const Shared d = shared_numbers(type, block, BlockScale);
  const Shared s = shared_numbers(type, block, GroupScale, anatomy.scale_zero);
  const Shared dmin = shared_numbers(type, block, BlockMinimum);
  const Shared m = shared_numbers(type, block, GroupMinimum);
  for (std::size_t g = 0; g < block_group_count(type); ++g) {
    BlockGroup& group = groups[g];
    group = {};
    group.scale = d.values[0] * s.values[g];
    group.scale_code = s.present ? s.stored[g] : d.stored[0];
    if (!dmin.present) continue;
    group.minimum = dmin.values[0] * m.values[g];
    if (anatomy.adds_minimum) group.minimum = -group.minimum;
    group.minimum_code = m.present ? m.stored[g] : dmin.stored[0];
  }
}

std::string block_sum(const BlockType& type) {
  const auto bits_of = [&](BlockPart a, BlockPart b, unsigned values) {
    std::string bits;
    for (const BlockPart part : {a, b})
      if (find_block_number(type, part) != nullptr)
        bits += (bits.empty() ? "" : " + ") + std::to_string(block_number_bits(type, part));
    if (bits.empty()) return bits;
    return " + " + (bits.find(' ') == bits.npos ? bits : "(" + bits + ")") + "/" + std::to_string(values);
  };
  return std::to_string(block_number_bits(type, Code)) +
         bits_of(GroupScale, GroupMinimum, type.anatomy->group_values) +
         bits_of(BlockScale, BlockMinimum, type.values);
}

std::vector<BitUse> block_bits(const BlockType& type) {
  std::vector<BitUse> uses(8u * type.bytes);
  for (const BitRun& run : type.anatomy->layout)
    for (unsigned layer = 0; layer < run.layers; ++layer)
      for (unsigned i = 0; i < run.count; ++i)
        for (unsigned bit = 0; bit < run.bits; ++bit)
          uses[place(run, layer, i) + bit] = {run.part,
                                              static_cast<std::uint16_t>(run.first + layer * run.count + i),
                                              static_cast<std::uint8_t>(run.low + bit)};
  return uses;
}

}  // namespace bitloupe
