// The CONVENTIONS of the quantizer panel: the dialect, and one row for each field that dialects set and that
// matters for the spec (core/quant/conventions.h decides). Rows that differ from the dialect are marked.
#pragma once

#include <string>
#include <string_view>

#include "app/state.h"

namespace bitloupe {

// Are the rows below the dialect shown? As the hand left them; else where a dialect is chosen, or where one
// of them says something else than our own conventions.
bool conventions_open(const ViewState& view, const QuantSpec& spec);
void fold_conventions(ViewState& view, const QuantSpec& spec);  // or unfold them

// Does the spec differ from its dialect (the default one where it names none), and how to take that back.
bool is_dialect_edited(const QuantSpec& spec);
void follow_dialect(QuantSpec& spec);

void draw_convention_rows(QuantSpec& spec, ViewState& view);

// For rows of conventions that stand elsewhere in the panel; `key` is a convention's. The mark goes beside
// the row that is drawn next, where it differs; a click takes what the dialect says.
void mark_convention(QuantSpec& spec, std::string_view key);
// The formula, who follows which rule, and what the dialect says.
std::string convention_help(const QuantSpec& spec, std::string_view key);

}  // namespace bitloupe
