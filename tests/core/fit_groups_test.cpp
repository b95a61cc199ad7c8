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

#include "core/calibration/error_curve.h"
#include "core/codebook/fit.h"
#include "core/format/presets.h"
#include "core/probe.h"
#include "core/quant/choices.h"
#include "core/quant/materialize.h"
#include "core/quant/spec_json.h"
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

TEST_CASE("magnitudes are rounded to the scale's type, and zeros stay zeros") {
  std::vector<float> values = {1.0009765f, -1.0009765f, 0, 0, 1e-9f, 1e-9f, 3e38f, -3e38f};
  const auto scales = [&](const char* name, ScaleType type) {
    QuantSpec spec = spec_of(name, {GranularityKind::Group, -1, 2});
    spec.scale_type = type;
    const auto shot = test::run_spec(spec, test::prepared_from({8}, values));
    REQUIRE(!shot->error);
    std::vector<float> found;
    for (const GroupScale& group : shot->scales->groups) found.push_back(group.scale);
    found.push_back(static_cast<float>(shot->scales->floored));
    found.push_back(static_cast<float>(shot->scales->saturated));
    return found;
  };
  for (const char* name : kNames) {
    CAPTURE(std::string(name));
    CHECK(scales(name, ScaleType::F32) == std::vector<float>{1.0009765f, 0, 1e-9f, 3e38f, 0, 0});
    CHECK(scales(name, ScaleType::F16) == std::vector<float>{1.0009765625f, 0, 0x1p-14f, 65504, 1, 1});
    CHECK(scales(name, ScaleType::BF16)[0] == 1);
    CHECK(scales(name, ScaleType::BF16)[1] == 0);
    CHECK(scales(name, ScaleType::Pow2)[0] == 1);
  }
  values.assign(8, 3e-45f);  // as fitted, without a floor
  CHECK(scales("binary", ScaleType::F32)[0] == 3e-45f);
}

TEST_CASE("each group's magnitude is stored in the scale's type") {
  const auto storage = [](const char* name, Granularity granularity, ScaleType type) {
    QuantSpec spec = spec_of(name, granularity);
    spec.scale_type = type;
    return *test::run_spec(spec, test::prepared_from({4, 256}, test::random_values(1024, 3)))->storage;
  };
  const Granularity group = {GranularityKind::Group, -1, 64};
  CHECK(storage("binary", group, ScaleType::F32).sum == "1 + 32/64");
  CHECK(storage("binary", group, ScaleType::F32).bits_per_value == 1.5);
  CHECK(storage("ternary", group, ScaleType::F32).sum == "2 + 32/64");
  CHECK(storage("ternary:twn", group, ScaleType::BF16).sum == "2 + 16/64");
  CHECK(storage("ternary", {GranularityKind::Channel, 0}, ScaleType::F16).sum == "2 + 16/256");
  CHECK(storage("ternary", {}, ScaleType::F16).sum == "2 + 32/1024");  // the codebook's, a float32
}

TEST_CASE("granularity and scale type say something of fitted formats, calibration and overrides do not") {
  QuantSpec spec = spec_of("ternary", {GranularityKind::Group, -1, 16});
  spec.scale_type = ScaleType::F16;
  const QuantSpec plain = canonical(spec);
  CHECK(plain.scheme == Scheme::Direct);
  CHECK(plain.granularity == spec.granularity);
  CHECK(plain.scale_type == ScaleType::F16);
  CHECK(describe(spec) == "Ternary direct per group of 16 (axis -1), FP16 scale");
  CHECK(parse_spec_json(to_json(plain), "spec").value() == plain);
  spec.calibration.method = CalibrationMethod::Mse;
  spec.overrides.push_back({0, -1, 1});
  spec.divide = Divide::Exact;
  spec.code_scale = CodeScale::Unrounded;
  CHECK(canonical(spec) == plain);
  spec.granularity = {};
  CHECK(canonical(spec).scale_type == ScaleType::F32);  // of the codebook
  CHECK(!validate_curve(plain));
}

