// Dialects of block formats against their tools (golden/blocks): OCP MX by microxcaling and gfloat, ggml's
// Q8_0.
#include <doctest/doctest.h>

#include <array>
#include <bit>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/format/presets.h"
#include "core/quant/dialect.h"
#include "tests/core/support.h"
#include "tests/paths.h"

using namespace bitloupe;

namespace {

constexpr std::uint64_t kBlock = 32;

bool same_bits(float a, float b) {
  return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b);
}

struct Differences {
  std::size_t values = 0, scales = 0, codes = 0, dequantized = 0;
};

struct Quantized {
  std::vector<Code> codes;
  std::vector<float> values;
};
Quantized quantized(const Snapshot& snapshot) {
  const std::span<const float> x = snapshot.tensor().span();
  Quantized made{std::vector<Code>(x.size()), std::vector<float>(x.size())};
  for (std::size_t i = 0; i < x.size(); ++i) {
    const GroupScale& scale = snapshot.scales->groups[snapshot.scales->layout.group_of(i)];
    quantize_run(*snapshot.quantizer, scale, x.subspan(i, 1), i, std::span(made.codes).subspan(i, 1),
                 std::span(made.values).subspan(i, 1), {});
  }
  return made;
}

// Element formats of OCP MX by the names of the data; MXINT8 is symmetric.
QuantSpec mx_spec(const std::string& name, std::int64_t axis) {
  const std::pair<const char*, const char*> formats[] = {
      {"mxfp8_e4m3", "e4m3fn"},     {"mxfp8_e5m2", "e5m2"}, {"mxfp6_e2m3", "float:E2M3"},
      {"mxfp6_e3m2", "float:E3M2"}, {"mxfp4_e2m1", "e2m1"}, {"mxint8", "fixed:Q1.6"}};
  QuantSpec spec;
  for (const auto& [key, format] : formats)
    if (name == key) spec.format = *parse_format(format);
  spec.scheme = Scheme::Symmetric;
  spec.scale_type = ScaleType::Pow2;
  spec.granularity = {GranularityKind::Group, axis, kBlock};
  if (spec.format.family == Family::Fixed) spec.code_range = CodeRange::Narrow;
  apply(*find_dialect("ocp"), spec);
  return spec;
}

// Codes of the data lie block behind block along the axis, the last one padded with zeros; exponents in the
// order of the groups.
void compare_mx(const nlohmann::json& golden, Differences& differences) {
  const std::string folder = test::golden_dir() + "/blocks/mx/";
  const auto prepared = test::prepared_npy(folder + golden["input"].get<std::string>());
  const auto npz = test::read_npz(folder + golden["file"].get<std::string>());
  const auto exponents = test::as<std::int16_t>(npz.at("shared_exponent"));
  const auto codes = test::as<std::uint8_t>(npz.at("codes_even"));
  for (const Rounding rounding : {Rounding::NearestEven, Rounding::NearestAway}) {
    QuantSpec spec = mx_spec(golden["format"], golden["axis"]);
    spec.rounding = rounding;
    const bool even = rounding == Rounding::NearestEven;
    const auto expected = test::as<float>(npz.at(even ? "out_even" : "out_nearest_away"));
    const auto snapshot = test::run_spec(spec, prepared);
    REQUIRE_FALSE(snapshot->error.has_value());
    const GroupLayout& layout = snapshot->scales->layout;
    const Quantized made = quantized(*snapshot);
    REQUIRE(expected.size() == made.values.size());
    const std::uint64_t blocks = (layout.axis + kBlock - 1) / kBlock;
    for (std::uint64_t i = 0; i < made.values.size(); ++i) {
      const std::uint64_t k = i % layout.inner, a = i / layout.inner % layout.axis,
                          o = i / layout.inner / layout.axis;
      const std::uint64_t block = (o * layout.inner + k) * blocks + a / kBlock;
      const float scale = snapshot->scales->groups[layout.group_of(i)].scale;
      const int exponent = exponents[layout.group_of(i)];
      differences.scales += scale != std::ldexp(1.0f, exponent);
      // In a block of zeros microxcaling forgets the sign of -0.
      const bool forgets = snapshot->tensor().value(i) == 0 && exponent == -127;
      differences.codes += even && !forgets && (made.codes[i] & 0xFF) != codes[block * kBlock + a % kBlock];
      differences.dequantized += made.values[i] != expected[i];
      ++differences.values;
    }
  }
}

}  // namespace

