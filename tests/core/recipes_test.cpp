// Recipes: what each fills in, when it stops being the recipe, and what its values cost.
#include "core/quant/recipes.h"

#include <doctest/doctest.h>

#include <map>

#include "core/block/block_type.h"
#include "core/format/presets.h"
#include "core/quant/spec_json.h"
#include "core/quant/spec_text.h"
#include "tests/core/support.h"

using namespace bitloupe;

TEST_CASE("every recipe is valid and keeps its name through canonical, JSON and options") {
  for (const RecipeRow& row : recipes()) {
    CAPTURE(row.key);
    const QuantSpec spec = recipe_spec(row.key).value();
    CHECK(validate(spec).ok());
    CHECK(canonical(spec).recipe == row.key);
    CHECK(canonical(canonical(spec)) == canonical(spec));
    const auto read = parse_spec_json(to_json(canonical(spec)), "s.json");
    REQUIRE(read.ok());
    CHECK(canonical(*read) == canonical(spec));
    CHECK(to_options(spec) == std::vector<std::string>{"--recipe", std::string(row.key)});
    CHECK((block_type_of(canonical(spec)) != nullptr) == !row.block_type.empty());
    if (const BlockType* type = block_type_of(canonical(spec))) CHECK(type->name == row.block_type);
  }
}

TEST_CASE("a recipe of which something was changed is none, and one again when it is taken back") {
  QuantSpec spec = recipe_spec("mxfp4").value();
  spec.scale_rule = ScaleRule::Even;
  CHECK(canonical(spec).recipe.empty());
  CHECK(to_options(spec) == std::vector<std::string>{"--recipe", "mxfp4", "--scale-rule", "even"});
  spec.scale_rule = ScaleRule::Floor;
  CHECK(canonical(spec).recipe == "mxfp4");
  spec.seed = 7;  // without effect
  CHECK(canonical(spec).recipe == "mxfp4");
}

TEST_CASE("a recipe fills in everything; later keys override it") {
  QuantSpec spec;
  REQUIRE(set_key(spec, "rounding", "up").ok());
  REQUIRE(set_key(spec, "recipe", "nvfp4").ok());
  CHECK(spec.rounding == Rounding::NearestEven);
  CHECK(spec.tensor_scale);
  REQUIRE(set_key(spec, "granularity", "group:32").ok());
  CHECK(canonical(spec).recipe.empty());
  CHECK(canonical(spec).scale_type == ScaleType::E4M3);
}

TEST_CASE("bfp:eKmM:gG has K-bit exponents, a sign and M mantissa bits, groups of G") {
  const QuantSpec spec = recipe_spec("bfp:e5m3:g16").value();
  CHECK(spec.format == parse_format("sm4").value());
  CHECK(spec.granularity == Granularity{GranularityKind::Group, -1, 16});
  CHECK(spec.scale_type == ScaleType::E8M0);
  CHECK(spec.scale_exponent_bits == 5);
  CHECK(canonical(spec).recipe == "bfp:e5m3:g16");
  for (const char* wrong :
       {"bfp", "bfp:", "bfp:e5m3", "bfp:e1m3:g16", "bfp:e9m3:g16", "bfp:e5m0:g16", "bfp:e5m16:g16",
        "bfp:e5m3:g0", "bfp:e5m3:16", "bfp:m3e5:g16", "bfp:e5m3:g16:x"}) {
    CAPTURE(wrong);
    REQUIRE_FALSE(recipe_spec(wrong).ok());
    CHECK(recipe_spec(wrong).error().code == ErrorCode::BadArgument);
  }
  CHECK(recipe_spec("mxfp5").error().message.find("the nearest is mxfp4") != std::string::npos);
}

TEST_CASE("bits per value of the recipes whose scales are their own") {
  const std::map<std::string, std::pair<double, std::string>> expected = {
      {"mxfp8_e4m3", {8.25, "8 + 8/32"}},
      {"mxfp8_e5m2", {8.25, "8 + 8/32"}},
      {"mxfp6_e2m3", {6.25, "6 + 8/32"}},
      {"mxfp6_e3m2", {6.25, "6 + 8/32"}},
      {"mxfp4", {4.25, "4 + 8/32"}},
      {"mxint8", {8.25, "8 + 8/32"}},
      {"nvfp4", {4.5 + 32.0 / 65536, "4 + 8/16 + 32/65536"}},
      {"nvfp4_one_level", {4.5, "4 + 8/16"}},
      {"nf4", {4.5, "4 + 32/64"}},
      {"nf4_double", {4 + 0.125 + 32.0 / 16384 + 32.0 / 65536, "4 + 8/64 + 32/16384 + 32/65536"}},
      {"bnb_fp4", {4.5, "4 + 32/64"}},
      {"int4_g128", {4.125, "4 + 16/128"}},
      {"int4_g128_asym", {4.15625, "4 + (16 + 4)/128"}},
      {"fp8_128x128", {8 + 32.0 / 16384, "8 + 32/16384"}},
      {"bfp:e2m1:g4", {2.5, "2 + 2/4"}},
      {"bfp:e4m1:g4", {3, "2 + 4/4"}},
  };
  const auto prepared = test::prepared_from({256, 256}, std::vector<float>(65536, 0.5f));
  for (const auto& [key, cost] : expected) {
    const std::string name = key;
    CAPTURE(name);
    const QuantSpec spec = canonical(recipe_spec(name).value());
    const Storage storage =
        storage_of(spec, make_group_layout(spec.granularity, prepared->tensor->shape), 32);
    CHECK(storage.bits_per_value == cost.first);
    CHECK(storage.sum == cost.second);
  }
}
