// What a block is made of: which of its bits are which number, and how its numbers make its values. Each
// type's anatomy is data, in the type's file; what is read of a block by it stands here. It does not know
// number formats: it names them as format/presets.h does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/block/block_type.h"

namespace bitloupe {

enum class BlockPart : std::uint8_t {
  BlockScale,    // one a block
  BlockMinimum,  // one a block
  GroupScale,    // one a group
  GroupMinimum,  // one a group
  Sum,           // of codes; no value depends on it
  Code,          // one a value
  Unused,
};
std::string_view block_part_name(BlockPart part);  // "block scale"

// How the stored bits of a number are read. UE4M3 lies in eight bits, of which the highest says nothing.
enum class BlockNumberKind : std::uint8_t { Unsigned, Signed, F16, F32, E8M0, UE4M3 };

// One kind of numbers of a block, in the formula by this letter.
struct BlockNumber {
  BlockPart part;
  BlockNumberKind kind;
  std::string_view letter;
};

// Where bits of `layers` times `count` numbers of one part lie. Number first + i, i < count, has its bits
// `low` to low + bits - 1 at bit `bit` + i * step of byte `byte` on (bit 8 is bit 0 of the next byte). The
// next layer follows on the numbers and lies right above: `bits` bits higher. So
//   {.part = Code, .byte = 2, .bits = 4, .count = 16, .layers = 2}
// says: from byte 2 on, byte j holds the codes of values j (low half) and j + 16 (high half).
struct BitRun {
  BlockPart part;
  std::uint16_t byte = 0;
  std::uint8_t bit = 0;
  std::uint8_t low = 0, bits = 8;
  std::uint16_t first = 0, count = 1;
  std::uint8_t step = 8;
  std::uint8_t layers = 1;
};

// value = scale * level - minimum in float32, each operation rounded. The level is code - zero, or that of
// the code in a table. Of a group,
//   scale = d * (s - scale_zero): block scale times group scale, or the one that the type has,
//   minimum = dmin * m likewise, with its sign turned where the type adds it; 0 where it has none.
struct BlockAnatomy {
  std::string_view element;  // the format of a code: "uint4", "int8", "e2m1"
  std::string_view formula;  // in the letters of `numbers`: "x = d s q - dmin m"
  std::int32_t zero = 0;
  std::int32_t scale_zero = 0;
  bool adds_minimum = false;
  std::uint16_t group_values = 32;  // neighbours that share scale and minimum
  // Null for integers; else `element`'s in code order, but that the -0 of E2M1 is +0.
  std::span<const float> (*levels)() = nullptr;
  std::span<const BlockNumber> numbers;  // in the order of their places
  std::span<const BitRun> layout;
};

// Of all that follows, `type` is Decoded.

// The row of `numbers`; null if the type has no such numbers.
const BlockNumber* find_block_number(const BlockType& type, BlockPart part);
std::size_t block_number_count(const BlockType& type, BlockPart part);
int block_number_bits(const BlockType& type, BlockPart part);
// "fp16", "uint6", "e8m0" ...; of codes, `element`. Empty if the type has no such numbers.
std::string block_number_format(const BlockType& type, BlockPart part);
// All numbers of a part as stored: integers, or the bits of floats. Signed ones are negative where they
// stand for a negative integer.
std::vector<std::int32_t> block_numbers(const BlockType& type, const std::byte* block, BlockPart part);
// What such a stored number stands for: of an E8M0 2^(code - 127).
float block_number_value(const BlockType& type, BlockPart part, std::int32_t stored);

// The bits of a value as the sum that they are: "4 + (6 + 6)/32 + (16 + 16)/256".
std::string block_sum(const BlockType& type);

// Of each code, the level it stands for.
std::vector<float> block_levels(const BlockType& type);

// The code of each of the block's `values` values, in their order. Signed ones as two's complement.
void block_codes(const BlockType& type, const std::byte* block, std::uint8_t* codes);

// `scale` and `minimum` give the decoder's values bit for bit (NaN for NaN), with one exception: MXFP4's
// scale code 255 (for OCP, NaN), which ggml reads as 2^128. That is no float32, and the scale is infinite.
struct BlockGroup {
  float scale = 0, minimum = 0;
  // As stored: of the group where it has one of its own, else of the block; 0 where there is none.
  std::int32_t scale_code = 0, minimum_code = 0;
};
std::size_t block_group_count(const BlockType& type);
// One for each of the block's groups.
void block_groups(const BlockType& type, const std::byte* block, BlockGroup* groups);

// What a bit is part of.
struct BitUse {
  BlockPart part = BlockPart::Unused;
  std::uint16_t index = 0;  // of the number among those of its part: of the group, or of the value
  std::uint8_t bit = 0;     // of the number; 0 is the lowest
  bool operator==(const BitUse&) const = default;
};
// Of each of the block's 8 * bytes bits in the order of storage: byte 0 bit 0 (the lowest) first.
std::vector<BitUse> block_bits(const BlockType& type);

}  // namespace bitloupe
