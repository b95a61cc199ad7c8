#include "core/tensor/distributions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "core/tensor/synthetic.h"

namespace bitloupe {

namespace {

// c[0] + c[1] r + ... by Horner's rule.
double polynomial(const std::array<double, 8>& c, double r) {
  double sum = c[7];
  for (int i = 6; i >= 0; --i) sum = sum * r + c[static_cast<std::size_t>(i)];
  return sum;
}

// std::lgamma writes a global sign, which is a data race between threads.
double log_gamma(double x) {
  int sign = 0;
  return ::lgamma_r(x, &sign);
}

// I_x(a, b) without its factor x^a (1-x)^b / B(a, b): the continued fraction DLMF 8.17.22 over a, evaluated
// by Lentz's method. Fast for x < (a + 1) / (a + b + 2).
double beta_fraction(double x, double a, double b) {
  constexpr double kTiny = 1e-300;
  auto away_from_zero = [](double v) { return std::abs(v) < kTiny ? kTiny : v; };
  double c = 1, d = 1 / away_from_zero(1 - (a + b) * x / (a + 1)), fraction = d;
  for (int m = 1; m < 2000; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    double step = 1;
    for (const double term : {even, odd}) {
      d = 1 / away_from_zero(1 + term * d);
      c = away_from_zero(1 + term / c);
      step = c * d;
      fraction *= step;
    }
    if (std::abs(step - 1) < 1e-16) break;
  }
  return fraction / a;
}

}  // namespace

// Wichura's PPND16: three rational approximations of degree 7, by how far p is from 1/2.
double inverse_normal_cdf(double p) {
  static constexpr std::array<double, 8> a = {
      3.3871328727963666080e0,  1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
      4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3};
  static constexpr std::array<double, 8> b = {1.0,
                                              4.2313330701600911252e+1,
                                              6.8718700749205790830e+2,
                                              5.3941960214247511077e+3,
                                              2.1213794301586595867e+4,
                                              3.9307895800092710610e+4,
                                              2.8729085735721942674e+4,
                                              5.2264952788528545610e+3};
  static constexpr std::array<double, 8> c = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                              5.76949722146069140550e0,  3.64784832476320460504e0,
                                              1.27045825245236838258e0,  2.41780725177450611770e-1,
                                              2.27238449892691845833e-2, 7.74545014278341407640e-4};
  static constexpr std::array<double, 8> d = {1.0,
                                              2.05319162663775882187e0,
                                              1.67638483018380384940e0,
                                              6.89767334985100004550e-1,
                                              1.48103976427480074590e-1,
                                              1.51986665636164571966e-2,
                                              5.47593808499534494600e-4,
                                              1.05075007164441684324e-9};
  static constexpr std::array<double, 8> e = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                              1.78482653991729133580e0,  2.96560571828504891230e-1,
                                              2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                              2.71155556874348757815e-5, 2.01033439929228813265e-7};
  static constexpr std::array<double, 8> f = {1.0,
                                              5.99832206555887937690e-1,
                                              1.36929880922735805310e-1,
                                              1.48753612908506148525e-2,
                                              7.86869131145613259100e-4,
                                              1.84631831751005468180e-5,
                                              1.42151175831644588870e-7,
                                              2.04426310338993978564e-15};
  const double q = p - 0.5;
  if (std::abs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * polynomial(a, r) / polynomial(b, r);
  }
  double r = std::sqrt(-std::log(q < 0 ? p : 1 - p));
  const bool near = r <= 5;
  r -= near ? 1.6 : 5;
  const double x = near ? polynomial(c, r) / polynomial(d, r) : polynomial(e, r) / polynomial(f, r);
  return q < 0 ? -x : x;
}

double laplace_quantile(double p) { return p < 0.5 ? std::log(2 * p) : -std::log(2 * (1 - p)); }

StudentT::StudentT(double df)
    : df_(df), log_beta_(log_gamma(df / 2) + log_gamma(0.5) - log_gamma(df / 2 + 0.5)) {}

// log of x^a (1-x)^b / B(a, b) at x = df / (df + t^2), a = df/2, b = 1/2; without cancellation for any t.
double StudentT::log_kernel(double t) const {
  const double ratio = t * t / df_;
  return -df_ / 2 * std::log1p(ratio) + 0.5 * (std::log(ratio) - std::log1p(ratio)) - log_beta_;
}

