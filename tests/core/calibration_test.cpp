#include "core/calibration/calibration.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/calibration/order_statistics.h"
#include "tests/core/support.h"

using namespace bitloupe;

namespace {

std::vector<ClipRange> ranges_of(const QuantSpec& spec, const std::shared_ptr<const Prepared>& prepared) {
  const auto snapshot = test::run_spec(spec, prepared);
  REQUIRE_FALSE(snapshot->error.has_value());
  return *snapshot->ranges;
}

QuantSpec with_method(CalibrationMethod method) {
  QuantSpec spec;
  spec.format = integer_format(8, true);
  spec.calibration.method = method;
  return spec;
}

}  // namespace

TEST_CASE("order statistics equal a sort, by value and by magnitude" * doctest::test_suite("threads")) {
  std::vector<float> values = test::random_values(5000, 11);
  values.insert(values.end(), {0.0f, -0.0f, 1e-40f, -1e-40f, 3e38f, -3e38f, 1, 1, 1});
  std::vector<float> with_specials = values;
  with_specials.push_back(std::numeric_limits<float>::quiet_NaN());
  with_specials.push_back(std::numeric_limits<float>::infinity());
  std::vector<float> sorted = values, magnitudes = values;
  std::sort(sorted.begin(), sorted.end());
  for (float& x : magnitudes) x = std::fabs(x);
  std::sort(magnitudes.begin(), magnitudes.end());
  for (std::uint64_t rank = 0; rank < values.size(); rank += 37) {
    CHECK(*kth_smallest(with_specials, OrderKey::Value, rank, {}) == sorted[rank]);
    CHECK(*kth_smallest(with_specials, OrderKey::Magnitude, rank, {}) == magnitudes[rank]);
  }
}

TEST_CASE("percentile ranks are nearest ranks") {
  CHECK(percentile_rank(100, 10) == 9);
  CHECK(percentile_rank(90, 10) == 8);
  CHECK(percentile_rank(90.1, 10) == 9);
  CHECK(percentile_rank(1e-9, 10) == 0);
  CHECK(percentile_rank(50, 1) == 0);
}

TEST_CASE("min-max takes the finite extremes, per tensor, channel and group") {
  const float nan = std::numeric_limits<float>::quiet_NaN(), inf = std::numeric_limits<float>::infinity();
  const auto prepared = test::prepared_from({2, 4}, {1, -2, nan, 3, 0.5f, inf, -7, 4});
  QuantSpec spec = with_method(CalibrationMethod::MinMax);
  CHECK(ranges_of(spec, prepared) == std::vector<ClipRange>{{-7, 4}});
  spec.granularity = {GranularityKind::Channel, 0, 1};
  CHECK(ranges_of(spec, prepared) == std::vector<ClipRange>{{-2, 3}, {-7, 4}});
  spec.granularity = {GranularityKind::Channel, 1, 1};
  CHECK(ranges_of(spec, prepared) == std::vector<ClipRange>{{0.5f, 1}, {-2, -2}, {-7, -7}, {3, 4}});
  spec.granularity = {GranularityKind::Group, 1, 3};
  CHECK(ranges_of(spec, prepared) == std::vector<ClipRange>{{-2, 1}, {3, 3}, {-7, 0.5f}, {4, 4}});
}

TEST_CASE("V03 a group without a finite value has the range [0, 0] and scale 1") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const auto prepared = test::prepared_from({2, 2}, {nan, nan, 1, 2});
  QuantSpec spec = with_method(CalibrationMethod::MinMax);
  spec.granularity = {GranularityKind::Channel, 0, 1};
  CHECK(ranges_of(spec, prepared)[0] == ClipRange{0, 0});
  CHECK(test::run_spec(spec, prepared)->scales->groups[0].scale == 1);
}

TEST_CASE(
    "percentile: of |x| when symmetric, two-sided when affine; the same alone and as one of many groups") {
  std::vector<float> values(1000);
  for (int i = 0; i < 1000; ++i)
    values[static_cast<std::size_t>(i)] = static_cast<float>((i * 7919) % 1000) - 300;  // -300 ... 699
  QuantSpec spec = with_method(CalibrationMethod::Percentile);
  spec.calibration.percentile = 99;
  const auto tensor = test::prepared_from({1000}, values);
  CHECK(ranges_of(spec, tensor) == std::vector<ClipRange>{{-689, 689}});
  spec.scheme = Scheme::Affine;
  CHECK(ranges_of(spec, tensor) == std::vector<ClipRange>{{-295, 694}});
  const std::vector<ClipRange> alone = ranges_of(spec, tensor);
  std::vector<float> twice = values;
  twice.insert(twice.end(), values.begin(), values.end());
  spec.granularity = {GranularityKind::Channel, 0, 1};
  CHECK(ranges_of(spec, test::prepared_from({2, 1000}, twice)) == std::vector<ClipRange>{alone[0], alone[0]});
  spec.calibration.percentile = 100;
  spec.granularity = {};
  CHECK(ranges_of(spec, tensor) == std::vector<ClipRange>{{-300, 699}});
}

TEST_CASE("a manual range is the range of the tensor and a cap on finer groups") {
  const auto prepared = test::prepared_from({2, 3}, {-1, 0, 2, -10, 0, 5});
  QuantSpec spec = with_method(CalibrationMethod::Manual);
  spec.calibration.lo = -4;
  spec.calibration.hi = 3;
  CHECK(ranges_of(spec, prepared) == std::vector<ClipRange>{{-4, 3}});
  spec.granularity = {GranularityKind::Channel, 0, 1};
  CHECK(ranges_of(spec, prepared) == std::vector<ClipRange>{{-1, 2}, {-4, 3}});
  spec.overrides = {{1, -0.5, 0.5}};
  CHECK(ranges_of(spec, prepared) == std::vector<ClipRange>{{-1, 2}, {-0.5f, 0.5f}});
}

TEST_CASE("V13 a manual range given the wrong way round is turned") {
  QuantSpec spec = with_method(CalibrationMethod::Manual);
  spec.calibration.lo = 3;
  spec.calibration.hi = -4;
  CHECK(ranges_of(spec, test::prepared_from({2}, {1, 2})) == std::vector<ClipRange>{{-4, 3}});
}

TEST_CASE("ratio clips every group at a part of its own range" * doctest::test_suite("threads")) {
  QuantSpec spec = with_method(CalibrationMethod::Ratio);
  spec.calibration.ratio = 0.5;
  spec.granularity = {GranularityKind::Channel, 0, 1};
  CHECK(ranges_of(spec, test::prepared_from({2, 2}, {-2, 4, -1, 8})) ==
        std::vector<ClipRange>{{-1, 2}, {-0.5f, 4}});
}
