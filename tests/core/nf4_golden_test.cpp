// bitsandbytes' NF4 and FP4 blocks (golden/blocks/nf4): codes, block maxima, dequantized values.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/format/presets.h"
#include "tests/core/support.h"
#include "tests/paths.h"

using namespace bitloupe;

namespace {

const std::string kFolder = test::golden_dir() + "/blocks/nf4/";

struct Differences {
  std::size_t values = 0, codes = 0, signs_of_zero = 0, unexplained = 0, scales = 0, dequantized = 0;
};

// Blocks run through the flattened tensor; the last one may be short.
void compare(const nlohmann::json& golden, Differences& found) {
  const auto tensor = test::prepared_npy(kFolder + golden["input"].get<std::string>())->tensor;
  const std::span<const float> x = tensor->span();
  QuantSpec spec;
  spec.format = parse_format(golden["type"] == "nf4" ? "nf4" : "bnb_fp4").value();
  spec.granularity = {GranularityKind::Group, -1, golden["block"].get<std::uint64_t>()};
  spec.divide = Divide::F32;
  const auto snapshot = test::run_spec(spec, test::prepared_from({x.size()}, {x.begin(), x.end()}));
  REQUIRE_FALSE(snapshot->error.has_value());
  const auto members = test::read_npz(kFolder + golden["file"].get<std::string>());
  const auto codes = test::as<std::uint8_t>(members.at("codes"));
  const auto absmax = test::as<float>(members.at("absmax")),
             dequantized = test::as<float>(members.at("dequantized"));
  REQUIRE(codes.size() == x.size());
  const ScaleSet& scales = *snapshot->scales;
  REQUIRE(scales.groups.size() == absmax.size());
  for (std::size_t g = 0; g < absmax.size(); ++g)
    found.scales += scales.groups[g].scale != (absmax[g] == 0 ? 1 : absmax[g]);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const QuantizedValue value =
        quantize_value(*snapshot->quantizer, scales.groups[scales.layout.group_of(i)], x[i], i);
    const bool zeros = value.code % 8 == 0 && codes[i] % 8 == 0 && golden["type"] == "fp4";
    found.codes += value.code != codes[i] && !zeros;
    found.signs_of_zero += value.code != codes[i] && zeros;
    // Its FP4 search gives positive numbers nearest to zero the code of -0, all others that of +0.
    found.unexplained += zeros && codes[i] != (x[i] > 0 ? 8 : 0);
    found.dequantized += value.dequantized != dequantized[i];
  }
  found.values += x.size();
}

}  // namespace

TEST_CASE("golden/blocks/nf4: NF4 and bitsandbytes FP4 equal bitsandbytes in 24 cases") {
  const auto index = nlohmann::json::parse(test::read_text(kFolder + "index.json"));
  CHECK(index.size() == 24);
  Differences found;
  for (const auto& golden : index) compare(golden, found);
  CHECK(found.values == 22872);
  CHECK(found.codes == 0);
  CHECK(found.scales == 0);
  CHECK(found.dequantized == 0);
  CHECK(found.signs_of_zero == 75);
  CHECK(found.unexplained == 0);
  MESSAGE("bitsandbytes: ", found.codes, " of ", found.values, " codes differ, but for the sign of ",
          found.signs_of_zero, " zeros");
}
