// Recipes: the block formats that tools exchange, as rows that fill in a whole spec. Most are nothing more
// than their spec; those of GGUF name a block type of ggml, whose own code makes scales and codes
// (block/block_type.h).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/quant/quant_spec.h"
#include "core/result.h"

namespace bitloupe {

struct RecipeRow {
  std::string_view key, label;  // "mxfp4", "MXFP4"
  std::string_view family;      // who defines it: "OCP MX"
  std::string_view help;
  std::string_view fills;            // "KEY=VALUE KEY=VALUE ...": what differs from a default spec
  std::string_view block_type = {};  // ggml's name of the type that makes the codes: "Q4_K"; else empty
};

// All but those with numbers in their names, "bfp:eKmM:gG".
std::span<const RecipeRow> recipes();
const RecipeRow* find_recipe(std::string_view key);  // null if unknown
std::vector<std::string_view> recipe_names();

// The spec that a recipe fills in, its `recipe` set; "bfp:e5m3:g16" has 5-bit shared exponents, a sign and 3
// mantissa bits, groups of 16 (e 2-8, m 1-15). Errors: BadArgument with the nearest name.
Result<QuantSpec> recipe_spec(std::string_view name);
Status apply_recipe(QuantSpec& spec, std::string_view name);

// The name of the spec's recipe where its other fields mean what the recipe filled in, else empty.
std::string kept_recipe(const QuantSpec& spec, const QuantSpec& canonical_but_recipe);

// The block type that makes the codes of a canonical spec; null: the spec itself says how.
const BlockType* block_type_of(const QuantSpec& canonical_spec);

}  // namespace bitloupe
