// The stored block that holds an element, bit by bit: what the block microscope shows. A block of ggml's
// types is what a file holds; any other spec's block is one scale group, laid out scale first, then codes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/block/block_anatomy.h"
#include "core/experiment.h"

namespace bitloupe {

inline constexpr std::uint64_t kMostBlockValues = 256;  // of a scale group that is shown as a block

// A number of the block that is no code.
struct BlockEntry {
  BlockPart part = BlockPart::BlockScale;
  std::uint16_t index = 0;   // among those of its part
  std::string name, letter;  // "group scale 3", "s"
  std::string format;        // "fp16", "uint6"
  int bits = 0;              // 0: it is stored outside of the block
  std::int64_t stored = 0;   // as an integer; the bits of floats
  double value = 0;          // what it stands for
};

struct BlockElement {
  std::uint64_t index = 0;  // in the tensor
  Code code = 0;            // its bits as stored
  std::int32_t q = 0;       // what they stand for: the integer of integer formats, else the code itself
  double level = 0;         // what the formula makes of the code alone: E2M1(q), level(q), q - z
  float dequantized = 0;
  std::uint16_t group = 0;  // inside the block
};

struct BlockView {
  std::string name;                     // "Q4_K", a recipe's label, or the format: "e2m1"
  std::uint64_t block = 0, blocks = 1;  // which of how many
  std::vector<std::byte> bytes;
  std::vector<BitUse> bits;            // 8 * bytes, byte 0 bit 0 first
  std::vector<BlockEntry> numbers;     // in the order of their places, what is outside of the block last
  std::vector<BlockElement> elements;  // in the order of the codes' numbers
  std::size_t current = 0;             // of the elements: the one asked for
  std::uint16_t group_values = 0;      // neighbours that share a scale
  int code_bits = 0;
  std::string element;     // format of a code: "uint4"
  std::string formula;     // "x^ = d s q - dmin m"
  std::string order;       // where codes lie: "low nibble: value j, high nibble: value j + 16"
  bool from_ggml = false;  // the layout is ggml's own; else that of this program
  bool from_file = false;  // the bytes are those of the file that was opened
};

// Nothing under tensor granularity and a direct cast, and for groups of more than kMostBlockValues values.
// `index` < count; the snapshot must have scales.
std::optional<BlockView> block_view(const Snapshot& snapshot, std::uint64_t index);

// The formula with an element's numbers: "= 0.01 · (12 - 32) · (5 - 4) = -0.2".
std::string numbers_of(const BlockView& view, std::size_t element);

// The numbers of a block that an element's value depends on.
bool shares(const BlockView& view, const BlockEntry& number, const BlockElement& element);

// A block of a type that is Decoded; its first value is element `first` of the tensor.
BlockView view_of_block(const BlockType& type, const std::byte* block, std::uint64_t first);

// What is stored and what it stands for: "0x3c00 = 1", "126 = 2^-1", "12".
std::string stored_text(const BlockEntry& number);

// "0x3c00", as many digits as the bits need.
std::string hex_text(std::uint64_t number, int bits);

// Two digits a byte with spaces between.
std::string hex_of(const BlockView& view);

}  // namespace bitloupe
