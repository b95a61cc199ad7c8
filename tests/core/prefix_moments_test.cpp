#include "core/stats/prefix_moments.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <random>

#include "core/ordered.h"
#include "core/stats/bucket_moments.h"
#include "core/stats/sorted_histogram.h"
#include "random_quantizer.h"
#include "support.h"

namespace bitloupe {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

std::vector<float> mixed(std::size_t count, std::uint64_t seed) {
  std::vector<float> values = test::random_values(count, seed);
  std::mt19937 random(static_cast<unsigned>(seed));
  const float odd[] = {0.0f, -0.0f, kInfinity, -kInfinity, NAN, 0x1p-149f, -3.4e38f, 3.4e38f, 1, 1, 1};
  for (float& x : values)
    if (random() % 16 == 0) x = odd[random() % std::size(odd)];
  return values;
}

std::vector<float> sorted_finite(std::vector<float> values) {
  std::erase_if(values, [](float x) { return !std::isfinite(x); });
  std::sort(values.begin(), values.end(), [](float a, float b) { return ordered(a) < ordered(b); });
  return values;
}

bool same_bits(std::span<const float> a, std::span<const float> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](float x, float y) { return ordered(x) == ordered(y); });
}

}  // namespace

TEST_CASE("values are sorted in the total order; NaN and infinities are counted apart") {
  for (const std::size_t count :
       std::vector<std::size_t>{0, 1, 2, 15, 16, 17, 63, 64, 65, 1000, 4097, 300000, 700001}) {
    const std::vector<float> values = mixed(count, count + 1);
    const auto sorted = SortedValues::sort(values, {}, {});
    REQUIRE(sorted);
    const std::vector<float> expected = sorted_finite(values);
    CHECK(same_bits(sorted->values(), expected));
    CHECK(sorted->nan() == static_cast<std::uint64_t>(std::count_if(values.begin(), values.end(),
                                                                    [](float x) { return std::isnan(x); })));
    CHECK(sorted->positive_inf() ==
          static_cast<std::uint64_t>(std::count(values.begin(), values.end(), kInfinity)));
    CHECK(sorted->negative_inf() ==
          static_cast<std::uint64_t>(std::count(values.begin(), values.end(), -kInfinity)));
  }
}

TEST_CASE("equal values, two values and a narrow range are sorted too" * doctest::test_suite("threads")) {
  std::mt19937 random(1);
  for (const int kinds : {1, 2, 1000}) {
    std::vector<float> values(600000);
    for (float& x : values) x = 1 + static_cast<float>(random() % static_cast<unsigned>(kinds)) * 0x1p-23f;
    const auto sorted = SortedValues::sort(values, {}, {});
    REQUIRE(sorted);
    CHECK(same_bits(sorted->values(), sorted_finite(values)));
    CHECK(sorted->position(1.0f) == 0);
    CHECK(sorted->position(2.0f) == values.size());
  }
}

TEST_CASE("a value's place is where the total order puts it") {
  const std::vector<float> expected = sorted_finite(mixed(200000, 4));
  const auto sorted = SortedValues::sort(expected, {}, {});
  REQUIRE(sorted);
  std::mt19937 random(2);
  for (int i = 0; i < 20000; ++i) {
    float x = expected[random() % expected.size()];
    if (i % 3 > 0) x = from_ordered(ordered(x) + (i % 3 == 1 ? 1 : -1));
    if (i % 50 == 0) x = std::bit_cast<float>(static_cast<std::uint32_t>(random()));
    if (std::isnan(x)) continue;
    const auto place = std::partition_point(expected.begin(), expected.end(),
                                            [&](float y) { return ordered(y) < ordered(x); });
    CHECK(sorted->position(x) == static_cast<std::uint64_t>(place - expected.begin()));
    const double d = static_cast<double>(x) * (1 + 1e-10);
    CHECK(sorted->count_below(d) ==
          static_cast<std::uint64_t>(std::count_if(expected.begin(), expected.end(),
                                                   [&](float y) { return static_cast<double>(y) < d; })));
    if (i > 300) i += 50;  // counting all values is slow
  }
  CHECK(sorted->count_below(0) == sorted->position(-0.0f));
  CHECK(sorted->count_up_to(0) > sorted->position(0.0f));
}

