#include "core/block/k_affine.h"

#include "core/block/encode_numbers.h"
#include "core/block/k_scales.h"

namespace bitloupe {

namespace {

constexpr std::size_t kGroups = 8, kGroup = 32;

// A value's error counts by its magnitude and by the group's root mean square.
std::array<float, kGroup> weights_of(std::span<const float> values) {
  float squares = 0;
  for (const float x : values) squares += x * x;
  const float typical = std::sqrt(squares / real(static_cast<unsigned>(kGroup)));
  std::array<float, kGroup> weights;
  for (std::size_t i = 0; i < kGroup; ++i) weights[i] = typical + std::fabs(values[i]);
  return weights;
}

// In 63rds of the largest.
unsigned six_bits(float value, float largest) {
  const float inverse = largest > 0 ? 63 / largest : 0.0f;
  return std::min<unsigned>(static_cast<std::uint8_t>(nearest(inverse * value)), 63);
}

}  // namespace

// Of each group a scale and a minimum by a search, both rounded to six bits of the largest in the block; then
// the codes that are nearest under these.
KCodes encode_k_affine(const AffineSearch& search, const float* values, std::byte* block) {
  KCodes codes;
  std::array<AffineFit, kGroups> fits;
  AffineFit most{0, 0};
  for (std::size_t group = 0; group < kGroups; ++group) {
    const std::span x(values + kGroup * group, kGroup);
    fits[group] = fit_affine(search, x, weights_of(x), codes.data() + kGroup * group);
    most.scale = std::max(most.scale, fits[group].scale);
    most.minimum = std::max(most.minimum, fits[group].minimum);
  }
  std::array<ScaleAndMinimum, kGroups> stored;
  for (std::size_t group = 0; group < kGroups; ++group)
    stored[group] = {six_bits(fits[group].scale, most.scale), six_bits(fits[group].minimum, most.minimum)};
  put_half(block, 0, most.scale / 63);
  put_half(block, 2, most.minimum / 63);
  put_k_scales(block + 4, stored);

  const float d = half_at(block, 0), dmin = half_at(block, 2);
  for (std::size_t group = 0; group < kGroups; ++group) {
    const float scale = d * real(stored[group].scale), minimum = dmin * real(stored[group].minimum);
    if (scale == 0) continue;
    for (std::size_t i = kGroup * group; i < kGroup * (group + 1); ++i)
      codes[i] = static_cast<std::uint8_t>(nearest((values[i] + minimum) / scale, 0, search.largest_code));
  }
  return codes;
}

}  // namespace bitloupe
