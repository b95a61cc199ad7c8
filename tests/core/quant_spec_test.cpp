#include "core/quant/quant_spec.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

#include "core/format/presets.h"

namespace bitloupe {
namespace {

QuantSpec spec_of(const char* format) {
  QuantSpec spec;
  spec.format = parse_format(format).value();
  return spec;
}

bool refused_with(const Status& status, const char* part) {
  if (status) return false;
  INFO(status.error().message);
  CHECK(status.error().code == ErrorCode::BadArgument);
  return status.error().message.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the default scheme follows from the format") {
  const auto scheme = [](const char* name) { return default_scheme(parse_format(name).value()); };
  CHECK(scheme("int8") == Scheme::Symmetric);
  CHECK(scheme("int16") == Scheme::Symmetric);
  CHECK(scheme("sm4") == Scheme::Symmetric);
  CHECK(scheme("e4m3fn") == Scheme::Symmetric);
  CHECK(scheme("float:E3M4") == Scheme::Symmetric);
  CHECK(scheme("uint8") == Scheme::Affine);
  CHECK(scheme("fixed:Q3.4") == Scheme::Direct);
  CHECK(scheme("fp16") == Scheme::Direct);
  CHECK(scheme("float:E5M3") == Scheme::Direct);
}

TEST_CASE("canonical fills in scheme and code range") {
  CHECK(canonical(spec_of("int8")).scheme == Scheme::Symmetric);
  CHECK(canonical(spec_of("int8")).code_range == CodeRange::Narrow);
  QuantSpec affine = spec_of("int8");
  affine.scheme = Scheme::Affine;
  CHECK(canonical(affine).code_range == CodeRange::Full);
  affine.code_range = CodeRange::Narrow;
  CHECK(canonical(affine).code_range == CodeRange::Narrow);
  for (const char* name : {"uint8", "e4m3fn", "sm4"}) {
    QuantSpec spec = spec_of(name);
    spec.code_range = CodeRange::Narrow;
    CHECK(canonical(spec).code_range == CodeRange::Full);
  }
}

TEST_CASE("direct forgets everything about scales") {
  QuantSpec spec = spec_of("fp16");
  spec.granularity = {GranularityKind::Group, 0, 64};
  spec.scale_type = ScaleType::Pow2;
  spec.scale_rule = ScaleRule::Even;
  spec.calibration.method = CalibrationMethod::Percentile;
  spec.divide = Divide::Exact;
  spec.overrides = {{3, -1, 1}};
  spec.scale_floor = ScaleFloor::TwoToMinus23;
  spec.scale_arithmetic = ScaleArithmetic::Float32;
  CHECK(canonical(spec) == canonical(spec_of("fp16")));
}

TEST_CASE("specs that mean the same have equal canonical specs") {
  QuantSpec a = spec_of("int8"), b = a;
  b.scheme = Scheme::Symmetric;
  b.code_range = CodeRange::Narrow;
  b.granularity = {GranularityKind::Tensor, 3, 77};
  b.calibration.percentile = 12;
  b.calibration.lo = 5;
  b.seed = 9;
  b.scale_rule = ScaleRule::Even;
  b.zero_point_rule = ZeroPointRule::DifferenceOfRound;
  b.include_zero = false;
  b.unsigned_zero = UnsignedZero::Torch;
  b.zero_point = 0;
  CHECK(a != b);
  CHECK(canonical(a) == canonical(b));
  b.rounding = a.rounding = Rounding::Stochastic;
  CHECK(canonical(a) != canonical(b));
}

TEST_CASE("the dialect's name stays") {
  QuantSpec spec = spec_of("int8");
  spec.dialect = "torch";
  CHECK(canonical(spec).dialect == "torch");
}

TEST_CASE("V13: a range given the wrong way round is swapped; equal ends are allowed") {
  QuantSpec spec = spec_of("int8");
  spec.calibration.method = CalibrationMethod::Manual;
  spec.calibration.lo = 2;
  spec.calibration.hi = -1;
  spec.overrides = {{1, 3, -3}};
  CHECK(canonical(spec).calibration.lo == -1);
  CHECK(canonical(spec).calibration.hi == 2);
  CHECK(canonical(spec).overrides[0].lo == -3);
  CHECK(validate(spec));
  spec.calibration.hi = 2;
  CHECK(validate(spec));
}

TEST_CASE("overrides are sorted and the last one for a group wins") {
  QuantSpec spec = spec_of("int8");
  spec.overrides = {{7, 0, 1}, {2, 0, 1}, {7, 0, 2}};
  const QuantSpec clean = canonical(spec);
  REQUIRE(clean.overrides.size() == 2);
  CHECK(clean.overrides[0].group == 2);
  CHECK(clean.overrides[1].hi == 2);
}

TEST_CASE("canonical is idempotent over all combinations of the main fields") {
  for (const char* name : {"int8", "uint1", "uint4", "uint8", "sm4", "fixed:Q3.4", "e4m3fn", "fp16"})
    for (const Scheme scheme : {Scheme::Symmetric, Scheme::Affine, Scheme::Direct})
      for (const UnsignedZero zero : {UnsignedZero::Middle, UnsignedZero::Torch})
        for (const int z : {-1, 0, 1, 7, 8, 128}) {
          QuantSpec spec = spec_of(name);
          spec.scheme = scheme;
          spec.unsigned_zero = zero;
          if (z >= 0) spec.zero_point = z;
          spec.granularity = {GranularityKind::Group, -2, 16};
          const QuantSpec once = canonical(spec);
          CAPTURE(name);
          REQUIRE(canonical(once) == once);
          REQUIRE(bool(validate(once)) == bool(validate(spec)));
        }
}

TEST_CASE("symmetric unsigned zero points are spelled out where they are not the middle code") {
  QuantSpec spec = spec_of("uint4");
  spec.scheme = Scheme::Symmetric;
  CHECK(!canonical(spec).zero_point);
  spec.unsigned_zero = UnsignedZero::Torch;
  CHECK(canonical(spec).zero_point == 7);
  spec.format = parse_format("uint8").value();
  CHECK(!canonical(spec).zero_point);  // 128 by either rule
  spec.zero_point = 128;
  CHECK(!canonical(spec).zero_point);
  spec.zero_point = 0;
  CHECK(canonical(spec).zero_point == 0);
}

TEST_CASE("V15: one bit symmetric stands for {0, 1}, never with a divisor of 0") {
  QuantSpec spec = spec_of("uint1");
  spec.scheme = Scheme::Symmetric;
  CHECK(canonical(spec).zero_point == 0);
  CHECK(validate(spec));
  spec.zero_point = 1;
  CHECK(refused_with(validate(spec), "zero_point 1"));
}

TEST_CASE("affine is for integers") {
  for (const char* name : {"e4m3fn", "sm4", "fixed:Q3.4", "fp16"}) {
    QuantSpec spec = spec_of(name);
    spec.scheme = Scheme::Affine;
    CHECK(refused_with(validate(spec), "scheme affine"));
  }
  for (const char* name : {"int8", "uint4"}) {
    QuantSpec spec = spec_of(name);
    spec.scheme = Scheme::Affine;
    CHECK(validate(spec));
  }
}

TEST_CASE("V14: a zero point outside the codes is refused") {
  QuantSpec spec = spec_of("uint8");
  for (const int z : {-1, 256}) {
    spec.zero_point = z;
    CHECK(refused_with(validate(spec), "0 to 255"));
  }
  for (const int z : {0, 255}) {
    spec.zero_point = z;
    CHECK(validate(spec));
  }
  spec = spec_of("int8");
  spec.scheme = Scheme::Affine;
  spec.zero_point = -128;
  CHECK(validate(spec));
  spec.code_range = CodeRange::Narrow;
  CHECK(refused_with(validate(spec), "-127 to 127"));
}

TEST_CASE("zero points where there are none") {
  QuantSpec spec = spec_of("int8");
  spec.zero_point = 3;
  CHECK(refused_with(validate(spec), "affine"));
  spec.scheme = Scheme::Direct;
  CHECK(refused_with(validate(spec), "direct"));
  spec = spec_of("e4m3fn");
  spec.zero_point = 3;
  CHECK(refused_with(validate(spec), "no zero point"));
}

TEST_CASE("overflow to specials needs specials") {
  for (const char* name : {"int8", "e2m1", "fixed:Q3.4"}) {
    QuantSpec spec = spec_of(name);
    spec.overflow = Overflow::Special;
    CHECK(refused_with(validate(spec), "overflow special"));
  }
  QuantSpec spec = spec_of("e4m3fn");
  spec.overflow = Overflow::Special;
  CHECK(validate(spec));
}

TEST_CASE("V18: group size 0 is refused; one that does not divide is fine") {
  QuantSpec spec = spec_of("int4");
  spec.granularity = {GranularityKind::Group, -1, 0};
  CHECK(refused_with(validate(spec), "size 0"));
  for (const std::uint64_t size : {1ull, 48ull, 5000ull, ~0ull}) {
    spec.granularity.size = size;
    CHECK(validate(spec, Shape{64, 100}));
  }
}

TEST_CASE("V19: axes out of range are refused, negative ones count from the end, scalars take any") {
  for (const GranularityKind kind : {GranularityKind::Channel, GranularityKind::Group}) {
    QuantSpec spec = spec_of("int4");
    spec.granularity.kind = kind;
    for (const std::int64_t axis : {-2, -1, 0, 1}) {
      spec.granularity.axis = axis;
      CHECK(validate(spec, Shape{4, 6}));
      CHECK(validate(spec, Shape{}));
    }
    for (const std::int64_t axis : {-3, 2, 99}) {
      spec.granularity.axis = axis;
      CHECK(refused_with(validate(spec, Shape{4, 6}), "granularity axis"));
      CHECK(validate(spec));
    }
  }
}

TEST_CASE("calibration parameters have limits") {
  const double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  QuantSpec spec = spec_of("int8");
  spec.calibration.method = CalibrationMethod::Percentile;
  for (const double p : {0.0, -1.0, 100.1, nan, inf}) {
    spec.calibration.percentile = p;
    CHECK(refused_with(validate(spec), "percentile"));
  }
  spec.calibration.percentile = 100;
  CHECK(validate(spec));
  spec.calibration.method = CalibrationMethod::Ratio;
  for (const double ratio : {0.0, -1.0, nan, inf}) {
    spec.calibration.ratio = ratio;
    CHECK(refused_with(validate(spec), "ratio"));
  }
  spec.calibration.method = CalibrationMethod::Manual;
  for (const double end : {nan, inf, -inf, 1e39}) {
    spec.calibration.lo = end;
    CHECK(refused_with(validate(spec), "manual"));
  }
}

TEST_CASE("overrides need a group that the tensor has and a finite range") {
  QuantSpec spec = spec_of("int8");
  spec.granularity = {GranularityKind::Channel, 0, 32};
  spec.overrides = {{3, -1, 1}};
  CHECK(validate(spec, Shape{4, 6}));
  CHECK(refused_with(validate(spec, Shape{3, 6}), "3 scale groups"));
  spec.overrides[0].lo = std::nan("");
  CHECK(refused_with(validate(spec), "overrides group 3"));
}

TEST_CASE("a wrong format is named first") {
  QuantSpec spec;
  spec.format = integer_format(33, true);
  CHECK(refused_with(validate(spec), "format: bits 33"));
  spec.format.bits = 0;
  CHECK(!validate(spec));
}

}  // namespace bitloupe
