#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "core/random.h"
#include "core/stats/block_scan.h"
#include "core/stats/prepared.h"
#include "tests/core/support.h"

namespace bitloupe {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInf = std::numeric_limits<float>::infinity();

// One value after the other in long double: the specification.
Statistics reference(const std::vector<float>& values) {
  Statistics s;
  s.count = values.size();
  long double sum = 0;
  for (const float x : values) {
    s.nan += std::isnan(x);
    s.inf += std::isinf(x);
    s.zero += x == 0;
    if (!std::isfinite(x)) continue;
    s.min = s.finite == 0 ? x : std::min(s.min, x);
    s.max = s.finite == 0 ? x : std::max(s.max, x);
    ++s.finite;
    sum += static_cast<long double>(x);
  }
  if (s.finite == 0) return s;
  const long double mean = sum / static_cast<long double>(s.finite);
  long double squares = 0;
  for (const float x : values)
    if (std::isfinite(x))
      squares += (static_cast<long double>(x) - mean) * (static_cast<long double>(x) - mean);
  s.mean = static_cast<double>(mean);
  s.std = static_cast<double>(std::sqrt(squares / static_cast<long double>(s.finite)));
  return s;
}

void check_statistics(const std::vector<float>& values) {
  const auto found = compute_statistics(test::tensor_of(values), {});
  REQUIRE(found.ok());
  const Statistics expected = reference(values);
  CHECK(found->count == expected.count);
  CHECK(found->finite == expected.finite);
  CHECK(found->nan == expected.nan);
  CHECK(found->inf == expected.inf);
  CHECK(found->zero == expected.zero);
  CHECK(found->min == expected.min);
  CHECK(found->max == expected.max);
  const double size =
      std::fmax(std::fabs(static_cast<double>(expected.min)), std::fabs(static_cast<double>(expected.max)));
  CHECK(found->mean == doctest::Approx(expected.mean).epsilon(1e-13).scale(size));
  CHECK(found->std == doctest::Approx(expected.std).epsilon(1e-11));
}

std::vector<float> with_specials(std::vector<float> values, std::uint64_t seed) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto draw = random_bits(seed, i) % 50;
    if (draw == 0) values[i] = kNan;
    if (draw == 1) values[i] = kInf;
    if (draw == 2) values[i] = -kInf;
    if (draw == 3) values[i] = -0.0f;
  }
  return values;
}

TEST_CASE("statistics equal the reference over sizes and borders of blocks, chunks and tasks") {
  const std::size_t sizes[] = {1,  2,  3,   7,   8,    9,    15,   16,    17,    63,    64,
                               65, 66, 127, 128, 1023, 1024, 1025, 65535, 65536, 65537, 200000};
  for (const std::size_t size : sizes) {
    CAPTURE(size);
    const auto values = test::random_values(size, 5);
    check_statistics(values);
    check_statistics(with_specials(values, size));
  }
}

TEST_CASE("a mean far from zero costs no digits of the deviation") {
  std::vector<float> values(100000);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = 1e6f + static_cast<float>(i % 5) * 0.0625f;
  check_statistics(values);
}

TEST_CASE("V01 V02 V03 V06 empty, single, all NaN, all equal") {
  const auto empty = compute_statistics(test::tensor_of({}), {});
  CHECK(!empty->has_finite());
  CHECK(empty->count == 0);
  const auto one = compute_statistics(test::tensor_of({2.5f}), {});
  CHECK(one->mean == 2.5);
  CHECK(one->std == 0);
  const auto nan = compute_statistics(test::tensor_of(std::vector<float>(100, kNan)), {});
  CHECK(nan->nan == 100);
  CHECK(!nan->has_finite());
  CHECK(nan->min == 0);
  const auto equal = compute_statistics(test::tensor_of(std::vector<float>(100003, 0.1f)), {});
  CHECK(equal->std == 0);
  CHECK(equal->mean == static_cast<double>(0.1f));
}

TEST_CASE("V04 V05 NaN and inf are counted and stay out of the range") {
  const auto s = compute_statistics(test::tensor_of({kNan, 1, kInf, -2, -kInf, 0}), {});
  CHECK(s->nan == 1);
  CHECK(s->inf == 2);
  CHECK(s->finite == 3);
  CHECK(s->zero == 1);
  CHECK(s->min == -2);
  CHECK(s->max == 1);
}

TEST_CASE("V08 V09 V10 denormals, the whole float range, negative zero") {
  check_statistics(std::vector<float>(70, 1e-45f));
  const auto wide = compute_statistics(test::tensor_of({-3e38f, 3e38f, 3e38f, -3e38f}), {});
  CHECK(wide->mean == 0);
  CHECK(wide->std == static_cast<double>(3e38f));
  const auto zeros = compute_statistics(test::tensor_of(std::vector<float>(64, -0.0f)), {});
  CHECK(zeros->zero == 64);
  CHECK(!std::signbit(zeros->min));
  CHECK(!std::signbit(zeros->max));
}

