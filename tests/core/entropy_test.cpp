#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/stats/error_report.h"
#include "tests/core/support.h"
#include "tests/paths.h"

namespace bitloupe {
namespace {

using Counts = std::vector<std::uint64_t>;

TEST_CASE("Huffman lengths and entropy equal the golden figures") {
  const auto cases = nlohmann::json::parse(test::read_text(test::golden_dir() + "/huffman/huffman.json"));
  CHECK(cases.size() >= 10);
  for (const auto& golden : cases) {
    CAPTURE(golden["id"].get<std::string>());
    const auto counts = golden["counts"].get<Counts>();
    const double total = golden["total"].get<double>();
    CHECK(huffman_total_bits(counts) == golden["optimal_total_bits"].get<std::uint64_t>());
    REQUIRE(huffman_bits(counts).has_value() == (total > 0));
    if (total == 0) continue;
    CHECK(*huffman_bits(counts) * total == doctest::Approx(golden["optimal_total_bits"].get<double>()));
    CHECK(*entropy_bits(counts) ==
          doctest::Approx(golden["entropy_bits_per_symbol"].get<double>()).epsilon(1e-12));
  }
}

TEST_CASE("a single used symbol costs nothing, no symbol has no cost") {
  CHECK(*entropy_bits({0, 9, 0}) == 0);
  CHECK(*huffman_bits({0, 9, 0}) == 0);
  CHECK(!entropy_bits({}));
  CHECK(!huffman_bits({}));
  CHECK(!entropy_bits({0, 0}));
  CHECK(!huffman_bits({0, 0}));
  CHECK(huffman_total_bits({}) == 0);
}

TEST_CASE("entropy never exceeds Huffman, Huffman never entropy plus one") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Counts counts;
    for (const float x : test::random_values(200, seed))
      counts.push_back(static_cast<std::uint64_t>(std::fabs(x) * 20));
    CHECK(*entropy_bits(counts) <= *huffman_bits(counts) + 1e-12);
    CHECK(*huffman_bits(counts) < *entropy_bits(counts) + 1);
  }
}

TEST_CASE("levels in use are distinct values, +0 and -0 one of them") {
  const NumberFormat e2m1 = float_format(2, 1, Specials::Finite);
  Counts counts(16);
  CHECK(level_use(e2m1, counts)->used == 0);
  CHECK(level_use(e2m1, counts)->available == 15);
  counts[0] = 4;
  counts[8] = 1;  // -0
  CHECK(level_use(e2m1, counts)->used == 1);
  counts[7] = counts[15] = 1;
  CHECK(level_use(e2m1, counts)->used == 3);
  CHECK(level_use(integer_format(4, true), Counts(16, 1))->used == 16);
  CHECK(level_use(sign_magnitude_format(4), Counts(16, 1))->used == 15);
  CHECK(!level_use(float_format(8, 23, Specials::Ieee), {}));
}

TEST_CASE("NaN and inf codes are no levels") {
  const NumberFormat e5m2 = float_format(5, 2, Specials::Ieee);
  const auto use = level_use(e5m2, Counts(256, 1));
  CHECK(use->used == use->available);
  CHECK(use->available == 247);  // 256 - 2 inf - 6 NaN - one zero
}

ErrorReport report(double signal, double noise, std::uint64_t finite, std::uint64_t overflowed = 0) {
  ErrorReport r;
  r.signal = r.signal_hat = r.dot = signal;
  r.noise = noise;
  r.finite = finite;
  r.overflowed = overflowed;
  return r;
}

TEST_CASE("V25 SQNR: exact, undefined, or a number") {
  CHECK(*report(100, 1, 10).sqnr_db() == doctest::Approx(20));
  CHECK(*report(1, 0, 10).sqnr_db() == std::numeric_limits<double>::infinity());
  CHECK(!report(0, 1, 10).sqnr_db());
  CHECK(!report(0, 0, 5, 5).sqnr_db());
}

TEST_CASE("V01 V03 V07 SQNR of nothing is undefined, of all zeros exact") {
  CHECK(!report(0, 0, 0).sqnr_db());
  CHECK(*report(0, 0, 8).sqnr_db() == std::numeric_limits<double>::infinity());
}

TEST_CASE("relative RMSE, cosine and clipped share") {
  CHECK(*report(100, 1, 10).relative_rmse() == doctest::Approx(0.1));
  CHECK(!report(0, 1, 10).relative_rmse());
  CHECK(*report(100, 1, 10).cosine() == 1);
  CHECK(!report(0, 1, 10).cosine());
  ErrorReport r = report(4e200, 1, 8);
  r.signal_hat = 1e200;
  r.dot = -1e200;
  CHECK(*r.cosine() == doctest::Approx(-0.5));
  r.clipped = 2;
  CHECK(r.clipped_fraction() == 0.25);
  CHECK(ErrorReport{}.clipped_fraction() == 0);
}

}  // namespace
}  // namespace bitloupe
