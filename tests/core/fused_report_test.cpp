// measure_error, which the fused kernels feed, against its definition.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "core/calibration/calibration.h"
#include "core/format/presets.h"
#include "core/simd.h"
#include "core/stats/error_report.h"
#include "tests/core/support.h"

namespace bitloupe {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

bool close(double a, double b, double scale) { return std::fabs(a - b) <= 1e-9 * scale + 1e-300; }

struct WorstSums {
  double signal = 0, noise = 0;
};

// measure_error by its definition.
ErrorReport reference_report(const Prepared& prepared, const Quantizer& quantizer, const ScaleSet& scales) {
  const std::span<const float> values = prepared.tensor->span();
  ErrorReport report;
  std::vector<WorstSums> groups(scales.layout.count);
  report.code_counts.resize(std::size_t{1} << quantizer.format.bits);
  double rounding = 0, clipping = 0, error = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::uint64_t g = scales.layout.group_of(i);
    const QuantizedValue q = quantize_value(quantizer, scales.groups[g], values[i], i);
    ++report.code_counts[q.code];
    if (q.kind > ErrorKind::Clipped) continue;
    const double x = static_cast<double>(values[i]), hat = static_cast<double>(q.dequantized), e = x - hat;
    ++report.finite;
    report.clipped += q.kind == ErrorKind::Clipped;
    (q.kind == ErrorKind::Clipped ? clipping : rounding) += e * e;
    error += e;
    report.max_abs = std::fmax(report.max_abs, std::fabs(e));
    report.signal += x * x;
    report.dot += x * hat;
    report.signal_hat += hat * hat;
    groups[g].signal += x * x;
    groups[g].noise += e * e;
  }
  const double n = static_cast<double>(report.finite);
  report.mse_rounding = rounding / n;
  report.mse_clipping = clipping / n;
  report.mean = error / n;
  report.noise = rounding + clipping;
  double least = static_cast<double>(kInf);
  for (std::size_t g = 0; g < groups.size(); ++g)
    if (groups[g].signal > 0 && 10 * std::log10(groups[g].signal / groups[g].noise) < least) {
      least = 10 * std::log10(groups[g].signal / groups[g].noise);
      report.worst_group = WorstGroup{g, least};
    }
  return report;
}

void check_report(const Prepared& prepared, const QuantSpec& spec, double range_factor) {
  const GroupLayout layout = make_group_layout(spec.granularity, prepared.tensor->shape);
  const Quantizer quantizer(spec);
  std::vector<ClipRange> ranges = group_extremes(prepared, layout, {}).value().groups;
  for (ClipRange& range : ranges) {
    if (range.lo > range.hi) range = {};
    range = {static_cast<float>(range_factor) * range.lo, static_cast<float>(range_factor) * range.hi};
  }
  const ScaleSet scales = make_scales(spec, layout, ranges, 0);
  const ErrorReport expected = reference_report(prepared, quantizer, scales);
  for (const std::string& kernel : kernel_names()) {
    force_kernel(kernel);
    CAPTURE(kernel);
    const ErrorReport found = measure_error(prepared, quantizer, scales, false, {}).value();
    CHECK(found.values == prepared.tensor->count());
    CHECK(found.finite == expected.finite);
    CHECK(found.clipped == expected.clipped);
    CHECK(found.code_counts == expected.code_counts);
    CHECK(close(found.mse_rounding, expected.mse_rounding, expected.mse_rounding));
    CHECK(close(found.mse_clipping, expected.mse_clipping, expected.mse_clipping));
    CHECK(close(found.mean, expected.mean, std::sqrt(expected.mse())));
    CHECK(found.max_abs == expected.max_abs);
    CHECK(close(found.signal, expected.signal, expected.signal));
    CHECK(close(found.signal_hat, expected.signal_hat, expected.signal_hat));
    CHECK(close(found.dot, expected.dot, expected.dot));
    REQUIRE(found.worst_group.has_value() == expected.worst_group.has_value());
    if (!found.worst_group) continue;
    CHECK(found.worst_group->group == expected.worst_group->group);
    CHECK(close(*found.worst_group->sqnr_db, *expected.worst_group->sqnr_db, 100));
  }
  force_kernel("");
}

TEST_CASE(
    "measure_error by the kernels is its definition: every granularity, clipped or not, odd group sizes") {
  std::vector<float> values = test::random_values(30 * 70 * 11, 41);
  values[17] = kNan;
  values[9000] = -kInf;
  const auto prepared = test::prepared_from({30, 70, 11}, values);
  const auto flat = test::prepared_from({30 * 70 * 11}, values);
  const Granularity layouts[] = {
      {GranularityKind::Tensor, -1, 1},       {GranularityKind::Channel, 0, 1},
      {GranularityKind::Channel, 2, 1},       {GranularityKind::Group, 1, 32},
      {GranularityKind::Group, 2, 4},         {GranularityKind::Group, -1, 11},
      {GranularityKind::Group, -1, 24, true}, {GranularityKind::Tile, -1, 2, false, 5}};
  for (const char* name : {"int4", "uint4", "int8", "e4m3fn", "int12"})
    for (const double factor : {1.0, 0.6}) {
      QuantSpec spec;
      spec.format = parse_format(name).value();
      CAPTURE(name);
      CAPTURE(factor);
      for (const Granularity& layout : layouts) {
        spec.granularity = layout;
        check_report(*prepared, canonical(spec), factor);
      }
      for (const std::uint64_t size : std::vector<std::uint64_t>{1, 7, 32, 48, 128, 1000}) {
        spec.granularity = {GranularityKind::Group, -1, size};
        check_report(*flat, canonical(spec), factor);
      }
    }
}

TEST_CASE("values thousands of times the grid: the product of x and x_hat keeps its digits" *
          doctest::test_suite("threads")) {
  std::vector<float> values = test::random_values(5000, 43);
  for (float& x : values) x = x * 1e9f + 3e10f;
  const auto prepared = test::prepared_from({5000}, values);
  QuantSpec spec;
  spec.format = integer_format(4, true);
  check_report(*prepared, canonical(spec), 1e-9);
}

}  // namespace
}  // namespace bitloupe
