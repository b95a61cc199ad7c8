// What a spec says of fitted levels, how they are stored, reported and explained.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "core/calibration/error_curve.h"
#include "core/format/presets.h"
#include "core/probe.h"
#include "core/quant/spec_json.h"
#include "core/quant/spec_text.h"
#include "tests/core/support.h"

namespace bitloupe {
namespace {

constexpr const char* kNames[] = {"binary", "ternary", "ternary:twn"};

QuantSpec spec_of(const char* name, Granularity granularity) {
  QuantSpec spec;
  spec.format = parse_format(name).value();
  spec.granularity = granularity;
  return spec;
}

}  // namespace

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
