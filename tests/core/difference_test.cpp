#include "core/stats/difference.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "tests/core/support.h"

using namespace bitloupe;

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInf = std::numeric_limits<float>::infinity();

Difference between(std::vector<float> a, std::vector<float> b) {
  return *difference_of(test::tensor_of(std::move(a)), test::tensor_of(std::move(b)), {});
}

}  // namespace

TEST_CASE("difference: sums, the largest, and the first pair that differs") {
  const Difference d = between({3, 0, -4, 1}, {3, 1, -4, -1});
  CHECK(d.values == 4);
  CHECK(d.different == 2);
  CHECK(d.max_abs == 2);
  CHECK(d.signal == 26);
  CHECK(d.noise == 5);
  CHECK(*d.relative_rmse() == std::sqrt(5.0 / 26.0));
  CHECK(*d.sqnr_db() == 10 * std::log10(26.0 / 5.0));
  REQUIRE(d.first);
  CHECK(d.first->index == 1);
  CHECK(d.first->a == 0);
  CHECK(d.first->b == 1);
}

TEST_CASE("difference: equal values are exact, no signal is undefined") {
  CHECK(std::isinf(*between({1, 2}, {1, 2}).sqnr_db()));
  CHECK_FALSE(between({1, 2}, {1, 2}).first);
  CHECK_FALSE(between({0, 0}, {0, 1}).sqnr_db());
  CHECK_FALSE(between({0, 0}, {0, 1}).relative_rmse());
  CHECK(between({}, {}).values == 0);
}

TEST_CASE(
    "difference: zeros of both signs are one number, so are all NaN; neither inf nor NaN enters a sum") {
  const Difference d = between({0.0f, kNan, kInf, -kInf, kNan, 2}, {-0.0f, -kNan, kInf, kInf, 1, 2});
  CHECK(d.different == 2);
  CHECK(d.first->index == 3);
  CHECK(d.noise == 0);
  CHECK(d.signal == 4);
  CHECK(d.max_abs == 0);
}

TEST_CASE("difference: parts join, wherever the first pair lies") {
  std::vector<float> a(200'000, 1), b(a);
  b[150'000] = 2;
  b[199'999] = 0;
  const Difference d = between(a, b);
  CHECK(d.values == 200'000);
  CHECK(d.different == 2);
  CHECK(d.first->index == 150'000);
  CHECK(d.signal == 200'000);
  CHECK(d.noise == 2);
}

TEST_CASE("difference: it can be stopped") {
  std::stop_source stop;
  stop.request_stop();
  WorkContext context;
  context.stop = stop.get_token();
  const Tensor one = test::tensor_of({1});
  CHECK(difference_of(one, one, context).error().code == ErrorCode::Cancelled);
}
