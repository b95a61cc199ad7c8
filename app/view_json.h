// ViewState as JSON text and back. Whatever the text holds, the view that comes out can be drawn.
#pragma once

#include <string>
#include <string_view>

#include "app/state.h"
#include "core/json_rules.h"
#include "core/result.h"

namespace bitloupe {

std::string to_json(const ViewState& view, int indent = -1);

// Absent members keep what `base` says. Numbers out of range are clamped; an empty, endless or NaN range of
// an axis becomes "fit". Errors name `name`, the member, what was found and what was expected.
Result<ViewState> parse_view_json(std::string_view text, const std::string& name, const JsonRules& rules = {},
                                  ViewState base = {});

// The nearest view that can be drawn; one that already can be is left as it is.
ViewState drawable(ViewState view);

}  // namespace bitloupe
