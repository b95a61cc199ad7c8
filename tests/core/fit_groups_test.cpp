// Binary and ternary levels of each scale group, against a search in every group that is written out here.
#include "core/codebook/fit_groups.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "core/codebook/fit.h"
#include "core/format/presets.h"
#include "core/quant/materialize.h"
#include "core/quant/spec_text.h"
#include "tests/core/streamed_support.h"
#include "tests/core/support.h"

namespace bitloupe {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr const char* kNames[] = {"binary", "ternary", "ternary:twn"};

QuantSpec spec_of(const char* name, Granularity granularity) {
  QuantSpec spec;
  spec.format = parse_format(name).value();
  spec.granularity = granularity;
  return spec;
}

const std::vector<Granularity>& finer() {
  static const std::vector<Granularity> all = {
      {GranularityKind::Channel, 0},          {GranularityKind::Channel, 1},
      {GranularityKind::Channel, -1},         {GranularityKind::Group, -1, 7},
      {GranularityKind::Group, 1, 4},         {GranularityKind::Group, -1, 1},
      {GranularityKind::Group, -1, 50, true}, {GranularityKind::Tile, -1, 3, false, 5}};
  return all;
}

// What one group's values become, by the definition: a and which values do not become 0.
struct Expected {
  double a = 0, threshold = -1;
};

Expected twn(const std::vector<double>& magnitudes) {
  double sum = 0, above = 0, count = 0;
  for (const double m : magnitudes) sum += m;
  const double threshold = magnitudes.empty() ? 0 : 0.7 * (sum / static_cast<double>(magnitudes.size()));
  for (const double m : magnitudes) {
    above += m > threshold ? m : 0;
    count += m > threshold;
  }
  return {count == 0 ? 0 : above / count, threshold};
}

// Every magnitude as the threshold; of equal errors the higher one.
Expected least_error(const std::vector<double>& magnitudes) {
  Expected best{0, 0};
  double least = 0;
  for (const double m : magnitudes) least += m * m;
  std::vector<double> thresholds = magnitudes;
  thresholds.push_back(0);
  std::sort(thresholds.begin(), thresholds.end(), std::greater<>());
  for (const double threshold : thresholds) {
    double sum = 0, count = 0, error = 0;
    for (const double m : magnitudes) {
      sum += m > threshold ? m : 0;
      count += m > threshold;
    }
    if (sum == 0) continue;
    for (const double m : magnitudes) {
      const double e = m > threshold ? m - sum / count : m;
      error += e * e;
    }
    if (error >= least * (1 - 1e-12)) continue;
    least = error;
    best = {sum / count, threshold};
  }
  return best;
}

Expected expected(Fit fit, const std::vector<float>& values) {
  std::vector<double> magnitudes;
  double sum = 0;
  for (const float x : values)
    if (std::isfinite(x)) magnitudes.push_back(std::fabs(static_cast<double>(x)));
  for (const double m : magnitudes) sum += m;
  if (fit == Fit::LeastError) return least_error(magnitudes);
  if (fit == Fit::MeanThreshold) return twn(magnitudes);
  return {magnitudes.empty() ? 0 : sum / static_cast<double>(magnitudes.size()), -1};
}

Code expected_code(Fit fit, const Expected& group, float x) {
  if (fit == Fit::MeanMagnitude) return std::isnan(x) || x >= 0 ? 1 : 0;
  if (std::isnan(x) || std::fabs(static_cast<double>(x)) <= group.threshold) return 1;
  return group.a == 0 && !std::isinf(x) ? 1 : x > 0 ? 2 : 0;
}

// Whether two doubles round to the same float32 or to neighbours.
bool same_float(float a, double b) {
  const auto rounded = static_cast<float>(b);
  return a == rounded || std::fabs(a - rounded) <= std::fabs(rounded) * 0x1p-23f;
}

// Equal magnitudes, zeros of either sign, whole lines of zeros, NaN, infinities, tiny and huge values.
std::vector<float> mixed_values(std::size_t count, std::uint64_t seed) {
  std::vector<float> values = test::random_values(count, seed);
  std::mt19937 random(static_cast<unsigned>(seed));
  for (std::size_t i = 0; i < count; ++i) {
    if (seed % 2 == 0) values[i] = std::round(values[i] * 4) / 4;
    switch (random() % 40) {
      case 0:
        values[i] = kNan;
        break;
      case 1:
        values[i] = random() % 2 == 0 ? kInf : -kInf;
        break;
      case 2:
        values[i] = random() % 2 == 0 ? 0.0f : -0.0f;
        break;
      case 3:
        if (seed % 3 == 0) values[i] = std::ldexp(values[i], random() % 2 == 0 ? -140 : 100);
        break;
      default:
        break;
    }
    if (i / 23 % 9 == 4) values[i] = i % 2 == 0 ? 0.0f : -0.0f;
  }
  return values;
}

struct Arrays {
  std::vector<std::byte> codes;
  std::vector<float> dequantized;
};

Arrays arrays_of(const Snapshot& shot, std::span<const float> values) {
  Arrays arrays{std::vector<std::byte>(values.size()), std::vector<float>(values.size())};
  REQUIRE(materialize(*shot.quantizer, *shot.scales, values, arrays.codes, arrays.dequantized, {}));
  return arrays;
}

void check_against_definition(const Shape& shape, const std::vector<float>& values, const char* name,
                              const Granularity& granularity) {
  CAPTURE(std::string(name));
  INFO(describe(spec_of(name, granularity)));
  const auto shot = test::run_spec(spec_of(name, granularity), test::prepared_from(shape, values));
  REQUIRE(!shot->error);
  const GroupLayout& layout = shot->scales->layout;
  const Fit fit = shot->spec.format.fit;
  std::vector<std::vector<float>> groups(layout.count);
  for (std::size_t i = 0; i < values.size(); ++i) groups[layout.group_of(i)].push_back(values[i]);
  std::vector<Expected> wanted;
  for (const std::vector<float>& group : groups) wanted.push_back(expected(fit, group));
  for (std::size_t g = 0; g < groups.size(); ++g)
    CHECK(same_float(shot->scales->groups[g].scale, wanted[g].a));
  const Arrays arrays = arrays_of(*shot, values);
  double noise = 0, wrong = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t g = layout.group_of(i);
    const Code code = expected_code(fit, wanted[g], values[i]);
    const auto level = static_cast<float>(fit == Fit::MeanMagnitude ? 2 * static_cast<int>(code) - 1
                                                                    : static_cast<int>(code) - 1);
    const float hat = shot->scales->groups[g].scale * level;
    const QuantizedValue one = quantize_value(*shot->quantizer, shot->scales->groups[g], values[i], i);
    wrong += static_cast<Code>(arrays.codes[i]) != code || one.code != code || arrays.dequantized[i] != hat ||
             one.dequantized != hat;
    const double e = static_cast<double>(values[i]) - static_cast<double>(hat);
    if (std::isfinite(values[i])) noise += e * e;
  }
  CHECK(wrong == 0);
  CHECK(shot->report->noise == doctest::Approx(noise).epsilon(1e-9));
  CHECK(shot->report->clipped == 0);
  CHECK(shot->fitted == nullptr);
  CHECK(shot->curve == nullptr);
}

}  // namespace

