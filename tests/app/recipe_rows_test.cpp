// Recipes, two-level scales and the scale rules in the quantizer panel.
#include <doctest/doctest.h>

#include "core/quant/recipes.h"
#include "tests/app/bench.h"

using namespace bitloupe;
using namespace bitloupe::test;

namespace {

// The place of a recipe in the list: behind "none".
int option_of(std::string_view name) {
  int option = 1;
  for (const RecipeRow& row : recipes()) {
    if (row.key == name) return option;
    ++option;
  }
  return -1;
}

// Picks a recipe; the list is longer than the window gives it.
void choose(Bench& bench, std::string_view name) {
  const std::string entry = "quantizer.recipe/" + std::to_string(option_of(name));
  bench.headless.click("quantizer.recipe");
  bench.headless.step(2);
  const Rect row = bench.headless.rect("quantizer.recipe");
  bench.headless.move({row.x + row.width / 2, row.bottom() + row.height * 4});
  for (int i = 0; i < 40 && !bench.headless.has(entry); ++i) {
    bench.headless.host().input().wheel(0, -1);
    bench.headless.step(3);
  }
  bench.headless.click(entry);
  bench.settle();
}

}  // namespace

TEST_CASE("the recipe row fills in the whole spec, and shows none once something was changed") {
  Bench bench("synthetic:gaussian?shape=32x64", 1600, 1600);
  choose(bench, "mxfp4");
  CHECK(bench.spec() == recipe_spec("mxfp4").value());
  CHECK(bench.snapshot().spec.recipe == "mxfp4");
  CHECK_FALSE(bench.headless.has("quantizer.recipe/back"));
  bench.headless.choose("quantizer.scale_rule", 1);
  CHECK(bench.snapshot().spec.recipe.empty());
  REQUIRE(bench.headless.has("quantizer.recipe/back"));
  bench.headless.click("quantizer.recipe/back");
  CHECK(bench.spec() == recipe_spec("mxfp4").value());
  bench.headless.choose("quantizer.recipe", 0);
  CHECK(bench.spec().recipe.empty());
  CHECK(bench.spec().scale_type == ScaleType::E8M0);  // the rows stay as they are
  CHECK_FALSE(bench.headless.has("quantizer.recipe/back"));
}

TEST_CASE("a recipe of GGUF quantizes by ggml's blocks, and a changed row leaves it") {
  Bench bench("synthetic:gaussian?shape=32x256", 1600, 1600);
  choose(bench, "q4_k");
  REQUIRE(!bench.snapshot().error);
  CHECK(bench.snapshot().quantizer->blocks != nullptr);
  bench.headless.drag("quantizer.bits", -400, 0);
  CHECK(bench.snapshot().spec.recipe.empty());
  CHECK(bench.snapshot().quantizer->blocks == nullptr);
  CHECK(bench.headless.has("quantizer.recipe/back"));
}

TEST_CASE("two levels are offered with E4M3 scales, and go with them") {
  Bench bench("synthetic:gaussian?shape=32x64", 1600, 1600);
  CHECK_FALSE(bench.headless.has("quantizer.tensor_scale"));
  choose(bench, "nvfp4_one_level");
  bench.headless.click("quantizer.tensor_scale");
  CHECK(bench.snapshot().spec.tensor_scale);
  bench.headless.choose("quantizer.scale_type", 0);
  CHECK_FALSE(bench.spec().tensor_scale);
  CHECK(!bench.snapshot().error);
  CHECK_FALSE(bench.headless.has("quantizer.tensor_scale"));
}

TEST_CASE("shared exponents have 2 to 8 bits, and 8 again where the scale is another") {
  Bench bench("synthetic:gaussian?shape=32x64", 1600, 1600);
  choose(bench, "mxfp4");
  bench.headless.drag("quantizer.scale_exponent_bits", -400, 0);
  CHECK(bench.snapshot().spec.scale_exponent_bits == 2);
  bench.headless.choose("quantizer.scale_type", 1);
  CHECK(bench.spec().scale_exponent_bits == 8);
}

TEST_CASE("each rule stands with its numbers of the group under the pointer; a click chooses it") {
  Bench bench("synthetic:gaussian?shape=32x64", 1600, 1600);
  CHECK_FALSE(bench.headless.has("quantizer.rule.floor"));
  choose(bench, "mxfp4");
  for (const char* id : {"quantizer.rule.floor", "quantizer.rule.rceil", "quantizer.rule.ceil",
                         "quantizer.rule.even", "quantizer.rule.nearest"})
    CHECK_MESSAGE(bench.headless.has(id), id);
  bench.headless.click("quantizer.rule.ceil");
  CHECK(bench.snapshot().spec.scale_rule == ScaleRule::Ceil);
}

TEST_CASE("an own block float is shown by its name") {
  Bench bench("synthetic:gaussian?shape=32x64", 1600, 1600);
  bench.spec() = recipe_spec("bfp:e4m7:g32").value();
  bench.settle();
  CHECK(bench.snapshot().spec.recipe == "bfp:e4m7:g32");
  CHECK_FALSE(bench.headless.has("quantizer.recipe/back"));
}
