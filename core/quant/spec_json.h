// QuantSpec as JSON text, exactly the object of the command line's contract, and back.
#pragma once

#include <string>
#include <string_view>

#include "core/quant/quant_spec.h"

namespace bitloupe {

// All keys in the contract's order, with scheme and code_range filled in and the conventions without an
// option of the contract at the end. Fields that do not matter are written as they are, so that a session
// keeps them; pass canonical(spec) to show what was done. `indent` < 0 writes one line.
std::string to_json(const QuantSpec& spec, int indent = -1);

// What is checked: every field and that they go together, or only that each field can be read (a session may
// hold a spec that the window shows an error for).
enum class SpecCheck { Whole, Fields };

// Absent keys keep their defaults. Errors name the key: unknown (with the nearest known one), wrong type,
// value out of range, not available. `name` is the file or option to blame in messages.
Result<QuantSpec> parse_spec_json(std::string_view text, const std::string& name,
                                  SpecCheck check = SpecCheck::Whole);

}  // namespace bitloupe
