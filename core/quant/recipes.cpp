#include "core/quant/recipes.h"

#include <map>

#include "core/block/block_type.h"
#include "core/quant/spec_answers.h"
#include "core/quant/spec_text.h"
#include "core/text.h"

namespace bitloupe {
namespace {

constexpr std::string_view kMx = "OCP MX", kNvidia = "NVIDIA", kBitsandbytes = "bitsandbytes",
                           kIntegers = "Integer groups", kTiles = "Tiles", kGguf = "GGUF";

constexpr RecipeRow kRecipes[] = {
    {"mxfp8_e4m3", "MXFP8 E4M3", kMx, "32 values of E4M3 under an 8-bit power of two: 8.25 bits.",
     "format=e4m3fn granularity=group:32 scale_type=e8m0 dialect=ocp"},
    {"mxfp8_e5m2", "MXFP8 E5M2", kMx, "32 values of E5M2 under an 8-bit power of two: 8.25 bits.",
     "format=e5m2 granularity=group:32 scale_type=e8m0 dialect=ocp"},
    {"mxfp6_e2m3", "MXFP6 E2M3", kMx, "32 values of E2M3 under an 8-bit power of two: 6.25 bits.",
     "format=e2m3 granularity=group:32 scale_type=e8m0 dialect=ocp"},
    {"mxfp6_e3m2", "MXFP6 E3M2", kMx, "32 values of E3M2 under an 8-bit power of two: 6.25 bits.",
     "format=e3m2 granularity=group:32 scale_type=e8m0 dialect=ocp"},
    {"mxfp4", "MXFP4", kMx, "32 values of E2M1 under an 8-bit power of two: 4.25 bits.",
     "format=e2m1 granularity=group:32 scale_type=e8m0 dialect=ocp"},
    {"mxint8", "MXINT8", kMx, "32 values of INT8 / 64 under an 8-bit power of two: 8.25 bits.",
     "format=mxint8 scheme=symmetric code_range=narrow granularity=group:32 scale_type=e8m0 dialect=ocp"},
    {"nvfp4", "NVFP4", kNvidia,
     "16 values of E2M1 under an E4M3 scale, and one float32 scale of the tensor above: 4.5 bits.",
     "format=e2m1 granularity=group:16 scale_type=e4m3 tensor_scale=yes"},
    {"nvfp4_one_level", "NVFP4, one level", kNvidia, "NVFP4 without the scale of the tensor: 4.5 bits.",
     "format=e2m1 granularity=group:16 scale_type=e4m3"},
    {"nf4", "NF4", kBitsandbytes,
     "64 neighbours as levels of a normal distribution under a float32 scale (QLoRA): 4.5 bits.",
     "format=nf4 granularity=group:64:flat"},
    {"nf4_double", "NF4, double quantization", kBitsandbytes,
     "NF4 whose scales are quantized again, 256 of them to 8 bits under a float32 scale: 4.127 bits.",
     "format=nf4 granularity=group:64:flat scale_type=nested code_scale=unrounded"},
    {"bnb_fp4", "FP4", kBitsandbytes,
     "64 neighbours in the FP4 of bitsandbytes under a float32 scale: 4.5 bits.",
     "format=bnb_fp4 granularity=group:64:flat"},
    {"int4_g128", "INT4, groups of 128", kIntegers, "As GPTQ and AWQ store weights, symmetric: 4.125 bits.",
     "format=int4 granularity=group:128 scale_type=f16"},
    {"int4_g128_asym", "INT4, groups of 128, asymmetric", kIntegers,
     "As GPTQ and AWQ store weights, with a 4-bit zero point: 4.156 bits.",
     "format=uint4 granularity=group:128 scale_type=f16"},
    {"fp8_128x128", "FP8, 128 x 128", kTiles,
     "Tiles of E4M3 under a float32 scale, as DeepSeek-V3 stores weights: 8.002 bits.",
     "format=e4m3fn granularity=tile:128x128"},
    {"q4_0", "Q4_0", kGguf, "32 values, 4 bits, a float16 scale: 4.5 bits.",
     "format=uint4 scheme=symmetric granularity=group:32 scale_type=f16 dialect=ggml", "Q4_0"},
    {"q4_1", "Q4_1", kGguf, "32 values, 4 bits, a float16 scale and minimum: 5 bits.",
     "format=uint4 granularity=group:32 scale_type=f16 dialect=ggml", "Q4_1"},
    {"q5_0", "Q5_0", kGguf, "32 values, 5 bits, a float16 scale: 5.5 bits.",
     "format=uint5 scheme=symmetric granularity=group:32 scale_type=f16 dialect=ggml", "Q5_0"},
    {"q5_1", "Q5_1", kGguf, "32 values, 5 bits, a float16 scale and minimum: 6 bits.",
     "format=uint5 granularity=group:32 scale_type=f16 dialect=ggml", "Q5_1"},
    {"q8_0", "Q8_0", kGguf, "32 values, 8 bits, a float16 scale: 8.5 bits.",
     "format=int8 granularity=group:32 scale_type=f16 dialect=ggml", "Q8_0"},
    {"q2_k", "Q2_K", kGguf, "256 values, 2 bits; 16 groups with 4-bit scales and minima: 2.625 bits.",
     "format=uint2 granularity=group:16 scale_type=f16 dialect=ggml", "Q2_K"},
    {"q3_k", "Q3_K", kGguf, "256 values, 3 bits; 16 groups with 6-bit scales: 3.4375 bits.",
     "format=uint3 scheme=symmetric granularity=group:16 scale_type=f16 dialect=ggml", "Q3_K"},
    {"q4_k", "Q4_K", kGguf, "256 values, 4 bits; 8 groups with 6-bit scales and minima: 4.5 bits.",
     "format=uint4 granularity=group:32 scale_type=f16 dialect=ggml", "Q4_K"},
    {"q5_k", "Q5_K", kGguf, "256 values, 5 bits; 8 groups with 6-bit scales and minima: 5.5 bits.",
     "format=uint5 granularity=group:32 scale_type=f16 dialect=ggml", "Q5_K"},
    {"q6_k", "Q6_K", kGguf, "256 values, 6 bits; 16 groups with 8-bit scales: 6.5625 bits.",
     "format=uint6 scheme=symmetric granularity=group:16 scale_type=f16 dialect=ggml", "Q6_K"},
    {"iq4_nl", "IQ4_NL", kGguf, "32 values on 16 uneven levels, a float16 scale: 4.5 bits.",
     "format=iq4_nl granularity=group:32 scale_type=f16 dialect=ggml", "IQ4_NL"},
    {"gguf_mxfp4", "MXFP4 of ggml", kGguf, "MXFP4 in ggml's layout, ties to the lower level: 4.25 bits.",
     "format=e2m1 granularity=group:32 scale_type=e8m0 dialect=ggml", "MXFP4"},
    {"gguf_nvfp4", "NVFP4 of ggml", kGguf,
     "NVFP4 in ggml's layout, without a scale of the tensor, ties to the lower level: 4.5 bits.",
     "format=e2m1 granularity=group:16 scale_type=e4m3 dialect=ggml", "NVFP4"},
};

Result<QuantSpec> fill(std::string_view name, std::string_view fills) {
  QuantSpec spec;
  for (const std::string_view item : split(fills, ' ')) {
    const std::size_t equals = item.find('=');
    if (Status set = set_key(spec, item.substr(0, equals), item.substr(equals + 1)); !set) return set.error();
  }
  spec.recipe = name;
  return spec;
}

// "bfp:e5m3:g16" as its spec; nothing where the text is no such name.
std::optional<std::string> block_float_fills(std::string_view name) {
  const std::vector<std::string_view> parts = split(name, ':');
  if (parts.size() != 3 || parts[0] != "bfp" || !parts[1].starts_with('e') || !parts[2].starts_with('g'))
    return std::nullopt;
  const std::vector<std::string_view> bits = split(parts[1].substr(1), 'm');
  if (bits.size() != 2) return std::nullopt;
  const auto exponent = parse_integer<int>(bits[0]), mantissa = parse_integer<int>(bits[1]);
  const auto group = parse_integer<std::uint64_t>(parts[2].substr(1));
  if (!exponent || *exponent < 2 || *exponent > 8 || !mantissa || *mantissa < 1 || *mantissa > 15 || !group ||
      *group == 0)
    return std::nullopt;
  return "format=sm" + std::to_string(*mantissa + 1) + " granularity=group:" + std::to_string(*group) +
         " scale_type=e" + std::to_string(*exponent) + "m0";
}

// Canonical specs of all rows, to compare others with.
const QuantSpec& canonical_of(const RecipeRow& row) {
  static const std::map<std::string_view, QuantSpec> all = [] {
    std::map<std::string_view, QuantSpec> specs;
    for (const RecipeRow& recipe : kRecipes) {
      QuantSpec bare = fill("", recipe.fills).value();
      specs.emplace(recipe.key, canonical(bare));
    }
    return specs;
  }();
  return all.at(row.key);
}

}  // namespace

std::span<const RecipeRow> recipes() { return kRecipes; }

const RecipeRow* find_recipe(std::string_view key) {
  for (const RecipeRow& row : kRecipes)
    if (row.key == key) return &row;
  return nullptr;
}

std::vector<std::string_view> recipe_names() {
  std::vector<std::string_view> names;
  for (const RecipeRow& row : kRecipes) names.push_back(row.key);
  return names;
}

Result<QuantSpec> recipe_spec(std::string_view name) {
  if (const RecipeRow* row = find_recipe(name)) return fill(name, row->fills);
  if (name.starts_with("bfp:")) {
    const auto fills = block_float_fills(name);
    if (!fills)
      return unreadable("recipe", name, "bfp:eKmM:gG with K from 2 to 8, M from 1 to 15, G at least 1");
    return fill(name, *fills);
  }
  Names names = recipe_names();
  names.push_back("none");
  names.push_back("bfp:eKmM:gG");
  return unknown_value("recipe", name, names);
}

Status apply_recipe(QuantSpec& spec, std::string_view name) {
  Result<QuantSpec> filled = recipe_spec(name);
  if (!filled) return filled.error();
  spec = std::move(*filled);
  return Ok{};
}

std::string kept_recipe(const QuantSpec& spec, const QuantSpec& canonical_but_recipe) {
  if (spec.recipe.empty()) return {};
  if (const RecipeRow* row = find_recipe(spec.recipe))
    return canonical_of(*row) == canonical_but_recipe ? spec.recipe : std::string();
  Result<QuantSpec> filled = recipe_spec(spec.recipe);
  if (!filled) return {};
  filled->recipe.clear();
  return canonical(*filled) == canonical_but_recipe ? spec.recipe : std::string();
}

const BlockType* block_type_of(const QuantSpec& spec) {
  const RecipeRow* row = spec.recipe.empty() ? nullptr : find_recipe(spec.recipe);
  return row == nullptr || row->block_type.empty() ? nullptr : find_block_type(row->block_type);
}

}  // namespace bitloupe
