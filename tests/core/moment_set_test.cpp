#include "core/stats/moment_set.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "core/calibration/order_statistics.h"
#include "core/experiment.h"
#include "core/format/presets.h"
#include "core/quant/spec_text.h"
#include "support.h"

namespace bitloupe {
namespace {

QuantSpec spec_of(std::vector<std::pair<const char*, const char*>> keys) {
  QuantSpec spec;
  for (const auto& [key, value] : keys) REQUIRE(set_key(spec, key, value));
  return canonical(spec);
}

std::vector<float> with_specials(std::size_t count, std::uint64_t seed) {
  std::vector<float> values = test::random_values(count, seed);
  values[1] = std::numeric_limits<float>::quiet_NaN();
  values[count / 2] = -std::numeric_limits<float>::infinity();
  values[count - 1] = -0.0f;
  return values;
}

struct Measured {
  ErrorReport by_moments, by_reading;
};

Measured measure(const QuantSpec& spec, const std::shared_ptr<const Prepared>& prepared) {
  const GroupLayout layout = make_group_layout(spec.granularity, prepared->tensor->shape);
  const auto extremes = group_extremes(*prepared, layout, {});
  const auto moments = make_moments(*prepared, layout, false, {});
  REQUIRE(moments);
  const auto ranges = calibrate(*prepared, spec, *extremes, nullptr, std::nullopt, {});
  const auto sorted_ranges = calibrate(*prepared, spec, *extremes, moments->get(), std::nullopt, {});
  REQUIRE(ranges);
  CHECK(*ranges == *sorted_ranges);
  const ScaleSet scales = make_scales(spec, layout, *ranges, 0);
  const Quantizer quantizer(spec);
  return {*measure_moments(**moments, quantizer, scales, {}),
          *measure_error(*prepared, quantizer, scales, false, {})};
}

void check_equal(const Measured& measured) {
  const ErrorReport &a = measured.by_moments, &b = measured.by_reading;
  CHECK(a.code_counts == b.code_counts);
  CHECK(a.values == b.values);
  CHECK(a.finite == b.finite);
  CHECK(a.clipped == b.clipped);
  CHECK(a.nan == b.nan);
  CHECK(a.inf == b.inf);
  CHECK(a.max_abs == b.max_abs);
  CHECK(a.mse_rounding == doctest::Approx(b.mse_rounding).epsilon(1e-9));
  CHECK(a.mse_clipping == doctest::Approx(b.mse_clipping).epsilon(1e-9));
  CHECK(a.signal == doctest::Approx(b.signal).epsilon(1e-12));
  CHECK(a.dot == doctest::Approx(b.dot).epsilon(1e-9));
  CHECK(std::fabs(a.mean - b.mean) <= 1e-12 * a.max_abs);
  REQUIRE(a.worst_group);
  CHECK(a.worst_group->group == b.worst_group->group);
  CHECK(*a.worst_group->sqnr_db == doctest::Approx(*b.worst_group->sqnr_db).epsilon(1e-9));
}

}  // namespace

TEST_CASE("per tensor and per channel, moments and reading give one report") {
  const auto prepared = test::prepared_from({6, 5000}, with_specials(30000, 3));
  for (const char* format : {"int4", "uint8", "e4m3fn", "sm4", "int12"})
    for (const char* granularity : {"tensor", "channel:0", "channel:1"})
      for (const char* calibration : {"minmax", "percentile:99", "percentile:0.01", "ratio:0.5"}) {
        CAPTURE(format);
        CAPTURE(granularity);
        CAPTURE(calibration);
        check_equal(
            measure(spec_of({{"format", format}, {"granularity", granularity}, {"calibration", calibration}}),
                    prepared));
      }
}

TEST_CASE("the k-th magnitude of sorted values is that of the values") {
  for (const std::size_t count : std::vector<std::size_t>{3, 10, 1000, 4097}) {
    const std::vector<float> values = with_specials(count, count);
    const auto sorted = SortedValues::sort(values, {}, {});
    REQUIRE(sorted);
    for (std::uint64_t rank = 0; rank < sorted->size(); rank += 1 + sorted->size() / 50)
      CHECK(kth_magnitude(*sorted, rank) == kth_smallest(values, OrderKey::Magnitude, rank, {}));
  }
}

TEST_CASE("run() with sorted values, with the sample's and without gives one answer in the end" *
          doctest::test_suite("threads")) {
  const auto prepared = test::prepared_from({3 << 20}, test::random_values(3 << 20, 1));
  Experiment experiment;
  experiment.quant = spec_of({{"format", "int4"}, {"calibration", "mse"}});
  const GroupLayout layout = *moment_layout(experiment.quant, *prepared->tensor);
  std::vector<ErrorReport> reports;
  bool first_exact = true;
  for (const bool sample : {false, true}) {
    RunContext context;
    context.moments = *make_moments(*prepared, layout, sample, {});
    CHECK(context.moments->all == !sample);
    context.publish = [&](const auto& shot) {
      if (sample && shot->report) first_exact = first_exact && shot->exact;
    };
    const auto shot = run(experiment, prepared, nullptr, context);
    REQUIRE(shot);
    CHECK((*shot)->exact == !sample);  // a range from a sample's curve is not final
    CHECK((*shot)->curve->exact == !sample);
    reports.push_back(*(*shot)->report);
  }
  CHECK_FALSE(first_exact);
  const auto shot = run(experiment, prepared, nullptr, report_only({}));
  REQUIRE(shot);
  CHECK((*shot)->report->mse() == doctest::Approx(reports[0].mse()).epsilon(1e-12));
  CHECK(reports[1].mse() == doctest::Approx(reports[0].mse()).epsilon(0.01));
}

TEST_CASE("under stochastic rounding the expectation comes first, then the draw") {
  const auto prepared = test::prepared_from({1 << 20}, test::random_values(1 << 20, 1));
  Experiment experiment;
  experiment.quant = spec_of({{"format", "int4"}, {"rounding", "stochastic"}});
  RunContext context;
  context.with_curve = context.with_comparisons = false;
  context.moments = *make_moments(*prepared, *moment_layout(experiment.quant, *prepared->tensor), false, {});
  std::vector<std::shared_ptr<const Snapshot>> shots;
  context.publish = [&](const auto& shot) { shots.push_back(shot); };
  REQUIRE(run(experiment, prepared, nullptr, context));
  REQUIRE(shots.size() == 2);
  CHECK_FALSE(shots[0]->exact);
  CHECK(shots[1]->exact);
  CHECK(shots[0]->report->mse() == doctest::Approx(shots[1]->report->mse()).epsilon(0.01));
  CHECK(shots[0]->report->mse() != shots[1]->report->mse());
}

TEST_CASE("a run that was cut short leaves nothing stale behind" * doctest::test_suite("threads")) {
  const auto prepared = test::prepared_from({3 << 20}, test::random_values(3 << 20, 1));
  Experiment experiment;
  experiment.quant = spec_of({{"format", "int4"}, {"calibration", "percentile:99"}});
  const GroupLayout layout = *moment_layout(experiment.quant, *prepared->tensor);
  const auto sampled = *make_moments(*prepared, layout, true, {});
  const auto all = *make_moments(*prepared, layout, false, {});
  const auto run_with = [&](const std::shared_ptr<const MomentSet>& moments,
                            const std::shared_ptr<const Snapshot>& previous, bool cut_short) {
    RunContext context;
    std::stop_source superseded;
    context.superseded = superseded.get_token();
    context.moments = moments;
    if (cut_short) superseded.request_stop();
    const auto shot = run(experiment, prepared, previous, context);
    REQUIRE(shot);
    return *shot;
  };
  auto shot = run_with(sampled, nullptr, false);
  CHECK_FALSE(shot->curve->exact);
  shot = run_with(all, shot, true);  // still shows the sample's curve
  experiment.quant.calibration.percentile = 90;
  shot = run_with(all, shot, true);
  shot = run_with(all, shot, false);
  CHECK(shot->curve->exact);
  CHECK((*shot->picks)[1].calibration.percentile == 90);
  CHECK((*shot->picks)[1].range == (*shot->ranges)[0]);
  experiment.quant.calibration.method = CalibrationMethod::Mse;
  shot = run_with(all, shot, false);
  CHECK(shot->exact);
  CHECK((*shot->ranges)[0] == shot->curve->best.range);
}

TEST_CASE("formats of many levels and small groups have a curve of the sample first, then of all values") {
  const auto prepared = test::prepared_from({3, 1 << 20}, test::random_values(3 << 20, 1));
  struct Case {
    const char *format, *granularity, *calibration;
  };
  for (const auto& [format, granularity, calibration] :
       {Case{"int16", "tensor", "mse"}, Case{"int4", "group:64", "minmax"}}) {
    Experiment experiment;
    experiment.quant = spec_of({{"format", format},
                                {"scheme", "symmetric"},
                                {"granularity", granularity},
                                {"calibration", calibration}});
    RunContext context;
    context.with_comparisons = false;
    bool first = false, exact_range_first = false;
    context.publish = [&](const auto& shot) {
      first = first || (shot->curve && !shot->curve->exact);
      const bool searched =
          shot->spec.calibration.method == CalibrationMethod::Mse && shot->extremes->layout.count == 1;
      exact_range_first = exact_range_first || (searched && shot->exact && !shot->curve->exact);
    };
    const auto shot = run(experiment, prepared, nullptr, context);
    REQUIRE(shot);
    CHECK(first);
    CHECK_FALSE(exact_range_first);
    CHECK((*shot)->exact);
    CHECK((*shot)->curve->exact);
    CHECK((*shot)->picks_final);
  }
}

TEST_CASE("moments pay where a cut between each two codes costs less than reading") {
  const NumberFormat int4 = integer_format(4, true), int8 = integer_format(8, true),
                     int12 = integer_format(12, true), fp32 = float_format(8, 23, Specials::Ieee);
  CHECK(moments_pay(MomentUse::OneError, 2000 << 4, int4));
  CHECK(!moments_pay(MomentUse::OneError, (2000 << 4) - 1, int4));
  CHECK(!moments_pay(MomentUse::OneError, 1000, int8));
  CHECK(moments_pay(MomentUse::Curve, 1000, int8));
  CHECK(!moments_pay(MomentUse::Curve, (2400 << 12) - 1, int12));
  CHECK(moments_pay(MomentUse::Curve, 2400 << 12, int12));
  for (const MomentUse use : {MomentUse::OneError, MomentUse::Curve})
    CHECK(!moments_pay(use, ~std::uint64_t{0}, fp32));
}

TEST_CASE("under stochastic rounding counts, mean and products are expectations too") {
  const auto prepared = test::prepared_from({1 << 18}, test::random_values(1 << 18, 1));
  const QuantSpec spec =
      spec_of({{"format", "int4"}, {"rounding", "stochastic"}, {"calibration", "manual:-2:2"}});
  const Measured measured = measure(spec, prepared);
  const ErrorReport &expected = measured.by_moments, &drawn = measured.by_reading;
  CHECK(expected.mean == doctest::Approx(drawn.mean).epsilon(0.05).scale(0.01));
  CHECK(*expected.cosine() == doctest::Approx(*drawn.cosine()).epsilon(1e-3));
  CHECK(expected.clipped == drawn.clipped);
  std::uint64_t total = 0;
  for (std::size_t code = 0; code < expected.code_counts.size(); ++code) {
    total += expected.code_counts[code];
    CHECK(static_cast<double>(expected.code_counts[code]) ==
          doctest::Approx(static_cast<double>(drawn.code_counts[code])).epsilon(0.05));
  }
  CHECK(total == expected.values);
}

}  // namespace bitloupe