TEST_CASE("each group's levels are the definition's, under every granularity") {
  const Shape shape = {5, 6, 23};  // short last groups and tiles
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    CAPTURE(seed);
    const std::vector<float> values = mixed_values(element_count(shape), seed);
    for (const char* name : kNames)
      for (const Granularity& granularity : finer())
        check_against_definition(shape, values, name, granularity);
  }
}

TEST_CASE("groups of more values than a task, along and across lines") {
  const Shape shape = {3, 70001};
  const std::vector<float> values = test::random_values(element_count(shape), 4);
  for (const char* name : kNames) {
    const auto shot =
        test::run_spec(spec_of(name, {GranularityKind::Channel, 0}), test::prepared_from(shape, values));
    for (std::size_t row = 0; row < 3; ++row) {
      const auto begin = values.begin() + static_cast<std::ptrdiff_t>(row * 70001);
      const Tensor line = test::tensor_of(std::vector<float>(begin, begin + 70001));
      const auto fit = fit_format(shot->spec.format, line, {}).value();
      CHECK(static_cast<double>(shot->scales->groups[row].scale) == max_finite(fit.format));
    }
    const GroupLayout across = make_group_layout({GranularityKind::Channel, 1}, {70001, 3});
    std::vector<float> turned(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) turned[i % 70001 * 3 + i / 70001] = values[i];
    const auto prepared = test::prepared_from({70001, 3}, turned);
    CHECK(fit_groups(shot->spec.format, *prepared->tensor, across, {}).value() == *shot->magnitudes);
  }
}

