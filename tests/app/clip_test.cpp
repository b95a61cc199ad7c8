// Where clip handles stand, and the clip range that a place on the error curve means.
#include "app/clip.h"

#include <doctest/doctest.h>

#include <cmath>

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
