// Experiment as JSON text and back: {"source":{...},"quant":{...},"kept":{...}}. The quantizer's part is that
// of the command line (quant/spec_json.h).
#pragma once

#include <string>
#include <string_view>

#include "core/experiment.h"
#include "core/json_rules.h"
#include "core/result.h"

namespace bitloupe {

// Reads back to an equal experiment, fields that do not matter under this spec included ("kept": the
// percentile while the method is minmax). `indent` < 0 writes one line.
std::string to_json(const Experiment& experiment, int indent = -1);
std::string to_json(const SourceSpec& source, int indent = -1);

// Absent members keep their defaults; a spec that is wrong for its tensor, or in itself, reads (the window
// shows its error), but members that cannot be read do not, whatever rules.skip_unreadable says: numbers made
// from another spec than the saved one would mislead. Errors name the file (`name`), the member, what was
// found and what was expected.
Result<Experiment> parse_experiment_json(std::string_view text, const std::string& name,
                                         const JsonRules& rules = {});
Result<SourceSpec> parse_source_json(std::string_view text, const std::string& name,
                                     const JsonRules& rules = {});

}  // namespace bitloupe
