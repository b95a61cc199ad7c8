#include "app/panels/convention_rows.h"

#include <algorithm>
#include <array>
#include <vector>

#include "app/panels/conform.h"
#include "app/ui/theme.h"
#include "app/ui/widgets.h"
#include "core/quant/conventions.h"
#include "core/text.h"

namespace bitloupe {
namespace {

// These stand where the data flow has them, beside the settings that they belong to.
constexpr std::array<std::string_view, 3> kElsewhere = {"scale_rule", "code_range", "rounding"};

bool is_elsewhere(const Convention& row) {
  return std::find(kElsewhere.begin(), kElsewhere.end(), row.key) != kElsewhere.end();
}

std::string control_id(const Convention& row) { return "quantizer." + std::string(row.key); }

std::string said_by(const Convention& row, const QuantSpec& spec, const Dialect& dialect) {
  const std::string name(dialect.label);
  if (!row.set_by(dialect)) return name + " has no rule of its own here.";
  QuantSpec followed = spec;
  follow(row, followed, dialect);
  return name + ": " + std::string(row.choices[row.chosen(followed)].label) + ".";
}

// The conventions that the spec does not have as its dialect does.
std::vector<const Convention*> edited_rows(const QuantSpec& spec) {
  const Dialect& dialect = dialect_of(spec);
  std::vector<const Convention*> rows;
  for (const Convention& row : conventions())
    if (differs(row, spec, dialect)) rows.push_back(&row);
  return rows;
}

std::string names_of(const std::vector<const Convention*>& rows) {
  std::string names;
  for (const Convention* row : rows) names += (names.empty() ? "" : ", ") + lower_case(row->label);
  return names;
}

void dialect_row(QuantSpec& spec) {
  const Dialect& named = dialect_of(spec);
  std::vector<ui::Option> options;
  int current = -1;
  for (const Dialect& dialect : dialects()) {
    const bool is_named = &dialect == &named;
    if (is_named) current = static_cast<int>(options.size());
    const bool edited = is_named && is_dialect_edited(spec);
    options.push_back({std::string(dialect.label) + (edited ? ", edited" : ""), std::string(dialect.help)});
  }
  const auto chosen = ui::combo_row("quantizer.dialect", "Rules of", options, current,
                                    "Sets the rows below, and scale rule, code range and rounding above, to "
                                    "the conventions of one tool; each can still be changed.");
  if (!chosen) return;
  apply(dialects()[static_cast<std::size_t>(*chosen)], spec);
  spec = conformed(spec);
}

bool convention_row(QuantSpec& spec, const Convention& row) {
  mark_convention(spec, row.key);
  std::vector<ui::Option> options;
  for (const ConventionChoice& choice : row.choices)
    options.push_back({std::string(choice.label), std::string(choice.help)});
  const auto current = static_cast<int>(row.chosen(spec));
  const auto chosen =
      ui::combo_row(control_id(row), row.label, options, current, convention_help(spec, row.key));
  if (chosen) row.choose(spec, static_cast<std::size_t>(*chosen));
  return chosen.has_value();
}

}  // namespace

bool conventions_open(const ViewState& view, const QuantSpec& spec) {
  if (view.conventions_open) return *view.conventions_open;
  if (!spec.dialect.empty()) return true;
  const std::vector<const Convention*> edited = edited_rows(spec);
  return std::any_of(edited.begin(), edited.end(), [](const Convention* row) { return !is_elsewhere(*row); });
}

void fold_conventions(ViewState& view, const QuantSpec& spec) {
  view.conventions_open = !conventions_open(view, spec);
}

bool is_dialect_edited(const QuantSpec& spec) { return !edited_rows(spec).empty(); }

void follow_dialect(QuantSpec& spec) {
  const std::string named = spec.dialect;
  apply(dialect_of(spec), spec);
  spec.dialect = named;
  spec = conformed(spec);
}

void mark_convention(QuantSpec& spec, std::string_view key) {
  const Convention& row = *find_convention(key);
  const Dialect& dialect = dialect_of(spec);
  if (!differs(row, spec, dialect)) return;
  if (ui::row_mark(control_id(row) + "/edited",
                   "Edited. " + said_by(row, spec, dialect) + " A click takes it back."))
    follow(row, spec, dialect);
}

std::string convention_help(const QuantSpec& spec, std::string_view key) {
  const Convention& row = *find_convention(key);
  return std::string(row.help) + "\n" + said_by(row, spec, dialect_of(spec));
}

void draw_convention_rows(QuantSpec& spec, ViewState& view) {
  const bool open = conventions_open(view, spec);
  const std::vector<const Convention*> edited = edited_rows(spec);
  if (ui::fold_section("quantizer.conventions", "Conventions", open,
                       edited.empty() ? "" : std::to_string(edited.size()) + " edited",
                       "Where tools differ for one format name." +
                           (edited.empty() ? "" : "\nNot as the dialect has it: " + names_of(edited) + ".")))
    fold_conventions(view, spec);
  dialect_row(spec);
  if (!open) return;
  std::vector<const Convention*> without_effect;
  bool changed = false;
  for (const Convention& row : conventions()) {
    if (is_elsewhere(row)) continue;
    if (matters(row, spec))
      changed |= convention_row(spec, row);
    else
      without_effect.push_back(&row);
  }
  if (!without_effect.empty())
    ui::paragraph("No effect here: " + names_of(without_effect) + ".", theme().palette.text_dim);
  // What the hand is at does not fold away because the last edit was taken back.
  if (changed) view.conventions_open = true;
}

}  // namespace bitloupe
