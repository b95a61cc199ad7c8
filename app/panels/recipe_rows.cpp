#include "app/panels/recipe_rows.h"

#include <string>
#include <vector>

#include "app/panels/panels.h"
#include "app/ui/theme.h"
#include "app/ui/widgets.h"
#include "core/quant/recipes.h"

namespace bitloupe {
namespace {

constexpr std::string_view kBlockFloat = "bfp:e5m3:g16";

std::string label_of(std::string_view name) {
  const RecipeRow* row = find_recipe(name);
  return std::string(row ? row->label : name);
}

struct Entries {
  std::vector<ui::Option> options;
  std::vector<std::string> names;  // "" for none
  int current = 0;
};

void add(Entries& entries, ui::Option option, std::string name, const std::string& kept) {
  if (name == kept) entries.current = static_cast<int>(entries.options.size());
  entries.options.push_back(std::move(option));
  entries.names.push_back(std::move(name));
}

Entries entries_of(const std::string& kept) {
  Entries entries;
  add(entries, {"none", "The rows below say everything; they stay as they are."}, "", kept);
  std::string_view family;
  for (const RecipeRow& row : recipes()) {
    std::string heading;
    if (row.family != family) heading = family = row.family;
    add(entries, {std::string(row.label), std::string(row.help), heading}, std::string(row.key), kept);
  }
  const bool other = !kept.empty() && !find_recipe(kept);
  const std::string name = other ? kept : std::string(kBlockFloat);
  add(entries,
      {name,
       "Sign-magnitude integers under a shared exponent of few bits: here " + name +
           ". Width, exponent bits and group size can be changed below.",
       "Block floating point"},
      name, kept);
  return entries;
}

// What the spec was before a row below was changed.
void changed_note(QuantSpec& spec) {
  const std::string label = label_of(spec.recipe);
  ui::paragraph("Changed: no longer " + label + ".", theme().palette.text_dim);
  if (ui::link("quantizer.recipe/back", "Back to " + label, "Fills in all rows as the recipe has them."))
    if (!apply_recipe(spec, std::string(spec.recipe))) spec.recipe.clear();
}

}  // namespace

void draw_recipe_rows(QuantSpec& spec) {
  ui::section("QUANTIZER");
  const QuantSpec clean = canonical(spec);
  const Entries entries = entries_of(clean.recipe);
  const auto chosen = ui::combo_row("quantizer.recipe", "Recipe", entries.options, entries.current,
                                    "A named block format that fills in every row below: element format, "
                                    "scales, groups and conventions. Changing one leaves the recipe.");
  if (chosen) {
    const std::string& name = entries.names[static_cast<std::size_t>(*chosen)];
    if (name.empty() || !apply_recipe(spec, name)) spec.recipe.clear();
    return;
  }
  if (!spec.recipe.empty() && clean.recipe.empty()) return changed_note(spec);
  if (block_type_of(clean))
    ui::paragraph("ggml's own code chooses scales and codes. Changing a row below leaves the recipe.",
                  theme().palette.text_dim);
}

}  // namespace bitloupe
