#include "core/experiment.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "core/random.h"
#include "tests/core/support.h"

using namespace bitloupe;

namespace {

using Shot = std::shared_ptr<const Snapshot>;

Shot run_once(const QuantSpec& spec, std::shared_ptr<const Prepared> prepared, const Shot& previous,
              std::vector<Shot>* published = nullptr) {
  RunContext context;
  if (published) context.publish = [published](const Shot& shot) { published->push_back(shot); };
  auto result = run({{}, spec}, std::move(prepared), previous, context);
  REQUIRE(result.ok());
  return *result;
}

QuantSpec int4() {
  QuantSpec spec;
  spec.format = integer_format(4, true);
  return spec;
}

// Straight from concepts.md, one value at a time.
struct Direct {
  double rounding = 0, clipping = 0, max_abs = 0;
  std::uint64_t clipped = 0;
};
Direct direct_error(const Snapshot& shot) {
  Direct sums;
  const auto x = shot.tensor().span();
  for (std::size_t i = 0; i < x.size(); ++i) {
    const GroupScale& scale = shot.scales->groups[shot.scales->layout.group_of(i)];
    const QuantizedValue value = quantize_value(*shot.quantizer, scale, x[i], i);
    const double e = static_cast<double>(x[i]) - static_cast<double>(value.dequantized);
    (value.kind == ErrorKind::Clipped ? sums.clipping : sums.rounding) += e * e;
    sums.clipped += value.kind == ErrorKind::Clipped;
    sums.max_abs = std::max(sums.max_abs, std::fabs(e));
  }
  return sums;
}

}  // namespace

TEST_CASE("the report is the definition's, for every granularity") {
  const auto prepared = test::prepared_from({64, 129}, test::random_values(64 * 129, 1));
  for (const Granularity& granularity :
       {Granularity{}, Granularity{GranularityKind::Channel, 0, 1},
        Granularity{GranularityKind::Channel, 1, 1}, Granularity{GranularityKind::Group, 1, 32},
        Granularity{GranularityKind::Group, 0, 16}, Granularity{GranularityKind::Group, -1, 48, true},
        Granularity{GranularityKind::Tile, -1, 16, false, 24}}) {
    QuantSpec spec = int4();
    spec.granularity = granularity;
    spec.calibration.method = CalibrationMethod::Ratio;
    spec.calibration.ratio = 0.6;
    const Shot shot = test::run_spec(spec, prepared);
    const Direct direct = direct_error(*shot);
    const double n = static_cast<double>(prepared->tensor->count());
    CHECK(shot->report->mse_rounding == doctest::Approx(direct.rounding / n).epsilon(1e-12));
    CHECK(shot->report->mse_clipping == doctest::Approx(direct.clipping / n).epsilon(1e-12));
    CHECK(shot->report->max_abs == direct.max_abs);
    CHECK(shot->report->clipped == direct.clipped);
    CHECK(direct.clipped > 0);
    std::uint64_t codes = 0;
    for (const std::uint64_t count : shot->report->code_counts) codes += count;
    CHECK(codes == prepared->tensor->count());
    CHECK(shot->exact);
  }
}

TEST_CASE("the worst group is the one with the least SQNR") {
  std::vector<float> values(3 * 16);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i % 16) / 15;
  for (std::size_t i = 17; i < 32; ++i)
    values[i] = 0.49f / 7;  // channel 1: one value of 1, the others round to 0
  values[16] = 1;
  QuantSpec spec = int4();
  spec.granularity = {GranularityKind::Channel, 0, 1};
  const Shot shot = test::run_spec(spec, test::prepared_from({3, 16}, values));
  REQUIRE(shot->report->worst_group.has_value());
  CHECK(shot->report->worst_group->group == 1);
}

