// IQ4_NL, 32 values in 18 bytes:
//   0  d, float16
//   2  16 bytes: byte j holds the code of value j in its low and that of value j + 16 in its high four bits
// value = d level(code), of 16 levels that are closer to each other around zero
#include <span>

#include "core/block/block_anatomies.h"
#include "core/block/block_bytes.h"
#include "core/block/block_decoders.h"
#include "core/block/block_encoders.h"
#include "core/block/encode_numbers.h"
#include "core/format/level_tables.h"

namespace bitloupe {

namespace {

// A search by halves would wait for every comparison's outcome.
std::uint8_t nearest_level(std::span<const float> levels, float x) {
  std::size_t above = 0;
  for (const float level : levels) above += level <= x;
  if (above == 0) return 0;
  if (above == levels.size()) return static_cast<std::uint8_t>(above - 1);
  return static_cast<std::uint8_t>(above - (x - levels[above - 1] < levels[above] - x));
}

}  // namespace

void decode_iq4_nl(const std::byte* block, float* values) {
  const float d = half_at(block, 0);
  const std::span<const float> levels = iq4_nl_levels();
  for (std::size_t i = 0; i < 32; ++i) values[i] = d * levels[nibble_at(block + 2, i % 16, i / 16)];
}

// The value furthest from zero gets the code 0, the others the nearest level (ties: the higher); then d is
// the scale that fits these codes best, weighted by the values' squares, and the codes stay. Of zeros ggml's
// reference leaves the codes as they lie in memory; here they are those of its search, all 8, the level
// nearest to zero.
void encode_iq4_nl(const float* values, std::byte* block) {
  const std::span<const float> levels = iq4_nl_levels();
  const float furthest = furthest_from_zero({values, 32});
  if (std::fabs(furthest) < kAllZero) {
    std::fill_n(block, 2, std::byte{0});
    std::fill_n(block + 2, 16, std::byte{0x88});
    return;
  }
  const float inverse = 1 / (furthest / levels[0]);
  std::array<std::uint8_t, 32> codes;
  float xl = 0, ll = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    codes[i] = nearest_level(levels, inverse * values[i]);
    const float level = levels[codes[i]], weight = values[i] * values[i];
    xl += weight * level * values[i];
    ll += weight * level * level;
  }
  put_half(block, 0, ll > 0 ? xl / ll : 0.0f);
  put_nibbles(block + 2, codes.data(), 16);
}

namespace {

using enum BlockPart;
using enum BlockNumberKind;

constexpr BlockNumber kNumbers[] = {{BlockScale, F16, "d"}, {Code, Unsigned, "q"}};

constexpr BitRun kLayout[] = {
    {.part = BlockScale, .byte = 0, .bits = 16},
    {.part = Code, .byte = 2, .bits = 4, .count = 16, .layers = 2},
};

}  // namespace

constinit const BlockAnatomy kAnatomyIQ4_NL = {
    .element = "iq4_nl",
    .formula = "x = d level(q)",
    .levels = iq4_nl_levels,
    .numbers = kNumbers,
    .layout = kLayout,
};

}  // namespace bitloupe
