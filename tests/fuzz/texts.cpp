// Texts that people and files give: whatever is accepted is written and read back as the same value, and what
// is refused says why.
#include <string>

#include "core/experiment_json.h"
#include "core/format/presets.h"
#include "core/quant/spec_json.h"
#include "core/source.h"
#include "tests/fuzz/target.h"

namespace bitloupe::fuzz {
namespace {

// Whoever shows a message escapes what it quotes (display_text.h).
std::string judge_message(const Error& error) {
  return error.message.empty() ? "refused without a message" : "";
}

}  // namespace

std::string check_spec_json(Bytes input) {
  for (const SpecCheck check : {SpecCheck::Whole, SpecCheck::Fields}) {
    const Result<QuantSpec> spec = parse_spec_json(text_of(input), "fuzz", check);
    if (!spec) {
      if (std::string wrong = judge_message(spec.error()); !wrong.empty()) return wrong;
      continue;
    }
    const Result<QuantSpec> again = parse_spec_json(to_json(*spec), "fuzz", check);
    if (!again) return "written spec is refused: " + again.error().message;
    if (canonical(*again) != canonical(*spec)) return "spec does not read back";
    if (canonical(canonical(*spec)) != canonical(*spec)) return "canonical is not idempotent";
  }
  return "";
}

std::string check_experiment_json(Bytes input) {
  const Result<Experiment> experiment = parse_experiment_json(text_of(input), "fuzz");
  if (!experiment) return judge_message(experiment.error());
  const Result<Experiment> again = parse_experiment_json(to_json(*experiment), "fuzz");
  if (!again) return "written experiment is refused: " + again.error().message;
  return *again == *experiment ? "" : "experiment does not read back";
}

std::string check_format_name(Bytes input) {
  const Result<NumberFormat> format = parse_format(text_of(input));
  if (!format) return judge_message(format.error());
  if (const Status valid = validate(*format); !valid)
    return "accepts a format that is none: " + valid.error().message;
  const Result<NumberFormat> again = parse_format(format_name(*format));
  if (!again) return "its own name is refused: " + again.error().message;
  return *again == *format ? "" : "format does not read back from " + format_name(*format);
}

std::string check_source_text(Bytes input) {
  const Result<SourceSpec> source = parse_source(text_of(input));
  if (!source) return judge_message(source.error());
  const Result<SourceSpec> again = parse_source(to_text(*source));
  if (!again) return "written source is refused: " + again.error().message;
  return *again == *source ? "" : "source does not read back from " + to_text(*source);
}

}  // namespace bitloupe::fuzz
