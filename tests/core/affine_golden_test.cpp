// PyTorch's observers and quantize_per_tensor/_channel (golden/affine): scales, zero points, codes,
// dequantized values.

#include <doctest/doctest.h>

#include <bit>
#include <nlohmann/json.hpp>

#include "core/quant/dialect.h"
#include "tests/core/support.h"
#include "tests/paths.h"

using namespace bitloupe;

namespace {

const std::string kFolder = test::golden_dir() + "/affine/";

QuantSpec spec_of(const nlohmann::json& golden, std::string_view dialect) {
  QuantSpec spec;
  spec.format = integer_format(golden["bits"], golden["signed"]);
  apply(*find_dialect(dialect), spec);
  spec.scheme = golden["scheme"] == "affine" ? Scheme::Affine : Scheme::Symmetric;
  const int full_min = spec.format.is_signed ? -(1 << (spec.format.bits - 1)) : 0;
  spec.code_range = golden["quant_min"] == full_min ? CodeRange::Full : CodeRange::Narrow;
  if (!golden["axis"].is_null()) spec.granularity = {GranularityKind::Channel, golden["axis"], 1};
  return spec;
}

// What came out of one case: elements whose code or value differs, groups whose scale or zero point does.
struct Differences {
  std::size_t scales = 0, zero_points = 0, codes = 0, dequantized = 0, values = 0;
};

void compare(const nlohmann::json& golden, std::string_view dialect, std::optional<Divide> divide,
             const std::vector<std::int16_t>& codes, const std::vector<float>& dequantized,
             Differences& differences) {
  const auto prepared = test::prepared_npy(kFolder + golden["tensor"].get<std::string>());
  QuantSpec spec = spec_of(golden, dialect);
  spec.divide = divide.value_or(spec.divide);
  const auto snapshot = test::run_spec(spec, prepared);
  REQUIRE_FALSE(snapshot->error.has_value());
  const ScaleSet& set = *snapshot->scales;
  REQUIRE(set.groups.size() == golden["scale_hex"].size());
  for (std::size_t g = 0; g < set.groups.size(); ++g) {
    const auto scale = static_cast<float>(std::stod(golden["scale_hex"][g].get<std::string>()));
    differences.scales +=
        std::bit_cast<std::uint32_t>(set.groups[g].scale) != std::bit_cast<std::uint32_t>(scale);
    differences.zero_points += set.groups[g].zero_point != golden["zero_point"][g].get<int>();
  }
  const std::span<const float> x = prepared->tensor->span();
  REQUIRE(codes.size() == x.size());
  std::vector<Code> code(1);
  std::vector<float> value(1);
  for (std::size_t i = 0; i < x.size(); ++i) {
    quantize_run(*snapshot->quantizer, set.groups[set.layout.group_of(i)], x.subspan(i, 1), i, code, value,
                 {});
    differences.codes += code_integer(snapshot->quantizer->format, code[0]) != codes[i];
    differences.dequantized += value[0] != dequantized[i];
  }
  differences.values += x.size();
}

Differences compare_all(std::string_view dialect, std::optional<Divide> divide = {}) {
  const auto cases = nlohmann::json::parse(test::read_text(kFolder + "cases.json"))["cases"];
  const auto codes = test::read_npz(kFolder + "codes.npz");
  const auto dequantized = test::read_npz(kFolder + "dequantized.npz");
  CHECK(cases.size() == 876);
  auto member = [](const nlohmann::json& text) {
    const std::string name = text;
    return name.substr(name.find(':') + 1);
  };
  Differences differences;
  for (const auto& golden : cases)
    compare(golden, dialect, divide, test::as<std::int16_t>(codes.at(member(golden["codes"]))),
            test::as<float>(dequantized.at(member(golden["dequantized"]))), differences);
  return differences;
}

}  // namespace

TEST_CASE("golden/affine: dialect torch equals PyTorch in all 876 cases") {
  const Differences d = compare_all("torch");
  CHECK(d.values == 797912);
  CHECK(d.scales == 0);
  CHECK(d.zero_points == 0);
  CHECK(d.codes == 0);
  CHECK(d.dequantized == 0);
  MESSAGE("dialect torch: ", d.codes, " of ", d.values, " codes differ");
}

TEST_CASE("golden/affine: the default dialect differs where its conventions do") {
  const Differences d = compare_all("default");
  CHECK(d.codes > 0);
  MESSAGE("dialect default: ", d.codes, " of ", d.values, " codes, ", d.scales, " scales and ", d.zero_points,
          " zero points differ");
}

// What the data's own account says of other ways to divide.
TEST_CASE("golden/affine: float and exact division change 332 and 495 codes at near-ties") {
  CHECK(compare_all("torch", Divide::F32).codes == 332);
  CHECK(compare_all("torch", Divide::Exact).codes == 495);
}

TEST_CASE("golden/affine: explicit scale and zero point, ties and values far out of range") {
  const auto cases = nlohmann::json::parse(test::read_text(kFolder + "explicit.json"));
  for (const auto& golden : cases) {
    QuantSpec spec;
    const int q_min = golden["quant_min"], q_max = golden["quant_max"];
    spec.format =
        integer_format(static_cast<int>(std::bit_width(static_cast<unsigned>(q_max - q_min))), q_min < 0);
    apply(*find_dialect("torch"), spec);
    spec.scheme = Scheme::Affine;
    spec.code_range = q_min == -127 ? CodeRange::Narrow : CodeRange::Full;
    const Quantizer quantizer(canonical(spec));
    const GroupScale scale{static_cast<float>(std::stod(golden["scale_hex"].get<std::string>())),
                           golden["zero_point"]};
    std::size_t differing = 0;
    for (std::size_t i = 0; i < golden["input_hex"].size(); ++i) {
      const auto x = static_cast<float>(std::stod(golden["input_hex"][i].get<std::string>()));
      const Code code = quantize_value(quantizer, scale, x, i).code;
      differing += code_integer(quantizer.format, code) != golden["codes"][i].get<int>();
    }
    CHECK(differing == 0);
  }
}
