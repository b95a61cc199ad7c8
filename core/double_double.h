// DoubleDouble: an unevaluated sum of two doubles, about 106 bits; only what sums of moments need. Error-free
// transformations after Knuth and Dekker (Shewchuk 1997, sections 2.2 to 2.5).
#pragma once

namespace bitloupe {

struct DoubleDouble {
  double hi = 0, lo = 0;
  double value() const { return hi + lo; }
};

// hi + lo = a + b exactly.
constexpr DoubleDouble two_sum(double a, double b) {
  const double hi = a + b, virtual_b = hi - a;
  return {hi, (a - (hi - virtual_b)) + (b - virtual_b)};
}

// The same where |a| >= |b|.
constexpr DoubleDouble quick_two_sum(double a, double b) {
  const double hi = a + b;
  return {hi, b - (hi - a)};
}

constexpr DoubleDouble operator+(DoubleDouble a, DoubleDouble b) {
  const DoubleDouble high = two_sum(a.hi, b.hi), low = two_sum(a.lo, b.lo);
  const DoubleDouble sum = quick_two_sum(high.hi, high.lo + low.hi);
  return quick_two_sum(sum.hi, sum.lo + low.lo);
}
constexpr DoubleDouble operator-(DoubleDouble a) { return {-a.hi, -a.lo}; }
constexpr DoubleDouble operator-(DoubleDouble a, DoubleDouble b) { return a + -b; }

// Products with a float32 number: a double splits into halves of 26 and 27 bits (Veltkamp), and their
// products with 24 bits are exact. |a| < 2^995.
constexpr DoubleDouble times_float(double a, double float32) {
  const double shifted = a * 134217729.0;  // 2^27 + 1
  const double high = shifted - (shifted - a), low = a - high;
  return two_sum(high * float32, low * float32);
}
constexpr DoubleDouble times_float(DoubleDouble a, double float32) {
  const DoubleDouble product = times_float(a.hi, float32);
  return quick_two_sum(product.hi, product.lo + a.lo * float32);
}

}  // namespace bitloupe