TEST_CASE("symmetric min-max clips nothing on 10,000 random tensors") {
  std::uint64_t clipped = 0;
  for (std::uint64_t t = 0; t < 10000; ++t) {
    const std::size_t count = 1 + random_bits(21, t) % 64;
    const double scale = std::exp2(60 * random_unit(22, t) - 30);
    QuantSpec spec;
    const int bits = 2 + static_cast<int>(random_bits(23, t) % 7);
    spec.format = t % 5 == 0   ? float_format(4, 3, Specials::Fn)
                  : t % 5 == 1 ? float_format(2, 1, Specials::Finite)
                               : integer_format(bits, t % 2 == 0);
    spec.scheme = Scheme::Symmetric;
    spec.divide = static_cast<Divide>(t % 3);
    if (t % 7 == 0) spec.granularity = {GranularityKind::Group, -1, 8};
    clipped += test::run_spec(spec, test::prepared_from({count}, test::random_values(count, t, scale)))
                   ->report->clipped;
  }
  CHECK(clipped == 0);
}

TEST_CASE("V04 V05 NaN and infinities are counted apart and spoil nothing") {
  const float nan = std::numeric_limits<float>::quiet_NaN(), inf = std::numeric_limits<float>::infinity();
  const Shot shot = test::run_spec(int4(), test::prepared_from({5}, {7, nan, -7, inf, -inf}));
  CHECK(shot->report->nan == 1);
  CHECK(shot->report->inf == 2);
  CHECK(shot->report->finite == 2);
  CHECK(shot->report->mse() == 0);
  CHECK(std::isinf(*shot->report->sqnr_db()));
}

TEST_CASE("V01 V02 V06 V07 empty, single, constant and zero tensors") {
  const Shot empty = test::run_spec(int4(), test::prepared_from({0}, {}));
  CHECK(empty->report->finite == 0);
  CHECK_FALSE(empty->report->sqnr_db().has_value());
  CHECK(test::run_spec(int4(), test::prepared_from({1}, {-3}))->report->mse() ==
        doctest::Approx(0).epsilon(1e-12));
  QuantSpec affine = int4();
  affine.scheme = Scheme::Affine;
  const Shot constant = test::run_spec(affine, test::prepared_from({3}, {5, 5, 5}));
  CHECK(constant->report->max_abs <= static_cast<double>(constant->scales->groups[0].scale) / 2);
  const Shot zero = test::run_spec(int4(), test::prepared_from({2}, {0, 0}));
  CHECK(zero->scales->groups[0] == GroupScale{1, 0});
  CHECK(std::isinf(*zero->report->sqnr_db()));  // exact
}

TEST_CASE("stages whose inputs did not change are reused by pointer") {
  const auto prepared = test::prepared_from({64, 64}, test::random_values(4096, 2));
  const Shot first = run_once(int4(), prepared, nullptr);
  QuantSpec rounded = int4();
  rounded.rounding = Rounding::Down;
  const Shot second = run_once(rounded, prepared, first);
  CHECK(second->extremes == first->extremes);
  CHECK(second->ranges == first->ranges);
  CHECK(second->report != first->report);
  CHECK(second->id > first->id);
  const Shot again = run_once(rounded, prepared, second);
  CHECK(again->report == second->report);
  CHECK(again->comparisons == second->comparisons);
  QuantSpec channels = rounded;
  channels.granularity = {GranularityKind::Channel, 0, 1};
  CHECK(run_once(channels, prepared, again)->extremes != first->extremes);
}

TEST_CASE("a wrong spec is a snapshot with an error, and the next right one recovers") {
  const auto prepared = test::prepared_from({8, 8}, test::random_values(64, 3));
  QuantSpec wrong = int4();
  wrong.granularity = {GranularityKind::Channel, 5, 1};
  const Shot shot = run_once(wrong, prepared, nullptr);
  REQUIRE(shot->error.has_value());
  CHECK(shot->error->message.find("axis") != std::string::npos);
  CHECK_FALSE(shot->scales);
  CHECK_FALSE(run_once(int4(), prepared, shot)->error.has_value());
}