TEST_CASE("golden/blocks/mx: dialect ocp equals microxcaling's exponents, codes and values in all 66 cases") {
  const auto cases = nlohmann::json::parse(test::read_text(test::golden_dir() + "/blocks/mx/index.json"));
  CHECK(cases.size() == 66);
  Differences differences;
  for (const auto& golden : cases) compare_mx(golden, differences);
  CHECK(differences.scales == 0);
  CHECK(differences.codes == 0);
  CHECK(differences.dequantized == 0);
  MESSAGE("dialect ocp: ", differences.dequantized, " of ", differences.values, " values differ");
}

// A block's maximum one float32 below a power of two: a logarithm in float32 is wrong there.
TEST_CASE("golden/blocks/mx: exponents come from an exact logarithm") {
  const std::string folder = test::golden_dir() + "/blocks/mx/edge_below_pow2_";
  for (const char* format :
       {"mxfp8_e4m3", "mxfp8_e5m2", "mxfp6_e2m3", "mxfp6_e3m2", "mxfp4_e2m1", "mxint8"}) {
    const auto npz = test::read_npz(folder + format + ".npz");
    const auto exponents = test::as<std::int16_t>(npz.at("shared_exponent_exact"));
    const auto expected = test::as<float>(npz.at("exact"));
    const auto snapshot = test::run_spec(mx_spec(format, 1), test::prepared_npy(folder + "in.npy"));
    const Quantized made = quantized(*snapshot);
    std::size_t scales = 0, values = 0;
    for (std::size_t g = 0; g < exponents.size(); ++g)
      scales += snapshot->scales->groups[g].scale != std::ldexp(1.0f, exponents[g]);
    for (std::size_t i = 0; i < expected.size(); ++i) values += made.values[i] != expected[i];
    CHECK_MESSAGE(scales == 0, format);
    CHECK_MESSAGE(values == 0, format);
  }
}

// A block: the scale as float16, then 32 signed bytes.
TEST_CASE("golden/blocks/gguf: dialect ggml equals ggml's Q8_0, scale, codes and values") {
  constexpr std::size_t kBytes = 2 + kBlock;
  const std::string folder = test::golden_dir() + "/blocks/gguf/";
  const NumberFormat half = *parse_format("fp16");
  Differences differences;
  for (const std::string name : {"heavy", "mixed", "normal", "shifted", "ties", "uniform", "weights"}) {
    QuantSpec spec;
    spec.granularity = {GranularityKind::Group, -1, kBlock};
    spec.scale_type = ScaleType::F16;
    apply(*find_dialect("ggml"), spec);
    const auto snapshot = test::run_spec(spec, test::prepared_npy(folder + "in_" + name + ".npy"));
    REQUIRE_FALSE(snapshot->error.has_value());
    const auto npz = test::read_npz(folder + "Q8_0__" + name + ".npz");
    const auto packed = test::as<std::uint8_t>(npz.at("packed"));
    const auto expected = test::as<float>(npz.at("dequantized"));
    const Quantized made = quantized(*snapshot);
    REQUIRE(packed.size() == snapshot->scales->groups.size() * kBytes);
    for (std::size_t g = 0; g < snapshot->scales->groups.size(); ++g) {
      const std::uint8_t* block = packed.data() + g * kBytes;
      const auto d = static_cast<float>(decode(half, Code{block[0]} | Code{block[1]} << 8));
      differences.scales += !same_bits(snapshot->scales->groups[g].scale, d);
      for (std::size_t i = 0; i < kBlock; ++i) {
        differences.codes += (made.codes[g * kBlock + i] & 0xFF) != block[2 + i];
        differences.dequantized += made.values[g * kBlock + i] != expected[g * kBlock + i];
        ++differences.values;
      }
    }
  }
  CHECK(differences.scales == 0);
  CHECK(differences.codes == 0);
  CHECK(differences.dequantized == 0);
  MESSAGE("dialect ggml: ", differences.codes, " of ", differences.values, " codes differ");
}