TEST_CASE("what fitted formats cannot have is refused with the remedy") {
  const auto message = [](const QuantSpec& spec) {
    const Status valid = validate(spec);
    return valid ? std::string() : valid.error().message;
  };
  QuantSpec spec = spec_of("ternary", {GranularityKind::Group, -1, 16});
  for (const Scheme scheme : {Scheme::Symmetric, Scheme::Affine}) {
    spec.scheme = scheme;
    CHECK(message(spec) ==
          "scheme: the levels of ternary are fitted to the values themselves and take no range; use direct");
  }
  spec.scheme.reset();
  spec.scale_type = ScaleType::Nested;
  CHECK(message(spec) ==
        "scale_type nested: the magnitudes of ternary are stored on one level; use f32, f16 or bf16");
  spec.scale_type = ScaleType::E4M3;
  CHECK(message(spec).empty());
  spec.tensor_scale = true;
  CHECK(message(spec).find("one level") != std::string::npos);
  spec.tensor_scale = false;
  spec.zero_point = 3;
  CHECK(message(spec).find("zero point") != std::string::npos);
}

TEST_CASE("stages whose inputs did not change are not fitted again") {
  const auto prepared = test::prepared_from({8, 64}, test::random_values(512, 6));
  const auto next = [&](const QuantSpec& spec, const std::shared_ptr<const Snapshot>& before) {
    return run({{}, spec}, prepared, before, report_only({})).value();
  };
  QuantSpec spec = spec_of("ternary", {GranularityKind::Channel, 0});
  const auto first = next(spec, nullptr);
  spec.scale_type = ScaleType::F16;
  const auto second = next(spec, first);
  CHECK(second->magnitudes == first->magnitudes);
  CHECK(second->scales != first->scales);
  spec.granularity = {GranularityKind::Channel, 1};
  const auto third = next(spec, second);
  CHECK(third->magnitudes->size() == 64);
  spec.granularity = {};
  const auto whole = next(spec, third);
  CHECK(whole->magnitudes == nullptr);
  CHECK(whole->fitted != nullptr);
  spec.format = integer_format(4, true);
  const auto other = next(spec, whole);
  CHECK(other->fitted == nullptr);
}

TEST_CASE("comparisons measure a fitted format by its groups") {
  const auto prepared = test::prepared_from({8, 64}, test::random_values(512, 6));
  const Experiment experiment{{}, spec_of("ternary", {GranularityKind::Channel, 0})};
  const auto shot = run(experiment, prepared, nullptr, {}).value();
  REQUIRE(shot->comparisons != nullptr);
  CHECK(*shot->comparisons->front().sqnr_db == doctest::Approx(*shot->report->sqnr_db()).epsilon(1e-9));
  CHECK(shot->curve == nullptr);
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

TEST_CASE("formula lines tell the group's own mean and threshold") {
  const auto text = [](const char* name, std::uint64_t index, ScaleType type = ScaleType::F32) {
    QuantSpec spec = spec_of(name, {GranularityKind::Group, -1, 4});
    spec.scale_type = type;
    const auto shot = test::run_spec(spec, test::prepared_from({8}, {8, 8, 8, 8, 2, -2, 0.25f, 0}));
    std::string all;
    for (const FormulaLine& line : explain(*shot, index).lines)
      all += line.formula + "\n" + line.numbers + "\n";
    return all;
  };
  CHECK(text("binary", 5) ==
        "a = mean |x| of the group\na = 1.0625\n"
        "grid[q] = sign(x), sign(0) = 1\n= -1\n"
        "q = 0\nthe index of this level in the table\n"
        "x^ = a · grid[q]\n= 1.0625 · -1 = -1.0625\n"
        "e = x - x^ -> rounding\n= -2 + 1.0625 = -0.9375\n");
  CHECK(text("ternary:twn", 6) ==
        "a = mean of the group's |x| > t, t = 0.7 mean |x|\na = 2, t = 0.74375\n"
        "grid[q] = sign(x) where |x| > t, else 0\n= 0, |x| = 0.25 <= 0.74375\n"
        "q = 1\nthe index of this level in the table\n"
        "x^ = a · grid[q]\n= 2 · 0 = 0\n"
        "e = x - x^ -> rounding\n= 0.25 - 0 = 0.25\n");
  CHECK(text("ternary", 4, ScaleType::F16)
            .find("a = f16(mean of the group's |x| > t), t: least squared error\n") == 0);
}

}  // namespace bitloupe
