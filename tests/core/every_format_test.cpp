// Every named format through the whole program: its codes, and run() against the readable specification.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>

#include "core/format/presets.h"
#include "core/probe.h"
#include "core/quant/code_ladder.h"
#include "core/quant/spec_json.h"
#include "core/quant/spec_text.h"
#include "core/stats/fused_scales.h"
#include "tests/core/support.h"

namespace bitloupe {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();

// What quantize_value gives, value by value.
struct Expected {
  double rounding = 0, clipping = 0, max_abs = 0;
  std::uint64_t finite = 0, clipped = 0, overflowed = 0, nan = 0, inf = 0;
  std::vector<std::uint64_t> counts;
};

Expected expected_of(const Snapshot& snapshot) {
  const Quantizer& quantizer = *snapshot.quantizer;
  const ScaleSet& scales = *snapshot.scales;
  Expected expected;
  if (quantizer.format.bits <= 16) expected.counts.resize(std::size_t{1} << quantizer.format.bits);
  for (std::uint64_t i = 0; i < snapshot.tensor().count(); ++i) {
    const float x = snapshot.tensor().value(i);
    const QuantizedValue value = quantize_value(quantizer, scales.groups[scales.layout.group_of(i)], x, i);
    if (!expected.counts.empty()) ++expected.counts[value.code];
    expected.finite += std::isfinite(x);
    expected.nan += value.kind == ErrorKind::Nan;
    expected.inf += value.kind == ErrorKind::Inf;
    expected.clipped += value.kind == ErrorKind::Clipped;
    expected.overflowed += value.kind == ErrorKind::Overflowed;
    if (value.kind > ErrorKind::Clipped) continue;
    const double e = static_cast<double>(x) - static_cast<double>(value.dequantized);
    (value.kind == ErrorKind::Clipped ? expected.clipping : expected.rounding) += e * e;
    expected.max_abs = std::max(expected.max_abs, std::fabs(e));
  }
  return expected;
}

bool close(double a, double b) {
  return std::fabs(a - b) <= 1e-9 * std::max(std::fabs(a), std::fabs(b)) + 1e-300;
}

void check_report(const Snapshot& snapshot) {
  REQUIRE(!snapshot.error);
  REQUIRE(snapshot.report);
  const Expected expected = expected_of(snapshot);
  const ErrorReport& report = *snapshot.report;
  const double n = static_cast<double>(std::max<std::uint64_t>(expected.finite, 1));
  CHECK(close(report.mse_rounding, expected.rounding / n));
  CHECK(close(report.mse_clipping, expected.clipping / n));
  CHECK(close(report.max_abs, expected.max_abs));
  CHECK(report.finite == expected.finite);
  CHECK(report.clipped == expected.clipped);
  CHECK(report.overflowed == expected.overflowed);
  CHECK(report.nan == expected.nan);
  CHECK(report.inf == expected.inf);
  CHECK(report.code_counts == expected.counts);
}

std::vector<QuantSpec> specs_of(const NumberFormat& format) {
  std::vector<QuantSpec> specs;
  for (const Scheme scheme : {Scheme::Symmetric, Scheme::Direct, Scheme::Affine})
    for (const GranularityKind kind :
         {GranularityKind::Tensor, GranularityKind::Channel, GranularityKind::Group})
      for (const Rounding rounding : {Rounding::NearestEven, Rounding::Up, Rounding::NearestExponent})
        for (const Overflow overflow : {Overflow::Saturate, Overflow::Special}) {
          QuantSpec spec;
          spec.format = format;
          spec.scheme = scheme;
          spec.granularity.kind = kind;
          spec.granularity.axis = kind == GranularityKind::Channel ? 0 : -1;
          spec.granularity.size = 48;
          spec.rounding = rounding;
          spec.overflow = overflow;
          if (scheme == Scheme::Direct && kind != GranularityKind::Tensor) continue;
          if (validate(spec)) specs.push_back(spec);
        }
  return specs;
}

std::shared_ptr<const Prepared> some_values(bool specials) {
  std::vector<float> values = test::random_values(40 * 100, 11, 0.7);
  values[7] = 0;
  values[8] = -0.0f;
  values[9] = 3e-40f;
  if (specials) {
    values[100] = kInf;
    values[101] = -kInf;
    values[102] = std::numeric_limits<float>::quiet_NaN();
  }
  return test::prepared_from({40, 100}, std::move(values));
}

}  // namespace