TEST_CASE("block extremes cover every value and know their specials") {
  const auto values = with_specials(test::random_values(100000 + 37, 3), 11);
  const auto extremes = compute_block_extremes(test::tensor_of(values), {});
  REQUIRE(extremes.ok());
  REQUIRE(extremes->blocks.size() == (values.size() + 63) / 64);
  for (std::size_t b = 0; b < extremes->blocks.size(); ++b) {
    const std::size_t end = std::min(values.size(), (b + 1) * 64);
    const Statistics expected = reference({values.begin() + static_cast<std::ptrdiff_t>(b * 64),
                                           values.begin() + static_cast<std::ptrdiff_t>(end)});
    const auto& block = extremes->blocks[b];
    REQUIRE(block.nan == (expected.nan > 0));
    REQUIRE(block.inf == (expected.inf > 0));
    REQUIRE(block.min == expected.min);
    REQUIRE(block.max == expected.max);
  }
  const auto nothing = compute_block_extremes(test::tensor_of({kNan, kInf}), {});
  CHECK(nothing->blocks.at(0).min > nothing->blocks.at(0).max);
}

TEST_CASE("moments merge to those of both sets") {
  const auto values = test::random_values(1000, 9);
  const std::span<const float> all(values);
  Moments merged = moments_of(all.first(1));
  merged.merge(moments_of(all.subspan(1, 600)));
  merged.merge({});
  merged.merge(moments_of(all.subspan(601)));
  const Moments whole = moments_of(all);
  CHECK(merged.count == 1000);
  CHECK(merged.mean == doctest::Approx(whole.mean).epsilon(1e-13));
  CHECK(merged.m2 == doctest::Approx(whole.m2).epsilon(1e-13));
}

TEST_CASE("a sample is all of a small tensor") {
  for (const std::uint64_t count : {0u, 1u, 1u << 21}) {
    const Sample sample = make_sample(count, 0);
    CHECK(sample.all);
    CHECK(sample.values == count);
    CHECK(sample.starts.empty());
  }
}

TEST_CASE("a sample of a large tensor is one run in each stratum") {
  for (const std::uint64_t count : {(1ull << 21) + 1, (1ull << 21) + 12345, 1ull << 26, 1ull << 33}) {
    const Sample sample = make_sample(count, 7);
    CHECK(!sample.all);
    CHECK(sample.values == 1 << 20);
    REQUIRE(sample.starts.size() == (1 << 20) / Sample::kRun);
    bool apart = true;
    for (std::size_t i = 1; i < sample.starts.size(); ++i)
      apart = apart && sample.starts[i] >= sample.starts[i - 1] + Sample::kRun;
    CHECK(apart);
    CHECK(sample.starts.back() + Sample::kRun <= count);
    CHECK(sample.starts.back() >= count - 2 * (count / sample.starts.size() + 1));
    CHECK(make_sample(count, 7).starts == sample.starts);
    CHECK(make_sample(count, 8).starts != sample.starts);
  }
}

TEST_CASE("sampled values are those of the runs, or all") {
  const std::vector<float> values = test::random_values((1 << 21) + 5, 3);
  const auto large = test::prepared_from({values.size()}, values);
  const Values sampled = sampled_values(*large);
  const Sample& sample = large->sample;
  REQUIRE(sampled.size() == sample.values);
  bool right = true;
  for (std::size_t i = 0; i < sampled.size(); ++i)
    right = right && sampled[i] == values[sample.starts[i / Sample::kRun] + i % Sample::kRun];
  CHECK(right);
  CHECK(sampled_values(*test::prepared_from({3}, {1, 2, 3})) == Values{1, 2, 3});
}

TEST_CASE("prepare gives what the single passes give, and can be stopped" * doctest::test_suite("threads")) {
  auto tensor =
      std::make_shared<const Tensor>(test::tensor_of(with_specials(test::random_values(300000, 1), 2)));
  double last = 0;
  WorkContext context;
  context.progress = [&](double done) { last = done; };
  const auto prepared = prepare(tensor, context);
  REQUIRE(prepared.ok());
  CHECK(last == 1.0);
  const Statistics &fused = (*prepared)->statistics, single = *compute_statistics(*tensor, {});
  CHECK(fused.mean == single.mean);
  CHECK(fused.std == single.std);
  CHECK(fused.nan == single.nan);
  CHECK((*prepared)->extremes.blocks.size() == compute_block_extremes(*tensor, {})->blocks.size());
  CHECK((*prepared)->sample.values == 300000);
  CHECK((*prepared)->tensor == tensor);

  std::stop_source source;
  source.request_stop();
  context.stop = source.get_token();
  CHECK(prepare(tensor, context).error().code == ErrorCode::Cancelled);
  CHECK(compute_statistics(*tensor, context).error().code == ErrorCode::Cancelled);
  CHECK(compute_block_extremes(*tensor, context).error().code == ErrorCode::Cancelled);
}

}  // namespace
}  // namespace bitloupe