TEST_CASE("sums below any place, with and without weights") {
  std::vector<float> values = test::random_values(5000, 3);
  std::vector<float> weights(values.size());
  std::mt19937 random(5);
  for (float& w : weights) w = static_cast<float>(random() % 1000) / 64;
  const auto plain = PrefixMoments::build(values, {});
  const auto weighted = PrefixMoments::build_weighted(values, weights, {});
  REQUIRE(plain);
  REQUIRE(weighted);
  CHECK(plain->count() == 5000);
  std::vector<std::size_t> order(values.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(ordered(values[a]), weights[a]) < std::pair(ordered(values[b]), weights[b]);
  });
  long double s1 = 0, s2 = 0, w0 = 0, w1 = 0, w2 = 0;
  for (std::size_t i = 0; i <= order.size(); ++i) {
    const MomentSums a = plain->below(i), b = weighted->below(i);
    CHECK(a.s0.value() == static_cast<double>(i));
    CHECK(a.s1.value() == doctest::Approx(static_cast<double>(s1)).epsilon(1e-14));
    CHECK(a.s2.value() == doctest::Approx(static_cast<double>(s2)).epsilon(1e-14));
    CHECK(b.s0.value() == static_cast<double>(w0));
    CHECK(b.s1.value() == doctest::Approx(static_cast<double>(w1)).epsilon(1e-14));
    CHECK(b.s2.value() == doctest::Approx(static_cast<double>(w2)).epsilon(1e-14));
    if (i == order.size()) break;
    const auto x = static_cast<long double>(values[order[i]]),
               w = static_cast<long double>(weights[order[i]]);
    s1 += x;
    s2 += x * x;
    w0 += w;
    w1 += w * x;
    w2 += w * x * x;
  }
}

TEST_CASE("weights weigh the errors") {
  std::mt19937 random(11);
  for (int round = 0; round < 50; ++round) {
    const test::RandomCase on = test::random_quantizer(random, false);
    const std::vector<float> values = sorted_finite(test::unkind_values(random, on, 200));
    std::vector<float> weights(values.size());
    for (float& w : weights) w = static_cast<float>(random() % 9);
    const auto moments = PrefixMoments::build_weighted(values, weights, {});
    REQUIRE(moments);
    const MomentErrors found =
        moment_errors(*moments, CodeLadder(on.quantizer, on.scale.zero_point), on.quantizer, on.scale);
    double sum = 0, weight = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const QuantizedValue q = quantize_value(on.quantizer, on.scale, values[i], 0);
      weight += static_cast<double>(weights[i]);
      if (q.kind > ErrorKind::Clipped) continue;
      const double e = static_cast<double>(values[i]) - static_cast<double>(q.dequantized);
      sum += static_cast<double>(weights[i]) * e * e;
    }
    CHECK(found.weight == weight);
    CHECK(found.rounding + found.clipping == doctest::Approx(sum).epsilon(1e-9));
  }
}

TEST_CASE("memory including the sorted copy stays under 1.2 times the values") {
  for (const std::size_t count : std::vector<std::size_t>{4096, 1 << 20}) {
    const auto moments = PrefixMoments::build(test::random_values(count, 1), {});
    REQUIRE(moments);
    CHECK(static_cast<double>(moments->bytes()) < 1.2 * 4 * static_cast<double>(count));
  }
}

TEST_CASE("a stopped build gives nothing" * doctest::test_suite("threads")) {
  std::stop_source stop;
  stop.request_stop();
  WorkContext work;
  work.stop = stop.get_token();
  CHECK_FALSE(PrefixMoments::build(test::random_values(100000, 1), work));
}

TEST_CASE("progress of a build grows from 0 to 1" * doctest::test_suite("threads")) {
  std::mutex mutex;
  std::vector<double> reported;
  WorkContext work;
  work.progress = [&](double done) {
    std::lock_guard lock(mutex);
    reported.push_back(done);
  };
  REQUIRE(PrefixMoments::build(test::random_values(1 << 20, 1), work));
  REQUIRE(reported.size() > 4);
  CHECK(reported.back() == doctest::Approx(1));
  for (std::size_t i = 1; i < reported.size(); ++i)
    CHECK(reported[i] > reported[i - 1] - 0.3);  // threads overtake
}