// The t > 0 with P(T > t) = tail, for tail in (0, 1/2).
double StudentT::upper_quantile(double tail) const {
  if (df_ > 1e4) {  // Cornish-Fisher (Abramowitz & Stegun 26.7.5): next term below 1e-12
    const double z = -inverse_normal_cdf(tail), z2 = z * z;
    return z * (1 + (z2 + 1) / (4 * df_) + ((5 * z2 + 16) * z2 + 3) / (96 * df_ * df_) +
                (((3 * z2 + 19) * z2 + 17) * z2 - 15) / (384 * df_ * df_ * df_));
  }
  // Newton on log P against log t, kept inside a bracket. P is the tail where that is small, else the body
  // P(|T| < t): each is a sum without cancellation there, and nearly straight in these coordinates.
  const bool body = tail > 0.25;
  const double log_goal = std::log(body ? 1 - 2 * tail : 2 * tail);
  // The bracket [e^-100, e^350] is beyond what float32 holds, with squares inside double's range.
  double low = -100, high = 350;
  double y = std::log(std::max(1e-40, -inverse_normal_cdf(tail)));
  if (!body && df_ < 3) {  // the tail is nearly a power law: P = (df / t^2)^(df/2) / (df/2 B)
    y = std::max(y, std::log(df_) / 2 - (std::log(df_ / 2) + log_beta_ + log_goal) / df_);
  }
  y = std::clamp(y, low, high);
  for (int i = 0; i < 200; ++i) {
    const double t = std::exp(y);
    const double kernel = log_kernel(t), x = df_ / (df_ + t * t), rest = t * t / (df_ + t * t);
    const bool small_x = x < (df_ / 2 + 1) / (df_ / 2 + 2.5);
    const double log_part =
        kernel + std::log(small_x ? beta_fraction(x, df_ / 2, 0.5) : beta_fraction(rest, 0.5, df_ / 2));
    const bool have_body = !small_x;
    const double log_p = have_body == body ? log_part : std::log1p(-std::exp(log_part));
    // d(tail)/d(log t) = -2 kernel (both tails), d(body)/d(log t) = 2 kernel.
    const double slope = (body ? 2 : -2) * std::exp(kernel - log_p);
    const double difference = log_p - log_goal;
    ((difference > 0) == body ? high : low) = y;
    double next = y - difference / slope;
    if (!(next > low && next < high)) next = low + (high - low) / 2;
    const double moved = std::abs(next - y);
    y = next;
    if (moved < 1e-13 * std::max(1.0, std::abs(y))) break;
  }
  return std::exp(y);
}

double StudentT::quantile(double p) const {
  if (p == 0.5) return 0;
  return p < 0.5 ? -upper_quantile(p) : upper_quantile(1 - p);
}

double StudentT::draw(double u, double v) const {
  return std::sqrt(df_ * std::expm1(-2 / df_ * std::log(u))) * std::cos(2 * std::numbers::pi * v);
}

NormalMixture::NormalMixture(std::vector<NormalComponent> components) : components_(std::move(components)) {
  double sum = 0;
  for (const NormalComponent& component : components_) sum += component.weight;
  for (NormalComponent& component : components_) component.weight /= sum;
}

// F(x) - p, taken from the upper tail where p > 1/2 so that both ends keep their digits.
double NormalMixture::excess(double x, double p) const {
  const double side = p > 0.5 ? 1 : -1;
  double sum = 0;
  for (const NormalComponent& component : components_) {
    const double distance = side * (x - component.mean);
    const double beyond = component.std > 0
                              ? 0.5 * std::erfc(distance / component.std * (std::numbers::sqrt2 / 2))
                              : (side > 0 ? x < component.mean : x >= component.mean);
    sum += component.weight * beyond;
  }
  return p > 0.5 ? (1 - p) - sum : sum - p;
}

double NormalMixture::density(double x) const {
  double sum = 0;
  for (const NormalComponent& component : components_) {
    if (component.std <= 0) continue;
    const double z = (x - component.mean) / component.std;
    sum += component.weight / component.std * std::exp(-z * z / 2);
  }
  return sum * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
}

// The quantile lies between the smallest and the largest quantile of the components; Newton inside that
// bracket, bisection where it leaves it (valleys, point masses).
double NormalMixture::quantile(double p) const {
  const double z = inverse_normal_cdf(p);
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const NormalComponent& component : components_) {
    if (component.weight <= 0) continue;
    low = std::min(low, component.mean + component.std * z);
    high = std::max(high, component.mean + component.std * z);
  }
  double x = low + (high - low) / 2;
  for (int i = 0; i < 200 && low < high; ++i) {
    const double difference = excess(x, p);
    (difference >= 0 ? high : low) = x;
    double next = x - difference / density(x);
    if (!(next > low && next < high)) next = low + (high - low) / 2;
    if (next == x || std::abs(next - x) < 1e-15 * std::abs(x)) return next;
    x = next;
  }
  return x;
}

double NormalMixture::draw(double u, double v) const {
  const double z = inverse_normal_cdf(u);
  for (const NormalComponent& component : components_) {
    v -= component.weight;
    if (v < 0 && component.weight > 0) return component.mean + component.std * z;
  }
  return components_.back().mean + components_.back().std * z;
}

}  // namespace bitloupe
