#include "core/calibration/group_sweep.h"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "core/format/presets.h"
#include "core/quant/quantizer.h"
#include "core/simd.h"
#include "tests/core/support.h"

namespace bitloupe {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

struct Case {
  QuantSpec spec;
  std::shared_ptr<const Prepared> prepared;
  GroupExtremes extremes;
};

Case make_case(QuantSpec spec, Shape shape, std::vector<float> values) {
  Case c{canonical(spec), test::prepared_from(shape, std::move(values)), {}};
  const GroupLayout layout = make_group_layout(c.spec.granularity, shape);
  c.extremes = group_extremes(*c.prepared, layout, {}).value();
  return c;
}

// The definition: quantize_value of every element.
SweepSums reference(const Case& c, double t, std::uint64_t step, std::optional<std::uint64_t> only = {}) {
  const Quantizer quantizer(c.spec);
  const std::span<const float> values = c.prepared->tensor->span();
  SweepSums sums;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::uint64_t g = c.extremes.layout.group_of(i);
    const ClipRange own = c.extremes.groups[g];
    if (g % step != 0 || own.lo > own.hi || (only && g != *only)) continue;
    std::uint64_t floored = 0, saturated = 0;
    const QuantizedValue q =
        quantize_value(quantizer, make_scale(c.spec, scaled(own, t), floored, saturated), values[i], i);
    const double e = static_cast<double>(values[i]) - static_cast<double>(q.dequantized);
    if (q.kind == ErrorKind::Rounding) sums.rounding += e * e;
    if (q.kind == ErrorKind::Clipped) sums.clipping += e * e;
  }
  return sums;
}

void check_sweep(const Case& c, std::uint64_t step) {
  const std::vector<double> fractions = {0.06, 0.3, 0.5, 0.77, 0.999, 1.0, 1.3};
  std::optional<std::vector<SweepSums>> first;
  for (const std::string& kernel : kernel_names()) {
    CAPTURE(kernel);
    REQUIRE(force_kernel(kernel));
    const auto found = sweep_fractions(*c.prepared, c.spec, c.extremes, fractions, step, {});
    REQUIRE(found);
    REQUIRE(found->size() == fractions.size());
    for (std::size_t i = 0; i < fractions.size(); ++i) {
      const SweepSums expected = reference(c, fractions[i], step);
      CAPTURE(fractions[i]);
      CHECK(std::fabs((*found)[i].rounding - expected.rounding) <= 1e-9 * expected.rounding);
      CHECK(std::fabs((*found)[i].clipping - expected.clipping) <= 1e-9 * expected.clipping);
      if (!first) continue;
      CHECK(std::bit_cast<std::uint64_t>((*found)[i].rounding) ==
            std::bit_cast<std::uint64_t>((*first)[i].rounding));
      CHECK(std::bit_cast<std::uint64_t>((*found)[i].clipping) ==
            std::bit_cast<std::uint64_t>((*first)[i].clipping));
    }
    if (!first) first = found;
  }
  force_kernel("");
}

Granularity granularity(GranularityKind kind, std::int64_t axis, std::uint64_t size) {
  return {kind, axis, size};
}

TEST_CASE("the sweep equals make_scale and quantize_value for every layout, scheme and format") {
  std::vector<float> values = test::random_values(6 * 50 * 4, 21);
  values[3] = kNan;
  values[70] = kInf;
  for (std::size_t i = 400; i < 450; ++i) values[i] = 0;
  const Granularity layouts[] = {
      granularity(GranularityKind::Tensor, -1, 1), granularity(GranularityKind::Channel, 0, 1),
      granularity(GranularityKind::Channel, 2, 1), granularity(GranularityKind::Group, 1, 16),
      granularity(GranularityKind::Group, 2, 3)};
  for (const char* format : {"int4", "uint4", "int8", "sm4", "e4m3fn", "e2m1", "float:E3M0", "fp16"})
    for (const Scheme scheme : {Scheme::Symmetric, Scheme::Affine})
      for (const Granularity& layout : layouts) {
        QuantSpec spec;
        spec.format = parse_format(format).value();
        spec.scheme = scheme;
        spec.granularity = layout;
        if (!validate(spec)) continue;
        CAPTURE(format);
        check_sweep(make_case(spec, {6, 50, 4}, values), 1);
      }
}