TEST_CASE("a threshold decides by division as it does by comparison, next to it and everywhere") {
  std::mt19937 random(3);
  for (int n = 0; n < 20000; ++n) {
    // Of two magnitudes the lower one is 0, or a neighbour of the threshold's.
    const std::uint32_t bits = static_cast<std::uint32_t>(2 + random() % (n % 3 == 0 ? 100 : 0x7F000000));
    const auto p = std::bit_cast<float>(bits), below = std::bit_cast<float>(bits - 1);
    const Quantizer quantizer(spec_of("ternary", {GranularityKind::Channel, 0}));
    Quantizer unit = quantizer;
    unit.format = unit_format(quantizer.format);
    const GroupScale scale{1, 0, p};
    CAPTURE(bits);
    CHECK(quantize_value(unit, scale, p, 0).code == 2);
    CHECK(quantize_value(unit, scale, -p, 0).code == 0);
    CHECK(quantize_value(unit, scale, below, 0).code == 1);
    CHECK(quantize_value(unit, scale, -below, 0).code == 1);
    CHECK(quantize_value(unit, scale, std::numeric_limits<float>::max(), 0).code == 2);
  }
}

TEST_CASE("of a single group the codes and levels are those of the whole tensor") {
  for (std::uint64_t seed = 1; seed < 40; ++seed) {
    CAPTURE(seed);
    std::vector<float> values = mixed_values(1 + seed * 5, seed);
    values[0] = seed % 5 == 0 ? 12.0f : 1.0f;    // not all are zero
    if (seed % 5 == 0) values = {12, 4, -4, 4};  // keeping one or all gains the same
    const auto prepared = test::prepared_from({1, values.size()}, values);
    for (const char* name : kNames) {
      CAPTURE(std::string(name));
      const auto whole = test::run_spec(spec_of(name, {}), prepared);
      for (const Granularity& granularity : {Granularity{GranularityKind::Channel, 0},
                                             Granularity{GranularityKind::Group, -1, 100000, true}}) {
        const auto one = test::run_spec(spec_of(name, granularity), prepared);
        REQUIRE(one->scales->groups.size() == 1);
        const Arrays a = arrays_of(*whole, values), b = arrays_of(*one, values);
        CHECK(a.codes == b.codes);
        CHECK(std::memcmp(a.dequantized.data(), b.dequantized.data(), values.size() * sizeof(float)) == 0);
        CHECK(one->report->code_counts == whole->report->code_counts);
        CHECK(one->report->noise == doctest::Approx(whole->report->noise).epsilon(1e-12));
      }
    }
  }
}

TEST_CASE("of equal gains the higher threshold, in a group and in a tensor") {
  // x^2 = (x + 3 * x / 3)^2 / 4; of the second set the lower magnitudes are looked into first.
  for (const float third : {4.0f, 4.009765625f}) {
    const std::vector<float> values = {3 * third, third, -third, third};
    const NumberFormat ternary = parse_format("ternary").value();
    const Tensor tensor = test::tensor_of(values);
    const auto largest = static_cast<double>(values[0]);
    CHECK(max_finite(fit_format(ternary, tensor, {}).value().format) == largest);
    const GroupLayout one = make_group_layout({GranularityKind::Group, -1, 4}, {4});
    CHECK(static_cast<double>(fit_groups(ternary, tensor, one, {}).value()[0].magnitude) == largest);
  }
}

TEST_CASE("streamed tensors have the same groups") {
  const Shape shape = {90, 160};
  const test::BothWays both(shape, mixed_values(element_count(shape), 5));
  std::vector<Granularity> granularities = finer();
  granularities.push_back({GranularityKind::Group, -1, 1 << 20, true});  // more than memory may hold
  for (const char* name : kNames)
    for (const Granularity& granularity : granularities) {
      CAPTURE(std::string(name));
      INFO(describe(spec_of(name, granularity)));
      const auto resident = test::run_spec(spec_of(name, granularity), both.resident);
      const auto streamed = test::run_spec(spec_of(name, granularity), both.streamed);
      REQUIRE(!resident->error);
      REQUIRE(!streamed->error);
      CHECK(*resident->magnitudes == *streamed->magnitudes);
      CHECK(resident->report->noise == streamed->report->noise);
    }
}

TEST_CASE("sorted values give the same report as reading them") {
  const auto prepared = test::prepared_from({4, 5000}, mixed_values(20000, 2));
  for (const char* name : kNames) {
    const auto read = test::run_spec(spec_of(name, {GranularityKind::Channel, 0}), prepared);
    const auto moments = make_moments(*prepared, read->scales->layout, false, {}).value();
    const auto sorted = measure_moments(*moments, *read->quantizer, *read->scales, {}).value();
    CHECK(sorted.noise == doctest::Approx(read->report->noise).epsilon(1e-9));
    CHECK(sorted.code_counts == read->report->code_counts);
  }
}

}  // namespace bitloupe