TEST_CASE("a large tensor publishes its sample first, with exact scales, then the exact report" *
          doctest::test_suite("threads")) {
  const std::size_t count = (std::size_t{1} << 21) + 1000;
  const auto prepared = test::prepared_from({count}, test::random_values(count, 4));
  std::vector<Shot> published;
  const Shot last = run_once(int4(), prepared, nullptr, &published);
  REQUIRE(published.size() >= 3);
  CHECK_FALSE(published[0]->exact);
  CHECK(published[0]->scales == last->scales);
  CHECK(*published[0]->report->sqnr_db() == doctest::Approx(*last->report->sqnr_db()).epsilon(0.02));
  CHECK(last->exact);
  CHECK(last->report->values == count);
  for (std::size_t i = 1; i < published.size(); ++i) CHECK(published[i]->id == published[i - 1]->id + 1);
}

TEST_CASE("a superseded run stops after the sample, a cancelled one is Cancelled" *
          doctest::test_suite("threads")) {
  const std::size_t count = (std::size_t{1} << 21) + 1000;
  const auto prepared = test::prepared_from({count}, test::random_values(count, 5));
  std::stop_source stop;
  stop.request_stop();
  RunContext context;
  context.superseded = stop.get_token();
  auto result = run({{}, int4()}, prepared, nullptr, context);
  REQUIRE(result.ok());
  CHECK_FALSE((*result)->exact);
  REQUIRE((*result)->report);
  context.work.stop = stop.get_token();
  auto cancelled_run = run({{}, int4()}, prepared, nullptr, context);
  REQUIRE_FALSE(cancelled_run.ok());
  CHECK(cancelled_run.error().code == ErrorCode::Cancelled);
}

TEST_CASE("comparisons begin with the spec's own format") {
  const auto prepared = test::prepared_from({64}, test::random_values(64, 6));
  const Shot shot = run_once(int4(), prepared, nullptr);
  REQUIRE(shot->comparisons);
  CHECK(shot->comparisons->front().spec.format == int4().format);
  CHECK(shot->comparisons->size() == 4);
  CHECK(*shot->comparisons->front().sqnr_db == doctest::Approx(*shot->report->sqnr_db()));
}

TEST_CASE("V09 values at the end of float32 stay finite under every format and scale") {
  const float end = std::numeric_limits<float>::max();
  const auto prepared = test::prepared_from({4}, {0, -end, 3.4e38f, 1});
  for (const NumberFormat& format :
       {integer_format(8, true), integer_format(8, false), integer_format(4, false), integer_format(16, true),
        float_format(2, 1, Specials::Finite), float_format(5, 2, Specials::Ieee)})
    for (const ScaleType type : {ScaleType::F32, ScaleType::BF16, ScaleType::Pow2})
      for (const ScaleRule rule : {ScaleRule::Floor, ScaleRule::Ceil}) {
        QuantSpec spec;
        spec.format = format;
        spec.scale_type = type;
        spec.scale_rule = rule;
        spec.code_range = is_integer_family(format) ? std::optional(CodeRange::Full) : std::nullopt;
        const Shot shot = test::run_spec(spec, prepared);
        REQUIRE_FALSE(shot->error.has_value());
        CHECK(std::isfinite(shot->report->max_abs));
        CHECK(std::isfinite(shot->report->mse()));
        CHECK(std::isfinite(*shot->report->cosine()));
      }
}

TEST_CASE(
    "values sorted for the previous snapshot are not sorted again, and where nothing is searched not used") {
  const auto prepared = test::prepared_from({64, 64}, test::random_values(64 * 64, 5));
  const auto measured = [&](int bits, CalibrationMethod method, const Shot& previous) {
    QuantSpec spec;
    spec.format = integer_format(bits, true);
    spec.calibration.method = method;
    return run({{}, spec}, prepared, previous, report_only({})).value();
  };
  const Shot first = measured(4, CalibrationMethod::Mse, nullptr);
  REQUIRE(first->moments);
  const Shot second = measured(3, CalibrationMethod::Mse, first),
             alone = measured(3, CalibrationMethod::Mse, nullptr);
  CHECK(second->moments == first->moments);
  CHECK(second->report->mse() == alone->report->mse());
  CHECK(second->ranges->front().hi == alone->ranges->front().hi);
  CHECK(!measured(3, CalibrationMethod::MinMax, first)->moments);
}
