#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "core/probe.h"
#include "tests/core/support.h"

namespace bitloupe {
namespace {

constexpr std::uint64_t kAll = std::numeric_limits<std::uint64_t>::max();

QuantSpec int4(Granularity granularity = {}) {
  QuantSpec spec;
  spec.format = integer_format(4, true);
  spec.granularity = granularity;
  return spec;
}

Histogram one_by_one(const Snapshot& snapshot, const HistogramRequest& request, bool dequantized) {
  Histogram h = make_histogram(request.lo, request.hi, request.bins);
  const auto values = snapshot.tensor().span();
  for (std::uint64_t i = 0; i < values.size(); ++i) {
    const std::uint64_t group = snapshot.scales->layout.group_of(i);
    if (request.group && group != *request.group) continue;
    const float x =
        dequantized
            ? quantize_value(*snapshot.quantizer, snapshot.scales->groups[group], values[i], i).dequantized
            : values[i];
    count_into(h, std::span(&x, 1));
  }
  return h;
}

std::vector<float> some_values(std::size_t count) {
  auto values = test::random_values(count, 3);
  values[5] = std::numeric_limits<float>::quiet_NaN();
  values[6] = std::numeric_limits<float>::infinity();
  return values;
}

TEST_CASE("both histograms count every value under every granularity" * doctest::test_suite("threads")) {
  const auto prepared = test::prepared_from({12, 70, 5}, some_values(12 * 70 * 5));
  const Granularity granularities[] = {{},
                                       {GranularityKind::Channel, 0},
                                       {GranularityKind::Channel, 1},
                                       {GranularityKind::Channel, 2},
                                       {GranularityKind::Group, 1, 32},
                                       {GranularityKind::Group, 2, 4}};
  for (const Granularity& granularity : granularities) {
    CAPTURE(static_cast<int>(granularity.kind));
    CAPTURE(granularity.axis);
    const auto snapshot = test::run_spec(int4(granularity), prepared);
    for (const std::optional<std::uint64_t> group :
         {std::optional<std::uint64_t>(), std::optional<std::uint64_t>(0),
          std::optional(snapshot->scales->layout.count - 1)}) {
      const HistogramRequest request{-2, 2, 33, group};
      const HistogramResult result = histogram(*snapshot, request, kAll);
      CHECK(result.exact);
      CHECK(result.weight == 1);
      CHECK(result.original.counts == one_by_one(*snapshot, request, false).counts);
      CHECK(result.dequantized.counts == one_by_one(*snapshot, request, true).counts);
      CHECK(result.original.total() == result.dequantized.total());
      CHECK(result.original.total() == (group ? group_size(snapshot->scales->layout, *group) : 4200));
    }
    const HistogramResult all = histogram(*snapshot, {-2, 2, 10, {}}, kAll);
    CHECK(all.original.nan == 1);
    CHECK(all.original.inf == 1);
  }
}

TEST_CASE("stochastic rounding draws by each value's own index, whole or in strided groups") {
  QuantSpec spec = int4({GranularityKind::Group, 0, 8});
  spec.rounding = Rounding::Stochastic;
  const auto snapshot = test::run_spec(spec, test::prepared_from({40, 30}, some_values(1200)));
  const HistogramRequest whole{-1, 1, 64, {}}, group{-1, 1, 64, 31};
  CHECK(histogram(*snapshot, whole, kAll).dequantized.counts == one_by_one(*snapshot, whole, true).counts);
  CHECK(histogram(*snapshot, group, kAll).dequantized.counts == one_by_one(*snapshot, group, true).counts);
}

TEST_CASE("beyond the budget a part stands in, with its weight") {
  const std::size_t count = 100000;
  const auto snapshot = test::run_spec(int4(), test::prepared_from({count}, test::random_values(count, 8)));
  const HistogramRequest request{-3, 3, 12, {}};
  const HistogramResult exact = histogram(*snapshot, request, kAll),
                        part = histogram(*snapshot, request, 10000);
  CHECK(!part.exact);
  CHECK(part.original.total() <= 10000);
  CHECK(part.original.total() > 9000);
  CHECK(part.weight * static_cast<double>(part.original.total()) == doctest::Approx(count));
  for (std::size_t i = 3; i < 9; ++i)
    CHECK(part.weight * static_cast<double>(part.original.counts[i]) ==
          doctest::Approx(static_cast<double>(exact.original.counts[i])).epsilon(0.15));
  CHECK(histogram(*snapshot, request, 10000).original.counts == part.original.counts);
  CHECK(!histogram(*snapshot, request, 0).exact);
}

TEST_CASE("a large tensor is answered from its sample; a large group from a part of it") {
  const std::size_t rows = 1100, columns = 2048, count = rows * columns;
  const auto prepared = test::prepared_from({rows, columns}, test::random_values(count, 8));
  REQUIRE(!prepared->sample.all);
  const auto snapshot = test::run_spec(int4({GranularityKind::Channel, 1}), prepared);
  const HistogramResult sampled = histogram(*snapshot, {-3, 3, 12, {}}, 2000000);
  CHECK(!sampled.exact);
  CHECK(sampled.original.total() == prepared->sample.values);
  CHECK(histogram(*snapshot, {-3, 3, 12, {}}, 100000).original.total() <= 100000);
  const HistogramResult group = histogram(*snapshot, {-3, 3, 12, 2047}, 500);
  CHECK(!group.exact);
  CHECK(group.original.total() <= 500);
  CHECK(group.weight == doctest::Approx(1100.0 / static_cast<double>(group.original.total())));
}

TEST_CASE("V01 an empty tensor has empty histograms") {
  const auto snapshot = test::run_spec(int4(), test::prepared_from({0, 3}, {}));
  const HistogramResult result = histogram(*snapshot, {0, 0, 5, {}}, kAll);
  CHECK(result.original.total() == 0);
  CHECK(result.exact);
}

TEST_CASE("a stopped histogram comes back" * doctest::test_suite("threads")) {
  const auto snapshot = test::run_spec(int4(), test::prepared_from({200000}, test::random_values(200000, 8)));
  std::stop_source source;
  source.request_stop();
  WorkContext work;
  work.stop = source.get_token();
  CHECK(histogram(*snapshot, {-1, 1, 5, {}}, kAll, work).original.total() == 0);
}

TEST_CASE("level counts are the grid's levels with the report's counts") {
  const auto snapshot = test::run_spec(int4(), test::prepared_from({7}, {-7, -7, 0.2f, 3, 3, 3, 7}));
  const auto levels = level_counts(*snapshot, 0);
  REQUIRE(levels.size() == 15);  // narrow: -7 ... 7
  CHECK(levels.front().value == -7);
  CHECK(levels.front().count == 2);
  CHECK(levels.front().code == 9);
  CHECK(levels[7].value == 0);
  CHECK(levels[7].count == 1);
  CHECK(levels[10].count == 3);
  for (std::size_t i = 1; i < levels.size(); ++i) CHECK(levels[i - 1].value < levels[i].value);
}

TEST_CASE("level counts: -0 joins +0, affine levels are shifted, groups have levels without counts") {
  QuantSpec e2m1;
  e2m1.format = float_format(2, 1, Specials::Finite);
  const auto floats = test::run_spec(e2m1, test::prepared_from({4}, {-6, -0.1f, 0.1f, 6}));
  const auto levels = level_counts(*floats, 0);
  REQUIRE(levels.size() == 15);
  CHECK(levels[7].count == 2);

  QuantSpec affine = int4();
  affine.format = integer_format(2, false);
  const auto shifted = test::run_spec(affine, test::prepared_from({2}, {-1, 2}));
  const auto four = level_counts(*shifted, 0);
  REQUIRE(four.size() == 4);
  CHECK(four.front().value == -1);
  CHECK(four.back().value == 2);

  const auto channels =
      test::run_spec(int4({GranularityKind::Channel, 0}), test::prepared_from({2, 2}, {1, 2, 30, 70}));
  const auto second = level_counts(*channels, 1);
  CHECK(second.back().value == 70);
  CHECK(second.back().count == 0);

  QuantSpec fp32;
  fp32.format = float_format(8, 23, Specials::Ieee);
  CHECK(level_counts(*test::run_spec(fp32, test::prepared_from({2}, {1, 2})), 0).empty());
}

TEST_CASE("level counts of a sample are scaled up to the whole") {
  const std::size_t count = (1 << 21) + 4096;
  const auto prepared = test::prepared_from({count}, test::random_values(count, 8));
  auto snapshot = std::make_shared<Snapshot>(*test::run_spec(int4(), prepared));
  snapshot->report = std::make_shared<const ErrorReport>(
      *measure_error(*prepared, *snapshot->quantizer, *snapshot->scales, true, {}));
  snapshot->exact = false;
  double total = 0;
  for (const LevelCount& level : level_counts(*snapshot, 0)) total += level.count;
  CHECK(total == doctest::Approx(static_cast<double>(count)));
}

}  // namespace
}  // namespace bitloupe