TEST_CASE("every named format: levels ascend, codes decode and encode back") {
  for (const FormatPreset& preset : format_presets()) {
    const NumberFormat& format = preset.format;
    CAPTURE(preset.key);
    const std::vector<Level> grid = levels(format);
    CHECK(grid.empty() == (format.bits > 16));
    for (std::size_t i = 1; i < grid.size(); ++i) REQUIRE(grid[i - 1].value < grid[i].value);
    for (const Level& level : grid)
      for (const Rounding rounding : {Rounding::NearestEven, Rounding::NearestAway, Rounding::TowardZero,
                                      Rounding::Down, Rounding::Up, Rounding::Stochastic})
        REQUIRE(encode(format, level.value, rounding, Overflow::Special) == level.code);
    CHECK(encode(format, max_finite(format), Rounding::NearestEven, Overflow::Special).has_value());
    CHECK(decode(format, encode(format, 1e300, Rounding::NearestEven, Overflow::Saturate).value()) ==
          max_finite(format));
    CHECK(decode(format, encode(format, -1e300, Rounding::NearestEven, Overflow::Saturate).value()) ==
          min_finite(format));
    if (const auto nan = nan_code(format)) {
      CHECK(std::isnan(decode(format, *nan)));
      CHECK(encode(format, std::nan(""), Rounding::NearestEven, Overflow::Saturate) == nan);
    } else {
      CHECK(!encode(format, std::nan(""), Rounding::NearestEven, Overflow::Saturate));
    }
    if (has_inf(format))
      CHECK(decode(format, encode(format, 1e300, Rounding::NearestEven, Overflow::Special).value()) ==
            INFINITY);
    CHECK(std::isfinite(decode(format, zero_code(format))));
  }
}

TEST_CASE("every named format: exact ties, and the doubles beside them") {
  for (const FormatPreset& preset : format_presets()) {
    const NumberFormat& format = preset.format;
    CAPTURE(preset.key);
    const std::vector<Level> grid = levels(format);
    const auto nearest = [&](double x, Rounding rounding) {
      return decode(format, encode(format, x, rounding, Overflow::Saturate).value());
    };
    for (std::size_t i = 1; i < grid.size() && format.fit == Fit::None; ++i) {
      const double low = grid[i - 1].value, high = grid[i].value, middle = low + (high - low) / 2;
      if (high - middle != middle - low) continue;  // the middle is no double
      REQUIRE(nearest(std::nextafter(middle, low), Rounding::NearestEven) == low);
      REQUIRE(nearest(std::nextafter(middle, high), Rounding::NearestEven) == high);
      const double even = nearest(middle, Rounding::NearestEven),
                   away = nearest(middle, Rounding::NearestAway);
      REQUIRE((even == low || even == high));
      const Code code = encode(format, middle, Rounding::NearestEven, Overflow::Saturate).value();
      if (low != -high) REQUIRE(code % 2 == 0);
      if (low != -high) REQUIRE(away == (middle > 0 ? high : low));
    }
  }
}

TEST_CASE("every named format: the fast report is the specification's, whatever the spec") {
  const auto prepared = some_values(true);
  for (const FormatPreset& preset : format_presets()) {
    CAPTURE(preset.key);
    const std::vector<QuantSpec> specs = specs_of(preset.format);
    CHECK(!specs.empty());
    for (const QuantSpec& spec : specs) {
      CAPTURE(describe(spec));
      check_report(*test::run_spec(spec, prepared));
      QuantSpec again;
      const Result<QuantSpec> read = parse_spec_json(to_json(spec), "spec");
      REQUIRE(read);
      REQUIRE(canonical(*read) == canonical(spec));
    }
  }
}

TEST_CASE("every named format: curve, picks, comparisons and storage come out of a run") {
  const auto prepared = some_values(false);
  for (const FormatPreset& preset : format_presets()) {
    CAPTURE(preset.key);
    QuantSpec spec;
    spec.format = preset.format;
    RunContext context;
    context.step_by_step = false;
    context.sort_if_needed = true;
    const auto snapshot = run({{}, spec}, prepared, nullptr, context);
    REQUIRE(snapshot);
    const Snapshot& result = **snapshot;
    check_report(result);
    CHECK(result.storage->bits_per_value >= preset.format.bits);
    REQUIRE(result.comparisons);
    for (const Comparison& comparison : *result.comparisons) CHECK(comparison.sqnr_db.has_value());
    CHECK((result.curve != nullptr) == validate_curve(result.spec).ok());
    if (!result.curve) continue;
    // The minimum is what a run with its range measures.
    CHECK(result.curve->best.mse() <= result.report->mse() * (1 + 1e-9));
    // Nothing that was tried beside it errs less.
    for (int i = 0; i < 60 && preset.format.bits <= 8; ++i) {
      QuantSpec tried = spec;
      const ClipRange range = scaled(result.curve->best.range, std::pow(2.0, (i - 30) / 10.0 + 0.01 * i));
      tried.calibration.method = CalibrationMethod::Manual;
      tried.calibration.lo = static_cast<double>(range.lo);
      tried.calibration.hi = static_cast<double>(range.hi);
      REQUIRE(test::run_spec(tried, prepared)->report->mse() >= result.curve->best.mse() * (1 - 1e-9));
    }
    QuantSpec best = spec;
    best.calibration.method = CalibrationMethod::Mse;
    const auto searched = test::run_spec(best, prepared);
    check_report(*searched);
    CHECK(close(searched->report->mse(), result.curve->best.mse()));
  }
}