TEST_CASE("stochastic rounding: the expectation is what many draws give") {
  const std::vector<float> values = test::random_values(2000, 6);
  const auto moments = PrefixMoments::build(values, {});
  QuantSpec spec;
  spec.format = integer_format(4, true);
  spec.rounding = Rounding::Stochastic;
  const GroupScale scale{0.25f, 0};
  const Quantizer first(canonical(spec));
  const MomentErrors expected = moment_errors(*moments, CodeLadder(first, 0), first, scale);
  double drawn = 0;
  constexpr int kDraws = 400;
  for (int draw = 0; draw < kDraws; ++draw) {
    spec.seed = static_cast<std::uint64_t>(draw) + 1;
    const Quantizer quantizer(canonical(spec));
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double e = static_cast<double>(values[i]) -
                       static_cast<double>(quantize_value(quantizer, scale, values[i], i).dequantized);
      drawn += e * e / kDraws;
    }
  }
  CHECK(expected.rounding + expected.clipping == doctest::Approx(drawn).epsilon(0.01));
}

TEST_CASE("histograms of sorted values have the bins of the direct count") {
  const std::vector<float> values = mixed(20000, 8);
  const auto moments = PrefixMoments::build(values, {});
  REQUIRE(moments);
  for (const auto& [lo, hi, bins] :
       {std::tuple{-3.0, 3.0, 100}, {-1.0, 1.0, 7}, {0.0, 1.0, 2048}, {1.0, 1.0, 3}, {-0.5, 0.0, 1}}) {
    Histogram expected = make_histogram(lo, hi, bins), found = expected;
    count_into(expected, values);
    count_sorted(found, *moments);
    CHECK(found.counts == expected.counts);
    CHECK(found.below == expected.below);
    CHECK(found.above == expected.above);
    CHECK(found.nan == expected.nan);
    CHECK(found.inf == expected.inf);
    Histogram again = make_histogram(lo, hi, bins);
    for (const float x : values) count_repeated(again, x, 1);
    CHECK(again.counts == expected.counts);
    CHECK(again.above == expected.above);
  }
}

TEST_CASE("bucketed moments: the true error lies within the bound, counts of all values hold") {
  std::mt19937 random(21);
  for (int round = 0; round < 80; ++round) {
    const test::RandomCase on = test::random_quantizer(random, false);
    std::vector<float> values =
        round % 2 ? test::unkind_values(random, on, 3000) : test::random_values(3000, random());
    const ReadValues read = [&](std::uint64_t begin, std::uint64_t count, std::vector<float>&) {
      return std::span<const float>(values).subspan(begin, count);
    };
    const auto buckets = build_bucketed(values.size(), read, {});
    const auto sorted = PrefixMoments::build(values, {});
    REQUIRE(buckets);
    CHECK(buckets->count() == sorted->count());
    CHECK(buckets->sorted().nan() == sorted->sorted().nan());
    const CodeLadder ladder(on.quantizer, on.scale.zero_point);
    if (on.quantizer.overflow == Overflow::Special) continue;
    const MomentErrors approximate = moment_errors(*buckets, ladder, on.quantizer, on.scale);
    const MomentErrors exact = moment_errors(*sorted, ladder, on.quantizer, on.scale);
    const double bound = bucket_bound(*buckets, ladder, on.quantizer, on.scale);
    INFO("format ", format_name(on.quantizer.format), " rounding ", int(on.quantizer.rounding), " s ",
         on.scale.scale);
    const double total = exact.rounding + exact.clipping;
    CHECK(std::fabs(approximate.rounding + approximate.clipping - total) <= bound + 1e-9 * total);
    CHECK(approximate.weight == exact.weight);
  }
}

TEST_CASE("bucketed moments of a bell curve are tight" * doctest::test_suite("threads")) {
  const std::vector<float> values = test::random_values(1 << 18, 2);
  const ReadValues read = [&](std::uint64_t begin, std::uint64_t count, std::vector<float>&) {
    return std::span<const float>(values).subspan(begin, count);
  };
  const auto buckets = build_bucketed(values.size(), read, {});
  REQUIRE(buckets);
  const Quantizer quantizer(canonical(QuantSpec{}));
  const GroupScale scale{4.0f / 127, 0};
  const CodeLadder ladder(quantizer, 0);
  const MomentErrors errors = moment_errors(*buckets, ladder, quantizer, scale);
  CHECK(bucket_bound(*buckets, ladder, quantizer, scale) < 0.02 * (errors.rounding + errors.clipping));
}

}  // namespace bitloupe
