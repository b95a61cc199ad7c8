// Where clip handles stand, and the clip range that a place on the error curve means.
#include "app/clip.h"

#include <doctest/doctest.h>

#include <cmath>

#include "core/quant/scales.h"
#include "core/source.h"

using namespace bitloupe;

TEST_CASE("a threshold's range is that of the curve's point there") {
  QuantSpec symmetric, max_side, affine;
  max_side.symmetric_scale = SymmetricScale::MaxSide;
  max_side.code_range = CodeRange::Full;
  affine.scheme = Scheme::Affine;
  const auto tensor =
      load_source(*parse_source("synthetic:ramp?shape=1000&min=-0.25&max=1"), Pick::Refuse, {});
  const auto prepared = *prepare(*tensor, {});
  for (const QuantSpec& spec : std::vector<QuantSpec>{symmetric, max_side, affine}) {
    Experiment experiment;
    experiment.quant = spec;
    RunContext context;
    context.sort_if_needed = true;
    const auto shot = run(experiment, prepared, nullptr, context);
    REQUIRE(shot);
    REQUIRE((*shot)->curve);
    for (const CurvePoint& point : (*shot)->curve->points) {
      QuantSpec moved = spec;
      move_threshold(moved, **shot, point.threshold);
      CHECK(moved.calibration.method == CalibrationMethod::Manual);
      CHECK(moved.calibration.lo == static_cast<double>(point.range.lo));
      CHECK(moved.calibration.hi == static_cast<double>(point.range.hi));
      moved.calibration.method = CalibrationMethod::Manual;
      CHECK(*clip_threshold(moved, **shot) == doctest::Approx(point.threshold).epsilon(1e-6));
    }
  }
}

TEST_CASE("no handle stands at -0") {
  QuantSpec spec;
  spec.calibration.method = CalibrationMethod::Manual;
  for (const Scheme scheme : {Scheme::Symmetric, Scheme::Affine}) {
    spec.scheme = scheme;
    spec.calibration.lo = spec.calibration.hi = -0.0;
    const auto handles = clip_handles(spec, nullptr);
    REQUIRE(handles);
    CHECK_FALSE(std::signbit(handles->lo));
    CHECK_FALSE(std::signbit(handles->hi));
  }
}

TEST_CASE("under max-side the handles stand where the quantizer clips, and stay there when moved") {
  QuantSpec spec;
  spec.format = integer_format(8, true);
  spec.symmetric_scale = SymmetricScale::MaxSide;
  spec.code_range = CodeRange::Full;
  const auto grid_range = [&](const QuantSpec& wanted) {
    std::uint64_t floored = 0, saturated = 0;
    const ClipRange range{static_cast<float>(wanted.calibration.lo),
                          static_cast<float>(wanted.calibration.hi)};
    const double scale = static_cast<double>(make_scale(canonical(wanted), range, floored, saturated).scale);
    return ClipRange{static_cast<float>(-128 * scale), static_cast<float>(127 * scale)};
  };
  const auto check = [&](const QuantSpec& wanted) {
    const auto handles = clip_handles(wanted, nullptr);
    REQUIRE(handles);
    CHECK(handles->mirrored);
    CHECK(handles->lo == doctest::Approx(static_cast<double>(grid_range(wanted).lo)).epsilon(1e-6));
    CHECK(handles->hi == doctest::Approx(static_cast<double>(grid_range(wanted).hi)).epsilon(1e-6));
    return *handles;
  };
  for (const double hi : {0.25, 0.9921875, 3.0}) {
    set_clip(spec, -1, hi);
    const ClipHandles handles = check(spec);
    QuantSpec moved = spec;
    move_clip(moved, handles, ClipEnd::Lo, -0.5, 0.001);
    CHECK(check(moved).lo == doctest::Approx(-0.5));
    move_clip(moved, handles, ClipEnd::Hi, 0.5, 0.001);
    CHECK(check(moved).hi == doctest::Approx(0.5));
  }
  // A cap holds at both of its ends as they are.
  spec.granularity.kind = GranularityKind::Channel;
  set_clip(spec, -1, 0.25);
  const auto cap = clip_handles(spec, nullptr);
  REQUIRE(cap);
  CHECK_FALSE(cap->mirrored);
  CHECK(cap->lo == -1);
  CHECK(cap->hi == 0.25);
}

TEST_CASE("without a code below 0 the lower handle stands at 0 and does not move") {
  QuantSpec spec;
  spec.format = integer_format(8, false);
  spec.scheme = Scheme::Symmetric;
  spec.zero_point = 0;
  spec.symmetric_scale = SymmetricScale::MaxSide;
  set_clip(spec, -1, 2);
  const auto handles = clip_handles(spec, nullptr);
  REQUIRE(handles);
  CHECK(handles->lo == 0);
  CHECK(handles->hi == doctest::Approx(2));
  const QuantSpec before = spec;
  move_clip(spec, *handles, ClipEnd::Lo, -0.5, 0.001);
  CHECK(spec == before);
}
