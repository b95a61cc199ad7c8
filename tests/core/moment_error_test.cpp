#include "core/stats/moment_error.h"

#include <doctest/doctest.h>

#include <cmath>

#include "random_quantizer.h"
#include "support.h"

namespace bitloupe {
namespace {

// The report value by value: the specification.
ErrorReport by_reference(const std::vector<float>& values, const Quantizer& quantizer,
                         const GroupScale& scale) {
  ErrorReport report;
  report.code_counts.resize(std::size_t{1} << quantizer.format.bits);
  double rounding = 0, clipping = 0, sum = 0, signal = 0, dot = 0, hats = 0;
  for (const float value : values) {
    const QuantizedValue q = quantize_value(quantizer, scale, value, 0);
    ++report.code_counts[q.code];
    report.nan += q.kind == ErrorKind::Nan;
    report.inf += q.kind == ErrorKind::Inf;
    report.finite += std::isfinite(value);
    report.overflowed += q.kind == ErrorKind::Overflowed;
    if (q.kind > ErrorKind::Clipped) continue;
    const double x = static_cast<double>(value), hat = static_cast<double>(q.dequantized), e = x - hat;
    (q.kind == ErrorKind::Clipped ? clipping : rounding) += e * e;
    report.clipped += q.kind == ErrorKind::Clipped;
    sum += e;
    signal += x * x;
    dot += x * hat;
    hats += hat * hat;
    report.max_abs = std::fmax(report.max_abs, std::fabs(e));
  }
  const double n = static_cast<double>(std::max<std::uint64_t>(report.finite, 1));
  report.mse_rounding = rounding / n;
  report.mse_clipping = clipping / n;
  report.noise = rounding + clipping;
  report.mean = sum / n;
  report.signal = signal;
  report.dot = dot;
  report.signal_hat = hats;
  return report;
}

bool close(double a, double b) { return std::fabs(a - b) <= 1e-9 * std::fmax(std::fabs(a), std::fabs(b)); }

// Differences in counts, and whether every figure agrees to 1e-9.
void compare(const std::vector<float>& values, const Quantizer& quantizer, const GroupScale& scale) {
  const ErrorReport expected = by_reference(values, quantizer, scale);
  const auto moments = PrefixMoments::build(values, {});
  REQUIRE(moments);
  const CodeLadder ladder(quantizer, scale.zero_point);
  const ErrorReport found = moment_report(*moments, ladder, quantizer, scale);
  INFO("format ", format_name(quantizer.format), " rounding ", int(quantizer.rounding), " divide ",
       int(quantizer.divide), " overflow ", int(quantizer.overflow), " s ", scale.scale, " z ",
       scale.zero_point);
  CHECK(found.code_counts == expected.code_counts);
  CHECK(found.clipped == expected.clipped);
  CHECK(found.overflowed == expected.overflowed);
  CHECK(found.nan == expected.nan);
  CHECK(found.inf == expected.inf);
  CHECK(found.finite == expected.finite);
  CHECK(close(found.mse_rounding, expected.mse_rounding));
  CHECK(close(found.mse_clipping, expected.mse_clipping));
  CHECK(found.max_abs == expected.max_abs);
  CHECK(std::fabs(found.mean - expected.mean) <= 1e-12 * std::fmax(expected.max_abs, 1e-300));
  CHECK(close(found.signal, expected.signal));
  CHECK(close(found.signal_hat, expected.signal_hat));
  CHECK(std::fabs(found.dot - expected.dot) <= 1e-12 * std::sqrt(expected.signal * expected.signal_hat));
  const MomentErrors errors = moment_errors(*moments, ladder, quantizer, scale);
  CHECK(close(errors.rounding + errors.clipping, expected.noise));
}

// One in three hundred of a format of many levels.
void compare_random(int count, unsigned seed) {
  std::mt19937 random(seed);
  for (int i = 0; i < count; ++i) {
    const test::RandomCase on = test::random_quantizer(random, i % 300 == 0);
    compare(test::unkind_values(random, on, 1 + random() % 300), on.quantizer, on.scale);
  }
}

TEST_CASE("moments: counts equal the direct pass, errors to 1e-9, for random formats, scales and modes") {
  compare_random(1500, 7);
}

TEST_SUITE("long") {
  TEST_CASE("moments: the same for a million of them") { compare_random(1'000'000, 11); }
}

}  // namespace
}  // namespace bitloupe
