// BlockType: how a run of neighbouring values is stored together with its scales. One row for every type of
// tensor that ggml numbers, what cannot be decoded included, so that its extent in a file is known. It does
// not know files. Layouts: ggml's ggml-common.h; each stands at the top of its decoder's file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace bitloupe {

enum class BlockStatus {
  Plain,       // no block: one number, of the dtype of that name (tensor.h)
  Decoded,     // `decode` gives its values
  NotDecoded,  // only its size is known
  Removed,     // taken out of ggml; its size is not given, for other programs have used its number again
};

// What a scale is stored as.
enum class BlockScaleKind {
  None,
  F16,
  F32,
  E8M0,   // a power of two; 255 stands for NaN
  UE4M3,  // E4M3 without its sign; 127 stands for NaN
};

// The scales that are floating-point numbers of their own: `count` of them behind each other from byte
// `offset` of the block on. Those that are integers in units of these are the decoder's business.
struct BlockScales {
  BlockScaleKind kind = BlockScaleKind::None;
  std::uint16_t offset = 0, count = 0;
};

struct BlockAnatomy;  // block_anatomy.h

struct BlockType {
  std::string_view name;  // ggml's: "Q4_0"
  std::uint32_t ggml_id;  // as GGUF stores it
  std::uint16_t values;   // in a block
  std::uint16_t bytes;    // of a block
  BlockStatus status;
  // `values` numbers from `bytes` bytes, of any alignment, by ggml's arithmetic in float32. Null unless
  // Decoded.
  void (*decode)(const std::byte* block, float* values) = nullptr;
  // `bytes` bytes from `values` numbers, the same as ggml's reference makes of finite ones without importance
  // weights; NaN counts as 0, an infinity as the largest finite float32. What is too large for a scale's own
  // format makes that infinite, as in ggml. Null where there is no encoder.
  void (*encode)(const float* values, std::byte* block) = nullptr;
  BlockScales scales = {};
  const BlockAnatomy* anatomy = nullptr;  // null unless Decoded

  // Of a type whose size is known.
  double bits_per_value() const { return 8.0 * bytes / values; }
};

std::span<const BlockType> block_types();                 // ascending by ggml_id
const BlockType* find_block_type(std::uint32_t ggml_id);  // null if unknown
const BlockType* find_block_type(std::string_view name);  // null if unknown

// How many of a block's scales are NaN or infinite, and how many are subnormal: float16 has few digits there.
struct OddScales {
  std::uint64_t not_finite = 0, subnormal = 0;
};
OddScales odd_scales(const BlockType& type, const std::byte* block);

}  // namespace bitloupe
