#include "core/quant/dialect.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "core/format/presets.h"
#include "core/quant/quantizer.h"
#include "tests/core/dialect_cells.h"

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

namespace {

// The examples of the operator's specification (onnx.ai, QuantizeLinear): scale and zero point are given.
struct OnnxExample {
  const char* format;
  float scale;
  int zero_point;
  std::vector<float> values;
  std::vector<int> codes;
};
const std::vector<OnnxExample>& onnx_examples() {
  static const std::vector<OnnxExample> examples = {
      {"uint8", 2, 128, {0, 2, 3, 1000, -254, -1000}, {128, 129, 130, 255, 1, 0}},
      {"uint8", 2, 84, {-162, 10, -100, 232, -20, -50}, {3, 89, 34, 200, 74, 59}},
      {"uint8", 4, 24, {-76, 0, 0, 252, 32, -44}, {5, 24, 24, 87, 32, 13}},
      {"uint8", 5, 196, {245, -485, -960, -270, -375, -470}, {245, 99, 4, 142, 121, 102}},
      {"uint16",
       2,
       32767,
       {0, -128, 3, -3, 2.9f, -2.9f, 3.1f, -3.1f, 65536, -65534, 70000, -70000},
       {32767, 32703, 32769, 32765, 32768, 32766, 32769, 32765, 65535, 0, 65535, 0}},
      {"int16",
       2,
       256,
       {0, -514, 3, -3, 2.9f, -2.9f, 3.1f, -3.1f, 65022, -66046, 65023, -66047, 65024, -66048, 70000, -70000},
       {256, -1, 258, 254, 257, 255, 258, 254, 32767, -32767, 32767, -32768, 32767, -32768, 32767, -32768}},
      {"e4m3fn", 2, 0, {0, 1, 2, 100000, 200}, {0x00, 0x30, 0x38, 0x7E, 0x6C}},
      {"e5m2", 2, 0, {0, 1, 2, 100000, 200}, {0x00, 0x38, 0x3C, 0x7A, 0x56}}};
  return examples;
}

std::size_t differing_from_onnx(const test::SpecChange& change) {
  std::size_t differing = 0;
  for (const OnnxExample& example : onnx_examples()) {
    QuantSpec spec;
    spec.format = *parse_format(example.format);
    const bool integer = is_integer_family(spec.format);
    spec.scheme = integer ? Scheme::Affine : Scheme::Symmetric;
    spec.code_range = CodeRange::Narrow;  // what the dialect has to say otherwise
    apply(*find_dialect("onnx"), spec);
    change(spec);
    const Quantizer quantizer(canonical(spec));
    std::vector<Code> found(example.values.size());
    quantize_run(quantizer, {example.scale, example.zero_point}, example.values, 0, found, {}, {});
    for (std::size_t i = 0; i < found.size(); ++i)
      differing += (integer ? code_integer(quantizer.format, found[i]) : static_cast<int>(found[i])) !=
                   example.codes[i];
  }
  return differing;
}

}  // namespace

TEST_CASE("the onnx dialect gives what QuantizeLinear's published examples say, in the cells they decide") {
  CHECK(differing_from_onnx([](QuantSpec&) {}) == 0);
  const Dialect& onnx = *find_dialect("onnx");
  const std::string unchecked = test::unchecked_cells(
      onnx, [](const test::SpecChange& change) { return differing_from_onnx(change) == 0; });
  CHECK(unchecked == "zero-point rounding, division, scale of the codes");
  CHECK(onnx.help.ends_with(test::unchecked_sentence(unchecked)));
}

TEST_CASE("the help of a dialect without data to compare with names all its cells as unchecked") {
  for (const std::string key : {"compressed-tensors"}) {
    CAPTURE(key);
    const Dialect& dialect = *find_dialect(key);
    const std::string all = test::unchecked_cells(dialect, [](const test::SpecChange&) { return true; });
    CHECK(all.starts_with("symmetric divisor, signed code range, "));
    CHECK(dialect.help.ends_with(test::unchecked_sentence(all)));
  }
}

TEST_CASE("unknown dialects have no row") {
  CHECK(find_dialect("") == nullptr);
  CHECK(find_dialect("Torch") == nullptr);
  CHECK(find_dialect("tensorflow") == nullptr);
}

}  // namespace bitloupe
