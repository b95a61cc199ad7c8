#include "core/quant/dialect.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "core/quant/quantizer.h"

namespace bitloupe {

TEST_CASE("the torch dialect sets PyTorch's conventions and nothing else") {
  QuantSpec spec;
  spec.format = integer_format(4, false);
  spec.scheme = Scheme::Symmetric;
  spec.granularity = {GranularityKind::Channel, 0, 32};
  spec.scale_type = ScaleType::F16;
  const QuantSpec before = spec;
  apply(*find_dialect("torch"), spec);
  CHECK(spec.symmetric_scale == SymmetricScale::HalfRange);
  CHECK(spec.code_range == CodeRange::Full);
  CHECK(spec.zero_point_rule == ZeroPointRule::DifferenceOfRound);
  CHECK(spec.unsigned_zero == UnsignedZero::Torch);
  CHECK(spec.divide == Divide::Reciprocal);
  CHECK(spec.scale_floor == ScaleFloor::TwoToMinus23);
  CHECK(spec.zero_group == ZeroGroup::Smallest);
  CHECK(spec.code_scale == CodeScale::Stored);
  CHECK(spec.scale_arithmetic == ScaleArithmetic::Float32);
  CHECK(spec.dialect == "torch");
  CHECK(spec.format == before.format);
  CHECK(spec.scheme == before.scheme);
  CHECK(spec.granularity == before.granularity);
  CHECK(spec.scale_type == before.scale_type);
}

TEST_CASE("the default dialect takes back what any other one set") {
  for (const Dialect& dialect : dialects()) {
    QuantSpec spec;
    apply(dialect, spec);
    CHECK(spec.dialect == dialect.key);
    apply(*find_dialect("default"), spec);
    CHECK(spec.dialect == "default");
    spec.dialect.clear();
    CHECK(spec == QuantSpec{});
  }
}

TEST_CASE("a dialect leaves alone what its tool has no convention for") {
  QuantSpec spec;
  spec.symmetric_scale = SymmetricScale::MaxSide;
  spec.scale_rule = ScaleRule::Nearest;
  spec.zero_group = ZeroGroup::Zero;
  spec.scale_floor = ScaleFloor::None;
  spec.unsigned_zero = UnsignedZero::Torch;
  QuantSpec onnx = spec;
  apply(*find_dialect("onnx"), onnx);
  CHECK(onnx.code_range == CodeRange::Full);
  onnx.code_range.reset();
  onnx.dialect.clear();
  CHECK(onnx == spec);
}

TEST_CASE("every dialect says what it was checked against, or that it was not") {
  for (const Dialect& dialect : dialects()) {
    const bool ours = dialect.key == "default";
    const bool says = dialect.help.find("hecked") != std::string_view::npos;
    CHECK_MESSAGE(says != ours, std::string(dialect.key));
  }
}

// The examples of the operator's specification (onnx.ai, QuantizeLinear): scale and zero point are given.
TEST_CASE("the onnx dialect gives what QuantizeLinear's published examples say") {
  QuantSpec spec;
  spec.format = integer_format(8, false);
  apply(*find_dialect("onnx"), spec);
  const Quantizer quantizer(canonical(spec));
  const auto codes = [&](float scale, int zero_point, const std::vector<float>& values) {
    std::vector<Code> found(values.size());
    quantize_run(quantizer, {scale, zero_point}, values, 0, found, {}, {});
    return found;
  };
  CHECK(codes(2, 128, {0, 2, 3, 1000, -254, -1000}) == std::vector<Code>{128, 129, 130, 255, 1, 0});
  CHECK(codes(2, 84, {-162, 10, -100, 232, -20, -50}) == std::vector<Code>{3, 89, 34, 200, 74, 59});
  CHECK(codes(4, 24, {-76, 0, 0, 252, 32, -44}) == std::vector<Code>{5, 24, 24, 87, 32, 13});
  CHECK(codes(5, 196, {245, -485, -960, -270, -375, -470}) == std::vector<Code>{245, 99, 4, 142, 121, 102});
}

TEST_CASE("unknown dialects have no row") {
  CHECK(find_dialect("") == nullptr);
  CHECK(find_dialect("Torch") == nullptr);
  CHECK(find_dialect("tensorflow") == nullptr);
}

}  // namespace bitloupe
