// Quantile functions against published values and against their own distribution functions in long double.
#include "core/tensor/distributions.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

#include "core/tensor/synthetic.h"

using namespace bitloupe;

namespace {

// Phi^-1 refined by Newton in long double from erf or erfc, whichever keeps its digits.
double refined_normal_quantile(double p) {
  const long double root2 = std::numbers::sqrt2_v<long double>;
  const long double p_long = static_cast<long double>(p);
  auto x = static_cast<long double>(inverse_normal_cdf(p));
  for (int i = 0; i < 5; ++i) {
    const long double excess = std::abs(x) < 0.5L ? std::erf(x / root2) / 2 - (p_long - 0.5L)
                               : x < 0            ? std::erfc(-x / root2) / 2 - p_long
                                                  : (1 - p_long) - std::erfc(x / root2) / 2;
    const long double density = std::exp(-x * x / 2) * std::numbers::inv_sqrtpi_v<long double> / root2;
    x -= excess / density;
  }
  return static_cast<double>(x);
}

}  // namespace

TEST_CASE("normal quantiles: published values, symmetry, relative error below 1e-15") {
  CHECK(inverse_normal_cdf(0.5) == 0.0);
  CHECK(inverse_normal_cdf(0.975) == doctest::Approx(1.959963984540054).epsilon(1e-15));
  CHECK(inverse_normal_cdf(0.25) == doctest::Approx(-0.6744897501960817).epsilon(1e-15));  // AS 241
  CHECK(inverse_normal_cdf(0.001) == doctest::Approx(-3.090232306167814).epsilon(1e-15));  // AS 241
  CHECK(inverse_normal_cdf(1e-20) == doctest::Approx(-9.262340089798408).epsilon(1e-15));  // AS 241
  double worst = 0;
  auto measure = [&](double p) {
    const double expected = refined_normal_quantile(p);
    if (expected != 0) worst = std::max(worst, std::abs(inverse_normal_cdf(p) / expected - 1));
  };
  for (int i = 1; i < 20'000; ++i) measure(i / 20'000.0);
  for (double e = -300; e < -1; e += 0.05) measure(std::pow(10.0, e));
  for (double e = -15; e < -1; e += 0.01) measure(1 - std::pow(10.0, e));
  CHECK(worst < 1e-15);
}

TEST_CASE("Student's t quantiles: closed forms, tables, the Gaussian as limit") {
  const StudentT one(1), two(2), four(4);
  for (const double p : {1e-12, 1e-6, 0.001, 0.1, 0.25, 0.4999, 0.5, 0.75, 0.9, 0.999999}) {
    CAPTURE(p);
    const double cauchy = p == 0.5 ? 0 : -1 / std::tan(std::numbers::pi * p);
    CHECK(one.quantile(p) == doctest::Approx(cauchy).epsilon(1e-11));
    CHECK(two.quantile(p) == doctest::Approx((2 * p - 1) * std::sqrt(2 / (4 * p * (1 - p)))).epsilon(1e-11));
    const double alpha = 4 * p * (1 - p), q = std::cos(std::acos(std::sqrt(alpha)) / 3) / std::sqrt(alpha);
    const double t4 = (p < 0.5 ? -2 : 2) * std::sqrt(std::max(0.0, q - 1));
    CHECK(four.quantile(p) == doctest::Approx(t4).epsilon(1e-7));  // the closed form cancels near 1/2
  }
  CHECK(StudentT(5).quantile(0.975) == doctest::Approx(2.570581835636314).epsilon(1e-12));
  CHECK(StudentT(30).quantile(0.95) == doctest::Approx(1.697260886593957).epsilon(1e-12));
  CHECK(StudentT(2.5).quantile(0.9) == doctest::Approx(-StudentT(2.5).quantile(0.1)).epsilon(1e-12));
  for (const double p : {1e-9, 0.01, 0.4, 0.99}) {
    CHECK(StudentT(1e12).quantile(p) == doctest::Approx(inverse_normal_cdf(p)).epsilon(1e-9));
    // The two methods meet at 10^4 degrees of freedom.
    CHECK(StudentT(9999.9999).quantile(p) ==
          doctest::Approx(StudentT(10000.0001).quantile(p)).epsilon(1e-10));
  }
}

TEST_CASE("Student's t with hardly any degrees of freedom stays ordered and finite") {
  const StudentT heavy(0.05);
  double last = heavy.quantile(1e-9);
  for (const double p : {1e-6, 1e-3, 0.1, 0.4, 0.5, 0.6, 0.999, 0.999999}) {
    const double t = heavy.quantile(p);
    CHECK(std::isfinite(t));
    CHECK(t > last);
    last = t;
  }
}

TEST_CASE("mixture quantiles invert the mixture's distribution function") {
  const NormalMixture mixture({{-2, 0.5, 1}, {1, 0.25, 2}, {40, 3, 0.01}});
  auto cdf = [](double x) {
    auto part = [&](double mean, double std, double weight) {
      return weight * 0.5 * std::erfc(-(x - mean) / std / std::numbers::sqrt2);
    };
    return (part(-2, 0.5, 1) + part(1, 0.25, 2) + part(40, 3, 0.01)) / 3.01;
  };
  for (const double p : {1e-10, 1e-3, 0.2, 0.3333, 0.5, 0.9, 0.996, 0.9975}) {
    CAPTURE(p);
    CHECK(cdf(mixture.quantile(p)) == doctest::Approx(p).epsilon(1e-11));
  }
  const NormalMixture single({{3, 2, 7}});
  CHECK(single.quantile(0.8) == doctest::Approx(3 + 2 * inverse_normal_cdf(0.8)).epsilon(1e-14));
}

TEST_CASE("mixture quantiles with point masses") {
  const NormalMixture mixture({{0, 0, 1}, {5, 0, 1}});
  CHECK(mixture.quantile(0.2) == doctest::Approx(0));
  CHECK(mixture.quantile(0.8) == doctest::Approx(5));
  const NormalMixture both({{0, 0, 1}, {0, 1, 1}});
  CHECK(std::abs(both.quantile(0.5)) < 1e-12);
  CHECK(both.quantile(0.1) == doctest::Approx(inverse_normal_cdf(0.2)).epsilon(1e-12));
}
