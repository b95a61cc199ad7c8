// NVFP4 as torchao and ModelOpt make it (golden/blocks/nvfp4): E4M3 scales of 16 values, with and without the
// float32 scale of the tensor above.
#include <doctest/doctest.h>

#include <bit>
#include <nlohmann/json.hpp>

#include "core/format/presets.h"
#include "core/quant/dialect.h"
#include "core/quant/recipes.h"
#include "tests/core/dialect_cells.h"
#include "tests/core/support.h"
#include "tests/paths.h"

using namespace bitloupe;

namespace {

const std::string kFolder = test::golden_dir() + "/blocks/nvfp4/";
const NumberFormat kE4M3 = parse_format("e4m3fn").value();

struct Differences {
  std::size_t values = 0, codes = 0, signs_of_zero = 0, scales = 0, dequantized = 0;
};

void unchanged(QuantSpec&) {}

QuantSpec spec_of(std::string_view variant, const test::SpecChange& change) {
  QuantSpec spec = recipe_spec(variant.ends_with("one_level") ? "nvfp4_one_level" : "nvfp4").value();
  apply(*find_dialect(variant == "modelopt" ? "modelopt" : "torchao"), spec);
  change(spec);
  return spec;
}

void compare(const std::string& input, const std::string& variant, Differences& found,
             const test::SpecChange& change = unchanged) {
  const auto prepared = test::prepared_npy(kFolder + "in_" + input + ".npy");
  const auto members = test::read_npz(kFolder + input + "_" + variant + ".npz");
  const auto snapshot = test::run_spec(spec_of(variant, change), prepared);
  REQUIRE_FALSE(snapshot->error.has_value());
  const auto scale_codes = test::as<std::uint8_t>(members.at("scale_codes")),
             codes = test::as<std::uint8_t>(members.at("codes"));
  const auto dequantized = test::as<float>(members.at("dequantized"));
  const ScaleSet& scales = *snapshot->scales;
  REQUIRE(scale_codes.size() == scales.groups.size());
  for (std::size_t g = 0; g < scale_codes.size(); ++g) {
    const auto stored = static_cast<double>(stored_scale(scales, g));
    found.scales += stored != decode(kE4M3, scale_codes[g]);
  }
  const std::span<const float> x = prepared->tensor->span();
  REQUIRE(codes.size() == x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const QuantizedValue made =
        quantize_value(*snapshot->quantizer, scales.groups[scales.layout.group_of(i)], x[i], i);
    const bool zeros = made.code % 8 == 0 && codes[i] % 8 == 0;
    found.codes += made.code != codes[i] && !zeros;
    found.signs_of_zero += made.code != codes[i] && zeros;
    found.dequantized += made.dequantized != dequantized[i];
  }
  found.values += x.size();
}

constexpr const char* kInputs[] = {"heavy",   "normal",  "outlier",        "ties",
                                   "uniform", "weights", "with_zero_block"};
constexpr const char* kVariants[] = {"torchao_two_level", "torchao_one_level", "modelopt"};

// Whether a tool's data is still met after this change.
bool agrees(const std::string& tool, const test::SpecChange& change) {
  for (const std::string input : kInputs)
    for (const std::string variant : kVariants) {
      if (!variant.starts_with(tool)) continue;
      Differences found;
      compare(input, variant, found, change);
      if (found.scales + found.codes + found.dequantized > 0) return false;
    }
  return true;
}

}  // namespace

TEST_CASE("golden/blocks/nvfp4: scales, codes and values equal torchao and ModelOpt") {
  Differences found;
  for (const std::string input : kInputs)
    for (const std::string variant : kVariants) {
      CAPTURE(input);
      CAPTURE(variant);
      Differences own;
      compare(input, variant, own);
      CHECK(own.scales == 0);
      CHECK(own.codes == 0);
      CHECK(own.dequantized == 0);
      CHECK((own.signs_of_zero == 0 || variant == "modelopt"));
      found.values += own.values;
      found.codes += own.codes;
      found.signs_of_zero += own.signs_of_zero;
      found.scales += own.scales;
    }
  MESSAGE("NVFP4: ", found.codes, " codes and ", found.scales, " scales differ in ", found.values,
          " values, but for the sign of ", found.signs_of_zero, " zeros");
}

TEST_CASE("golden/blocks/nvfp4: the help of torchao and modelopt names the cells that the data leaves open") {
  for (const std::string tool : {"torchao", "modelopt"}) {
    CAPTURE(tool);
    const Dialect& dialect = *find_dialect(tool);
    const std::string open =
        test::unchecked_cells(dialect, [&](const test::SpecChange& change) { return agrees(tool, change); });
    CAPTURE(open);
    CHECK(dialect.help.ends_with(test::unchecked_sentence(open)));
  }
}
