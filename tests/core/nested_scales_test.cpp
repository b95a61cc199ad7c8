// Double quantization of scales, against the description of bitsandbytes' dynamic map.
#include "core/quant/nested_scales.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "core/quant/recipes.h"
#include "tests/core/support.h"

using namespace bitloupe;

TEST_CASE("the dynamic map has 256 levels, mirrored but for 1, from -0.993 to 1") {
  const std::span<const float> levels = dynamic_levels();
  CHECK(levels.size() == 256);
  CHECK(std::is_sorted(levels.begin(), levels.end()));
  CHECK(std::adjacent_find(levels.begin(), levels.end()) == levels.end());
  CHECK(levels.front() == doctest::Approx(-0.99296875));
  CHECK(levels.back() == 1);
  CHECK(levels[127] == 0);
  CHECK(levels[128] == doctest::Approx(5.5e-7));  // one part of [0.1, 1] at 10^-6
  CHECK(levels[129] == doctest::Approx(3.25e-6));
  for (std::size_t i = 0; i < 127; ++i) CHECK(levels[126 - i] == -levels[128 + i]);
}

TEST_CASE("scales are read back as the mean plus a nearest level of their group's largest distance from it") {
  std::mt19937 random(4);
  std::uniform_real_distribution<float> some(0.01f, 0.2f);
  std::vector<float> scales(700);
  for (float& s : scales) s = some(random);
  std::vector<float> nested = scales;
  CHECK(nest_scales(nested) == 0);
  double sum = 0;
  for (const float s : scales) sum += static_cast<double>(s);
  const auto mean = static_cast<float>(sum / 700);
  for (std::size_t begin = 0; begin < 700; begin += 256) {
    const std::size_t end = std::min<std::size_t>(begin + 256, 700);
    float largest = 0;
    for (std::size_t i = begin; i < end; ++i) largest = std::max(largest, std::fabs(scales[i] - mean));
    for (std::size_t i = begin; i < end; ++i) {
      const float left = (scales[i] - mean) / largest;
      float best = 2;
      for (const float level : dynamic_levels())
        if (std::fabs(level - left) < std::fabs(best - left)) best = level;
      CHECK(nested[i] == best * largest + mean);
    }
  }
}

TEST_CASE(
    "equal scales come back as they are; one that would not be positive is the smallest normal number") {
  std::vector<float> equal(300, 0.25f);
  CHECK(nest_scales(equal) == 0);
  CHECK(equal == std::vector<float>(300, 0.25f));
  std::vector<float> far = {0x1p-126f, 1, 1, 1};  // 1/4 below the mean: the next level is below zero
  const std::uint64_t floored = nest_scales(far);
  for (const float s : far) CHECK(s >= 0x1p-126f);
  CHECK(floored <= 1);
  std::vector<float> none;
  CHECK(nest_scales(none) == 0);
}

TEST_CASE("nf4_double makes codes with the scales of nf4 and values with the nested ones") {
  std::mt19937 random(5);
  std::normal_distribution<float> normal;
  std::vector<float> values(64 * 300);
  for (float& x : values) x = normal(random);
  const auto prepared = test::prepared_from({300, 64}, values);
  const auto once = test::run_spec(recipe_spec("nf4").value(), prepared);
  const auto twice = test::run_spec(recipe_spec("nf4_double").value(), prepared);
  REQUIRE_FALSE(twice->error.has_value());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::uint64_t g = once->scales->layout.group_of(i);
    const auto a = quantize_value(*once->quantizer, once->scales->groups[g], values[i], i);
    const auto b = quantize_value(*twice->quantizer, twice->scales->groups[g], values[i], i);
    CHECK(a.code == b.code);
  }
  CHECK(*twice->report->sqnr_db() != *once->report->sqnr_db());
  CHECK(std::fabs(*twice->report->sqnr_db() - *once->report->sqnr_db()) < 0.05);
}
