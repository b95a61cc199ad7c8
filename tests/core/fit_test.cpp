// Levels that are fitted to the values: binary and ternary, against searches written another way.
#include "core/codebook/fit.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "core/calibration/error_curve.h"
#include "core/format/presets.h"
#include "tests/core/streamed_support.h"
#include "tests/core/support.h"

namespace bitloupe {
namespace {

NumberFormat named(const char* name) { return parse_format(name).value(); }

FittedFormat fitted(const char* name, std::vector<float> values) {
  const std::uint64_t count = values.size();
  return fit_format(named(name), *test::prepared_from({count}, std::move(values))->tensor, {}).value();
}

std::vector<double> levels_of(const FittedFormat& fit) {
  std::vector<double> values;
  for (const Level& level : levels(fit.format)) values.push_back(level.value);
  return values;
}

Code code_of(const FittedFormat& fit, double x) {
  return encode(fit.format, x, Rounding::NearestEven, Overflow::Saturate).value();
}

// The least squared error of {-a, 0, a}, whatever number of largest magnitudes is not 0.
double least_ternary_error(std::vector<float> values) {
  for (float& x : values) x = std::fabs(x);
  std::sort(values.begin(), values.end());
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t kept = 0; kept <= values.size(); ++kept) {
    double sum = 0, error = 0;
    for (std::size_t i = kept; i < values.size(); ++i) sum += static_cast<double>(values[i]);
    const double a = kept < values.size() ? sum / static_cast<double>(values.size() - kept) : 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double e = static_cast<double>(values[i]) - (i < kept ? 0 : a);
      error += e * e;
    }
    least = std::min(least, error);
  }
  return least;
}

}  // namespace

TEST_CASE("binary: the mean magnitude by the sign, and 0 is positive") {
  const FittedFormat fit = fitted("binary", {1, -2, 0.5f, -0.5f});
  CHECK(levels_of(fit) == std::vector<double>{-1, 1});
  CHECK(code_of(fit, -1e-30) == 0);
  CHECK(code_of(fit, -0.0) == 1);
  CHECK(code_of(fit, 0.0) == 1);
  CHECK(code_of(fit, 1e-30) == 1);
  CHECK(fit.inertia == doctest::Approx(0 + 1 + 0.25 + 0.25));
  CHECK(fit.optimal);
}

TEST_CASE("ternary weight networks: the threshold is 0.7 of the mean magnitude") {
  // mean |x| = 1, threshold 0.7; above it 1.5, 2 and 0.75.
  const FittedFormat fit = fitted("ternary:twn", {1.5f, -2, 0.25f, -0.5f, 0.75f});
  CHECK(levels_of(fit) ==
        std::vector<double>{-static_cast<double>(4.25f / 3), 0, static_cast<double>(4.25f / 3)});
  CHECK(code_of(fit, 0.71) == 2);
  CHECK(code_of(fit, -0.71) == 0);
  CHECK(code_of(fit, 0.69) == 1);  // nearest to 0 by the threshold; 0.7 and up would be above it
  CHECK(code_of(fit, -0.69) == 1);
  CHECK(!fit.optimal);
}

TEST_CASE("ternary: no threshold errs less, in 60 random tensors") {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    CAPTURE(seed);
    std::vector<float> values = test::random_values(1 + seed * 3, seed);
    if (seed % 3 == 0)
      for (float& x : values) x = std::round(x * 4) / 4;  // equal magnitudes
    const double least = least_ternary_error(values);
    const FittedFormat fit = fitted("ternary", values);
    CHECK(fit.inertia == doctest::Approx(least).epsilon(1e-12));
    QuantSpec spec;
    spec.format = named("ternary");
    const std::uint64_t count = values.size();
    const auto snapshot = test::run_spec(spec, test::prepared_from({count}, std::move(values)));
    CHECK(snapshot->report->noise == doctest::Approx(least).epsilon(1e-6));  // levels are float32
    CHECK(snapshot->report->clipped == 0);
    CHECK(*snapshot->fitted->format.table.levels().begin() == *fit.format.table.levels().begin());
  }
}

