// Double quantization of scales as bitsandbytes has it (QLoRA, Dettmers et al. 2023, section 3): their mean
// is taken off, and what is left is stored in 8 bits of a dynamic tree, 256 neighbours under one float32
// scale.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace bitloupe {

inline constexpr std::size_t kNestedGroup = 256;  // scales under one float32

// The 256 levels of bitsandbytes' signed dynamic map with seven exponent bits, ascending from -0.993 to 1:
// the further from zero the finer, ten times for every exponent (Dettmers 2016, arXiv 1511.04561, section 2).
std::span<const float> dynamic_levels();

// The number of the level nearest to `x`; of two equally near ones the lower.
std::size_t nearest_dynamic_level(float x);

// Replaces scales by what is read back of them, at least the smallest normal float32; returns how many that
// floor held up.
std::uint64_t nest_scales(std::span<float> scales);

}  // namespace bitloupe
