// QuantSpec as text: one `key value` pair per option of the command line, and back; and the sentence that the
// window's breadcrumb shows. The list of keys stands here once and JSON reads it too.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/quant/quant_spec.h"

namespace bitloupe {

// One key of a spec as text: how to read it into a spec and how to write it from one. `option` is the command
// line name without dashes ("scale-type"), `key` the JSON key ("scale_type").
struct SpecKey {
  std::string_view option, key, values, help;
  Status (*read)(QuantSpec& spec, std::string_view text);
  std::string (*write)(const QuantSpec& spec);  // text that read() takes back
};

// In the order in which they must be applied: format first, dialect before the keys it sets.
std::span<const SpecKey> spec_keys();
const SpecKey* find_key(std::string_view key);  // null if unknown

// Sets one key from text ("format", "int4"). Unknown keys name the nearest known one; keys of features that
// are not built yet (tensor_scale yes, recipe, importance, tile ...) are NotAvailable.
Status set_key(QuantSpec& spec, std::string_view key, std::string_view text);

// "--format int4 --scheme symmetric ...": the options that differ from a default spec's; reads back to an
// equal canonical spec.
std::vector<std::string> to_options(const QuantSpec& spec);

// Short, for people: "INT4 symmetric per tensor, min-max".
std::string describe(const QuantSpec& spec);

}  // namespace bitloupe