TEST_CASE("ternary: magnitudes of every size, subnormals and the largest float32 among them") {
  std::mt19937 random(7);
  for (int n = 0; n < 200; ++n) {
    CAPTURE(n);
    std::vector<float> values(1 + random() % 60);
    const int center = static_cast<int>(random() % 240) - 140, spread = 1 + static_cast<int>(random() % 6);
    for (float& x : values)
      x = std::ldexp(1 + static_cast<float>(random() % (n % 2 ? 8 : 100000)) / 100000,
                     center + static_cast<int>(random() % static_cast<unsigned>(spread)));
    const double least = least_ternary_error(values);
    double squares = 0;
    for (const float x : values) squares += static_cast<double>(x) * static_cast<double>(x);
    CHECK(std::fabs(fitted("ternary", values).inertia - least) <= 1e-13 * squares);
  }
  constexpr float kMax = std::numeric_limits<float>::max();
  CHECK(levels_of(fitted("ternary", {kMax, -kMax, 1})).back() == static_cast<double>(kMax));
}

TEST_CASE("values without a number but 0, with NaN and infinities, or none at all can be fitted") {
  constexpr float kInf = std::numeric_limits<float>::infinity();
  const std::vector<std::vector<float>> cases = {
      {}, {0}, {0, -0.0f, 0}, {kInf, -kInf}, {std::numeric_limits<float>::quiet_NaN()}, {3e-45f, 0}};
  for (const char* name : {"binary", "ternary", "ternary:twn"})
    for (const std::vector<float>& values : cases) {
      CAPTURE(name);
      CAPTURE(values.size());
      QuantSpec spec;
      spec.format = named(name);
      const std::uint64_t count = values.size();
      const auto snapshot = test::run_spec(spec, test::prepared_from({count}, values));
      REQUIRE(!snapshot->error);
      CHECK(snapshot->report->mse() < 1e-80);
    }
  const FittedFormat fit = fitted("ternary", {kInf, 2, -2, std::numeric_limits<float>::quiet_NaN()});
  CHECK(levels_of(fit) == std::vector<double>{-2, 0, 2});
}

TEST_CASE("fitted formats take no scale and no other rounding") {
  for (const char* name : {"binary", "ternary", "ternary:twn"}) {
    CAPTURE(name);
    QuantSpec spec;
    spec.format = named(name);
    CHECK(canonical(spec).scheme == Scheme::Direct);
    CHECK(validate(spec));
    CHECK(validate_curve(canonical(spec)).error().message.find("fitted") != std::string::npos);
    spec.scheme = Scheme::Symmetric;
    CHECK(!validate(spec));
    spec.scheme.reset();
    spec.rounding = Rounding::Up;
    CHECK(!validate(spec));
  }
}

TEST_CASE("streamed values are fitted as resident ones") {
  const test::BothWays both({100, 120}, test::random_values(12000, 9));
  for (const char* name : {"binary", "ternary", "ternary:twn"}) {
    CAPTURE(name);
    const auto resident = fit_format(named(name), *both.resident->tensor, {});
    const auto streamed = fit_format(named(name), *both.streamed->tensor, {});
    CHECK(resident.value().format == streamed.value().format);
    CHECK(resident.value().inertia == streamed.value().inertia);
  }
}

TEST_CASE("a fitted magnitude is stored once") {
  QuantSpec spec;
  spec.format = named("ternary");
  const auto snapshot = test::run_spec(spec, test::prepared_from({64}, test::random_values(64, 3)));
  CHECK(snapshot->storage->sum == "2 + 32/64");
  CHECK(snapshot->storage->bits_per_value == 2.5);
  CHECK(snapshot->storage->bytes == 20);
}

}  // namespace bitloupe