TEST_CASE("the sweep follows rounding, division, scale type and group step") {
  const std::vector<float> values = test::random_values(40 * 64, 22);
  for (const Rounding rounding :
       {Rounding::NearestEven, Rounding::NearestAway, Rounding::TowardZero, Rounding::Down, Rounding::Up})
    for (const Divide divide : {Divide::F32, Divide::Exact, Divide::Reciprocal})
      for (const ScaleType type : {ScaleType::F32, ScaleType::F16, ScaleType::Pow2})
        for (const char* format : {"int4", "e4m3fn"}) {
          QuantSpec spec;
          spec.format = parse_format(format).value();
          spec.granularity = granularity(GranularityKind::Group, -1, 32);
          spec.rounding = rounding;
          spec.divide = divide;
          spec.scale_type = type;
          CAPTURE(static_cast<int>(rounding));
          CAPTURE(static_cast<int>(divide));
          const Case c = make_case(spec, {40, 64}, values);
          check_sweep(c, 1);
          if (type == ScaleType::F32) check_sweep(c, 7);
        }
}

TEST_CASE("a group larger than a task is cut into slices, and gives the same sums" *
          doctest::test_suite("threads")) {
  for (const Granularity& layout :
       {granularity(GranularityKind::Tensor, -1, 1), granularity(GranularityKind::Channel, 1, 1)}) {
    QuantSpec spec;
    spec.format = parse_format("int4").value();
    spec.granularity = layout;
    check_sweep(make_case(spec, {70001, 2}, test::random_values(140002, 5)), 1);
  }
}

TEST_CASE("each group's best range: never worse than its own range nor than any of a dense sweep by 1 %") {
  for (const char* format : {"int4", "int2", "e2m1", "uint4"}) {
    QuantSpec spec;
    spec.format = parse_format(format).value();
    spec.granularity = granularity(GranularityKind::Group, -1, 64);
    std::vector<float> values = test::random_values(64 * 12, 31);
    for (std::size_t i = 64; i < 128; ++i) values[i] = 0;
    for (std::size_t i = 128; i < 192; ++i) values[i] = kNan;
    const Case c = make_case(spec, {12, 64}, values);
    const auto ranges = best_group_ranges(*c.prepared, c.spec, c.extremes, {});
    REQUIRE(ranges);
    CHECK((*ranges)[1] == ClipRange{0, 0});
    CHECK((*ranges)[2] == ClipRange{0, 0});
    for (std::uint64_t g = 3; g < 12; ++g) {
      const ClipRange own = c.extremes.groups[g], best = (*ranges)[g];
      const double t = static_cast<double>(best.hi) / static_cast<double>(own.hi);
      CHECK(t <= 1);
      const auto error_at = [&](double fraction) {
        const SweepSums sums = reference(c, fraction, 1, g);
        return sums.rounding + sums.clipping;
      };
      const double found = error_at(t);
      CHECK(found <= error_at(1) * (1 + 1e-6));
      for (int i = 1; i <= 64; ++i) CHECK(found <= 1.01 * error_at(std::exp2(-4.0 * (64 - i) / 63)));
    }
  }
}

TEST_CASE("V01 V08 empty tensors, groups without a finite value, and a stop" *
          doctest::test_suite("threads")) {
  QuantSpec spec;
  const Case empty = make_case(spec, {0}, {});
  CHECK(sweep_fractions(*empty.prepared, empty.spec, empty.extremes, std::vector<double>{1.0}, 1, {})
            .value()[0]
            .rounding == 0);
  const Case nan = make_case(spec, {2}, {kNan, kInf});
  CHECK(best_group_ranges(*nan.prepared, nan.spec, nan.extremes, {}).value()[0] == ClipRange{0, 0});
  std::stop_source source;
  source.request_stop();
  WorkContext stopped;
  stopped.stop = source.get_token();
  const Case some = make_case(spec, {200000}, test::random_values(200000, 1));
  CHECK(!sweep_fractions(*some.prepared, some.spec, some.extremes, std::vector<double>{1.0}, 1, stopped));
  CHECK(!best_group_ranges(*some.prepared, some.spec, some.extremes, stopped));
}

}  // namespace
}  // namespace bitloupe