TEST_CASE("every named format: the largest magnitude of a symmetric range meets that of the grid") {
  std::mt19937 random(8);
  for (const FormatPreset& preset : format_presets()) {
    if (preset.format.fit != Fit::None || is_integer_family(preset.format)) continue;
    CAPTURE(preset.key);
    QuantSpec spec;
    spec.format = preset.format;
    spec.scheme = Scheme::Symmetric;
    spec = canonical(spec);
    const double reach = std::max(max_finite(preset.format), -min_finite(preset.format));
    const OwnScales own_scales(spec);
    for (int i = 0; i < 50; ++i) {
      const auto lo = -std::ldexp(static_cast<float>(random() % 1000), -8),
                 hi = std::ldexp(static_cast<float>(1 + random() % 1000), -8);
      std::uint64_t floored = 0, saturated = 0;
      const GroupScale scale = make_scale(spec, {lo, hi}, floored, saturated);
      const double amax = std::max(std::fabs(static_cast<double>(lo)), static_cast<double>(hi));
      if (floored == 0) CHECK(scale.scale == static_cast<float>(amax / reach));
      GroupScale own;
      const bool unclipped = own_scales.make({lo, hi}, own);
      CHECK(own == scale);
      const GridRange grid = grid_range(Quantizer(spec), scale);
      const bool held =
          static_cast<double>(lo) >= grid.clip_below && static_cast<double>(hi) <= grid.clip_above;
      if (unclipped) CHECK(held);
    }
  }
}

TEST_CASE("every named format: probes explain single values and count levels") {
  const auto prepared = some_values(true);
  for (const FormatPreset& preset : format_presets()) {
    CAPTURE(preset.key);
    QuantSpec spec;
    spec.format = preset.format;
    const auto snapshot = test::run_spec(spec, prepared);
    for (const std::uint64_t index : {0ul, 7ul, 8ul, 9ul, 100ul, 101ul, 102ul, 2000ul}) {
      const Explanation explanation = explain(*snapshot, index);
      CHECK(explanation.lines.size() >= 3);
      for (const FormulaLine& line : explanation.lines) {
        CHECK(!line.formula.empty());
        if (snapshot->scales->floored == 0) CHECK(line.numbers.find("limited") == std::string::npos);
      }
    }
    if (preset.format.bits > 8) continue;
    double counted = 0;
    for (const LevelCount& level : level_counts(*snapshot, 0)) counted += level.count;
    const std::uint64_t specials =
        has_inf(preset.format) || nan_code(preset.format) ? 1 : 0;  // NaN has no level
    CHECK(counted == static_cast<double>(prepared->statistics.count - specials));
  }
}

TEST_CASE("every named format: the ladder ascends and agrees with the codec") {
  std::mt19937 random(5);
  for (const FormatPreset& preset : format_presets()) {
    if (preset.format.bits > 16) continue;
    CAPTURE(preset.key);
    for (const QuantSpec& spec : specs_of(preset.format)) {
      if (spec.granularity.kind != GranularityKind::Tensor || preset.format.bits > 8) continue;
      CAPTURE(describe(spec));
      const Quantizer quantizer(canonical(spec));
      const CodeLadder ladder(quantizer, 0);
      const auto rungs = ladder.rungs();
      for (std::size_t i = 1; i < rungs.size(); ++i) {
        REQUIRE(rungs[i - 1].from < rungs[i].from);
        REQUIRE(code_of_quotient(quantizer, 0, rungs[i].from) == rungs[i].code);
        const double before = std::nextafter(rungs[i].from, -INFINITY);
        if (rungs[i].from != 0) REQUIRE(code_of_quotient(quantizer, 0, before) == rungs[i - 1].code);
      }
      for (int i = 0; i < 200; ++i) {
        const double y = (static_cast<double>(random()) / 4294967296.0 * 2 - 1) * 1.2 * quantizer.grid_max;
        if (std::isfinite(y)) REQUIRE(rungs[ladder.rung_of(y)].code == code_of_quotient(quantizer, 0, y));
      }
    }
  }
}

}  // namespace bitloupe
