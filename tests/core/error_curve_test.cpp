#include "core/calibration/error_curve.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "core/calibration/curve_minimum.h"
#include "core/format/presets.h"
#include "core/ordered.h"
#include "core/quant/spec_text.h"
#include "support.h"

namespace bitloupe {
namespace {

struct Setting {
  QuantSpec spec;
  std::shared_ptr<const Prepared> prepared;
  GroupExtremes extremes;
  std::shared_ptr<const MomentSet> moments;
};

Setting setting(std::vector<std::pair<const char*, const char*>> keys, std::vector<float> values,
                Shape shape = {}) {
  Setting result;
  for (const auto& [key, value] : keys) REQUIRE(set_key(result.spec, key, value));
  result.spec = canonical(result.spec);
  if (shape.empty()) shape = {values.size()};
  result.prepared = test::prepared_from(shape, std::move(values));
  const GroupLayout layout = make_group_layout(result.spec.granularity, shape);
  result.extremes = *group_extremes(*result.prepared, layout, {});
  if (worth_sorting(layout, *result.prepared->tensor))
    result.moments = *make_moments(*result.prepared, layout, false, {});
  return result;
}

ErrorCurve curve_of(const Setting& on, CurveRequest request = {}) {
  const auto curve = error_curve(*on.prepared, on.moments.get(), on.spec, on.extremes, request, {});
  REQUIRE(curve);
  return *curve;
}

// The mean squared error at a range, value by value.
double mse_at(const Setting& on, const ClipRange& range) {
  std::uint64_t floored = 0, saturated = 0;
  const GroupScale scale = make_scale(on.spec, range, floored, saturated);
  const Quantizer quantizer(on.spec);
  long double sum = 0;
  for (const float x : on.prepared->tensor->span()) {
    const QuantizedValue q = quantize_value(quantizer, scale, x, 0);
    if (q.kind > ErrorKind::Clipped) continue;
    const double e = static_cast<double>(x) - static_cast<double>(q.dequantized);
    sum += static_cast<long double>(e * e);
  }
  return static_cast<double>(
      sum / static_cast<long double>(std::max<std::uint64_t>(on.prepared->statistics.finite, 1)));
}

}  // namespace

TEST_CASE("every point of the curve is the error at its range") {
  for (const char* format : {"int4", "int8", "uint4", "uint8", "e4m3fn", "e2m1", "sm4", "int12"})
    for (const char* rounding : {"nearest-even", "toward-zero"}) {
      CAPTURE(format);
      CAPTURE(rounding);
      const Setting on = setting({{"format", format}, {"rounding", rounding}}, test::random_values(3000, 5));
      CurveRequest request;
      request.points = 40;
      const ErrorCurve curve = curve_of(on, request);
      CHECK(curve.points.size() == 40);
      CHECK_FALSE(curve.relative);
      CHECK(curve.exact);
      for (std::size_t i = 0; i < curve.points.size(); ++i) {
        const CurvePoint& point = curve.points[i];
        if (i > 0) CHECK(point.threshold > curve.points[i - 1].threshold);
        CHECK(point.mse() == doctest::Approx(mse_at(on, point.range)).epsilon(1e-6));
        CHECK(curve.best.mse() <= point.mse() * (1 + 1e-12));
      }
      CHECK(curve.best.mse() == doctest::Approx(mse_at(on, curve.best.range)).epsilon(1e-9));
    }
}

TEST_CASE("the proven minimum: no float32 threshold does better") {
  std::mt19937 random(3);
  for (const char* format : {"int2", "int3", "int4", "uint4", "e2m1"})
    for (int round = 0; round < 2; ++round) {
      CAPTURE(format);
      const Setting on = setting({{"format", format}}, test::random_values(60 + random() % 60, random()));
      const ErrorCurve curve = curve_of(on);
      CHECK(curve.label == MinimumLabel::Proven);
      const double largest = std::max(std::fabs(static_cast<double>(on.extremes.groups[0].lo)),
                                      std::fabs(static_cast<double>(on.extremes.groups[0].hi)));
      double best = 1e300;
      for (int i = 1; i <= 8000; ++i) {
        const double t = 2.5 * i / 8000;
        ClipRange range{static_cast<float>(-t * largest), static_cast<float>(t * largest)};
        if (on.spec.scheme == Scheme::Affine)
          range = {static_cast<float>(t * static_cast<double>(on.extremes.groups[0].lo)),
                   static_cast<float>(t * static_cast<double>(on.extremes.groups[0].hi))};
        best = std::min(best, mse_at(on, range));
      }
      CHECK(curve.best.mse() <= best * (1 + 1e-6));
    }
}

TEST_CASE("values that are an integer grid already have a threshold without error") {
  std::vector<float> values;
  for (int i = -6; i <= 6; ++i)
    for (int n = 0; n < 9; ++n) values.push_back(static_cast<float>(i) * 0.37f);
  const ErrorCurve curve = curve_of(setting({{"format", "int4"}}, values));
  CHECK(curve.best.mse() < 1e-13);  // what 0.37 loses in float32
  CHECK(curve.best.threshold == doctest::Approx(7 * 0.37).epsilon(1e-6));
}

TEST_CASE("constant, empty and special values have a curve without surprises") {
  CHECK(curve_of(setting({}, {0, 0, 0})).points.size() == 1);
  CHECK(curve_of(setting({}, {NAN, INFINITY})).points.size() == 1);
  const ErrorCurve one = curve_of(setting({{"format", "int4"}}, {2.5f, 2.5f, NAN}));
  CHECK(one.best.mse() < 1e-14);
  for (const CurvePoint& point : one.points) CHECK(std::isfinite(point.mse()));
  const ErrorCurve huge = curve_of(setting({{"format", "int4"}}, {3e38f, -3.4e38f, 1.0f}));
  for (const CurvePoint& point : huge.points) CHECK(std::isfinite(point.mse()));
}

TEST_CASE("heavy tails: the curve begins well below its minimum") {
  std::mt19937 random(1);
  std::student_t_distribution<double> heavy(2);
  std::vector<float> values(20000);
  for (float& x : values) x = static_cast<float>(heavy(random));
  for (const char* format : {"int3", "int4", "int8"}) {
    const ErrorCurve curve = curve_of(setting({{"format", format}}, values));
    CHECK(curve.points.front().threshold <= curve.best.threshold / 4);
    CHECK(curve.best.mse() < curve.points.front().mse());
    CHECK(curve.best.mse() <= curve.points.back().mse());
  }
}

TEST_CASE("a direct cast and formats above 16 bits have no curve") {
  CHECK(validate_curve(setting({{"format", "fp16"}}, {1}).spec).error().code == ErrorCode::BadArgument);
  CHECK_FALSE(validate_curve(setting({{"format", "fp32"}, {"scheme", "symmetric"}}, {1}).spec));
}

TEST_CASE("groups clip at the same fraction of their own range") {
  const Setting on =
      setting({{"format", "int4"}, {"granularity", "group:16"}}, test::random_values(512, 9), {8, 64});
  const ErrorCurve curve = curve_of(on);
  CHECK(curve.relative);
  CHECK(curve.points.back().threshold >= 1);
  double sum = 0;
  const Quantizer quantizer(on.spec);
  const CurvePoint& point = curve.points[curve.points.size() / 2];
  for (std::size_t i = 0; i < 512; ++i) {
    std::uint64_t floored = 0, saturated = 0;
    const ClipRange own = on.extremes.groups[i / 16];
    const double t = point.threshold;
    const GroupScale scale = make_scale(on.spec,
                                        {static_cast<float>(t * static_cast<double>(own.lo)),
                                         static_cast<float>(t * static_cast<double>(own.hi))},
                                        floored, saturated);
    const float x = on.prepared->tensor->span()[i];
    const double e =
        static_cast<double>(x) - static_cast<double>(quantize_value(quantizer, scale, x, 0).dequantized);
    sum += e * e;
  }
  CHECK(point.mse() == doctest::Approx(sum / 512).epsilon(1e-9));
  CurveRequest request;
  request.group = 3;
  const ErrorCurve own = curve_of(on, request);
  CHECK_FALSE(own.relative);
  CHECK(own.points.back().range.hi >= on.extremes.groups[3].hi);
}

TEST_CASE("the minimum is no higher than any point of the curve, nor than min-max and the MSE pick") {
  std::mt19937 random(17);
  const std::vector<std::vector<std::pair<const char*, const char*>>> specs = {
      {{"format", "int12"}, {"scheme", "symmetric"}, {"divide", "exact"}},
      {{"format", "uint12"}, {"include_zero", "no"}},
      {{"format", "e5m2"}, {"scheme", "symmetric"}, {"dialect", "torch"}},
      {{"format", "int2"}, {"scheme", "affine"}},
      {{"format", "uint12"}, {"scheme", "symmetric"}, {"symmetric_scale", "max-side"}, {"zero_point", "100"}},
      {{"format", "int16"}, {"scheme", "symmetric"}, {"symmetric_scale", "half-range"}},
      {{"format", "e2m1"}, {"rounding", "toward-zero"}},
      {{"format", "e4m3fn"}, {"overflow", "special"}},
      {{"format", "int4"}, {"scale_type", "f16"}},
      {{"format", "int4"}, {"scale_type", "pow2"}},
      {{"format", "fp16"}, {"scheme", "symmetric"}}};
  for (std::size_t i = 0; i < specs.size(); ++i)
    for (const double scale : {1.0, 1e-8, 1e37})
      for (const float offset : {0.0f, 10.0f}) {
        CAPTURE(i);
        CAPTURE(scale);
        CAPTURE(offset);
        std::vector<float> values = test::random_values(1 + random() % 400, random());
        for (float& x : values) x = (x + offset) * static_cast<float>(scale);
        const Setting on = setting(specs[i], values);
        CurveRequest request;
        request.points = 50;
        const ErrorCurve curve = curve_of(on, request);
        for (const CurvePoint& point : curve.points) CHECK(curve.best.mse() <= point.mse() * (1 + 2e-5));
        if (on.spec.overflow == Overflow::Special) continue;
        CHECK(curve.best.mse() == doctest::Approx(mse_at(on, curve.best.range)).epsilon(1e-9));
        const auto picks = method_picks(*on.prepared, on.moments.get(), on.spec, on.extremes, curve, {});
        REQUIRE(picks);
        CHECK((*picks)[2].mse == doctest::Approx(curve.best.mse()).epsilon(1e-9));
        CHECK(curve.best.mse() <= (*picks)[0].mse * (1 + 1e-9));
      }
}

TEST_CASE("values above zero without zero in the range: the search goes beyond twice the largest") {
  std::vector<float> values;
  for (int i = 0; i <= 1000; ++i) values.push_back(10 + static_cast<float>(i) / 1000);
  const ErrorCurve curve = curve_of(setting({{"format", "uint12"}, {"include_zero", "no"}}, values));
  CHECK(curve.best.mse() < 1e-5);
}

TEST_CASE("a search never lets values overflow to leave them out of the error") {
  const Setting on = setting({{"format", "e4m3fn"}, {"overflow", "special"}}, test::random_values(4000, 3));
  const ErrorCurve curve = curve_of(on);
  CHECK(curve.best.threshold > 1);
  CHECK(curve.best.mse() > 1e-6);
}

TEST_CASE("scales at their floor or beyond float32 are not called proven") {
  const Setting on =
      setting({{"format", "e5m2"}, {"scheme", "symmetric"}, {"dialect", "torch"}}, {1e-5f, -3e-6f, 2e-6f});
  const ErrorCurve curve = curve_of(on);
  double best = 1e300;
  for (int i = 1; i < 4000; ++i)
    best = std::min(best, mse_at(on, {-static_cast<float>(i) * 1e-5f, static_cast<float>(i) * 1e-5f}));
  CHECK((curve.label == MinimumLabel::Refined || curve.best.mse() <= best * (1 + 1e-6)));
}

TEST_CASE("the picks stand on the curve, MSE lowest" * doctest::test_suite("threads")) {
  const Setting on = setting({{"format", "int4"}}, test::random_values(5000, 2));
  const ErrorCurve curve = curve_of(on);
  const auto picks = method_picks(*on.prepared, on.moments.get(), on.spec, on.extremes, curve, {});
  REQUIRE(picks);
  REQUIRE(picks->size() == 3);
  for (const MethodPick& pick : *picks) {
    CAPTURE(pick.key);
    CHECK(pick.mse == doctest::Approx(mse_at(on, pick.range)).epsilon(1e-9));
    CHECK(pick.mse >= curve.best.mse() * (1 - 1e-12));
  }
  CHECK((*picks)[0].key == "minmax");
  CHECK((*picks)[0].clipped_fraction == 0);
  CHECK((*picks)[2].key == "mse");
  CHECK((*picks)[2].mse == doctest::Approx(curve.best.mse()));
}

}  // namespace bitloupe
