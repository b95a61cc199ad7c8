// The conventions of a spec: its fields on which tools differ, which a dialect may set, as one table with
// what each means and where it matters. The choices of each are those of choices.h.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/quant/dialect.h"
#include "core/quant/quant_spec.h"

namespace bitloupe {

struct ConventionChoice {
  std::string_view key, label, help;
};

struct Convention {
  std::string_view key, label;  // of the spec's JSON; for people
  std::string_view help;        // the formula and which tools follow which
  std::vector<ConventionChoice> choices;
  std::size_t (*chosen)(const QuantSpec& spec);          // what it means now, a default filled in
  void (*choose)(QuantSpec& spec, std::size_t choice);   // < choices.size()
  void (*take)(QuantSpec& spec, const QuantSpec& from);  // this field alone
  bool (*set_by)(const Dialect& dialect);                // whether the dialect says anything of it
};

// One row for each field that a dialect can set, in the order of the data flow.
std::span<const Convention> conventions();
const Convention* find_convention(std::string_view key);

// Whether its choices differ in what the spec means (canonical()); those that the format cannot take do not
// count.
bool matters(const Convention& convention, const QuantSpec& spec);
// Whether the spec means something else than it would with the dialect's choice; false where the dialect says
// nothing, or nothing that the format can take.
bool differs(const Convention& convention, const QuantSpec& spec, const Dialect& dialect);
// Takes the dialect's choice of this convention alone; nothing where it says nothing.
void follow(const Convention& convention, QuantSpec& spec, const Dialect& dialect);

// The row whose conventions the spec is measured against: of `dialect`, the default one where it names none.
const Dialect& dialect_of(const QuantSpec& spec);

}  // namespace bitloupe
