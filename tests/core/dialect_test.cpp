#include "core/quant/dialect.h"

#include <doctest/doctest.h>

namespace bitloupe {

TEST_CASE("the torch dialect sets PyTorch's conventions and nothing else") {
  QuantSpec spec;
  spec.format = integer_format(4, false);
  spec.scheme = Scheme::Symmetric;
  spec.granularity = {GranularityKind::Channel, 0, 32};
  spec.scale_type = ScaleType::F16;
  const QuantSpec before = spec;
  find_dialect("torch")->apply(spec);
  CHECK(spec.symmetric_scale == SymmetricScale::HalfRange);
  CHECK(spec.code_range == CodeRange::Full);
  CHECK(spec.zero_point_rule == ZeroPointRule::DifferenceOfRound);
  CHECK(spec.unsigned_zero == UnsignedZero::Torch);
  CHECK(spec.divide == Divide::Reciprocal);
  CHECK(spec.scale_floor == ScaleFloor::TwoToMinus23);
  CHECK(spec.scale_arithmetic == ScaleArithmetic::Float32);
  CHECK(spec.dialect == "torch");
  CHECK(spec.format == before.format);
  CHECK(spec.scheme == before.scheme);
  CHECK(spec.granularity == before.granularity);
  CHECK(spec.scale_type == before.scale_type);
}

TEST_CASE("the default dialect takes back what another one set") {
  QuantSpec spec;
  find_dialect("torch")->apply(spec);
  find_dialect("default")->apply(spec);
  CHECK(spec.dialect == "default");
  spec.dialect.clear();
  CHECK(spec == QuantSpec{});
}

TEST_CASE("unknown dialects have no row") {
  CHECK(find_dialect("") == nullptr);
  CHECK(find_dialect("Torch") == nullptr);
  CHECK(find_dialect("onnx") == nullptr);
}

}  // namespace bitloupe
