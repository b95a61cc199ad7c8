#include "core/experiment_json.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "core/json_fields.h"
#include "core/quant/choices.h"
#include "core/quant/spec_json.h"
#include "core/quant/spec_text.h"

namespace bitloupe {
namespace {

using Parameters = std::map<std::string, std::vector<double>>;

// --- Source.
Json write_parameters(const Parameters& parameters) {
  Json object = Json::object();
  for (const auto& [key, numbers] : parameters)
    object[key] = numbers.size() == 1 ? to_value(numbers.front()) : to_value(numbers);
  return object;
}

// Non-finite numbers are refused here already: a spec that holds one equals nothing, itself included.
Status read_parameters(Parameters& into, const Json& value, const JsonPlace& place) {
  if (!value.is_object()) return wrong_type(place.path, value, "an object");
  Parameters parameters;
  for (const auto& [key, item] : value.items()) {
    const JsonPlace here = place.member(key);
    std::vector<double> numbers(1);
    const Status status =
        item.is_array() ? read_value(item, here, numbers) : read_value(item, here, numbers.front());
    if (!status) return status;
    const auto finite = [](double number) { return std::isfinite(number); };
    if (!std::all_of(numbers.begin(), numbers.end(), finite))
      return wrong_type(here.path, item, "finite numbers");
    parameters[key] = std::move(numbers);
  }
  into = std::move(parameters);
  return Ok{};
}

const Fields<SyntheticSpec>& synthetic_fields() {
  static const Fields<SyntheticSpec> fields = {
      field("kind", &SyntheticSpec::kind),
      {"parameters", [](const SyntheticSpec& spec) { return write_parameters(spec.parameters); },
       [](SyntheticSpec& spec, const Json& value, const JsonPlace& place) {
         return read_parameters(spec.parameters, value, place);
       }},
      field("shape", &SyntheticSpec::shape),
      field("seed", &SyntheticSpec::seed),
      field("quantiles", &SyntheticSpec::quantiles),
  };
  return fields;
}

Json write_synthetic(const SourceSpec& source) {
  return source.synthetic ? write_fields(synthetic_fields(), *source.synthetic) : Json(nullptr);
}

// Whether kind, parameters and numbers go together is said when the tensor is made; an unknown name here.
Status read_synthetic(SourceSpec& source, const Json& value, const JsonPlace& place) {
  if (value.is_null()) {
    source.synthetic.reset();
    return Ok{};
  }
  SyntheticSpec spec;
  if (Status status = read_fields(synthetic_fields(), value, place, spec); !status) return status;
  std::vector<std::string_view> names;
  for (const SyntheticKind& kind : synthetic_kinds()) names.push_back(kind.key);
  const SyntheticKind* kind = find_synthetic_kind(spec.kind);
  if (kind == nullptr) return unknown_key(place.path + ".kind", spec.kind, names);
  names.clear();
  for (const SyntheticParameter& parameter : kind->parameters) names.push_back(parameter.key);
  for (const auto& [key, numbers] : spec.parameters)
    if (std::find(names.begin(), names.end(), key) == names.end())
      return unknown_key(place.path + ".parameters", key, names);
  source.synthetic = std::move(spec);
  return Ok{};
}

const Fields<SourceSpec>& source_fields() {
  static const Fields<SourceSpec> fields = {
      field("path", &SourceSpec::path),
      field("tensor", &SourceSpec::tensor),
      {"synthetic", write_synthetic, read_synthetic},
      field("lenient", &SourceSpec::lenient),
      field("max_header_bytes", &SourceSpec::max_header_bytes),
  };
  return fields;
}

// --- Quantizer.
template <class Enum, std::span<const Choice<Enum>> (*choices)()>
Field<QuantSpec> optional_choice(std::string_view key, std::optional<Enum> QuantSpec::*member) {
  return {key,
          [member](const QuantSpec& spec) {
            return spec.*member ? Json(std::string(choice_of(choices(), *(spec.*member)).key)) : Json("auto");
          },
          [member](QuantSpec& spec, const Json& value, const JsonPlace& place) -> Status {
            const auto* row = value.is_string() ? find_choice(choices(), value.get<std::string>()) : nullptr;
            if (row == nullptr && value != "auto") return wrong_type(place.path, value, "a choice or auto");
            spec.*member = row != nullptr ? std::optional(row->value) : std::nullopt;
            return Ok{};
          }};
}

// A number inside a struct of the spec.
template <class Part, class Number>
Field<QuantSpec> part_field(std::string_view key, Part QuantSpec::*part, Number Part::*number) {
  return {key, [=](const QuantSpec& spec) { return to_value(spec.*part.*number); },
          [=](QuantSpec& spec, const Json& value, const JsonPlace& place) {
            return read_value(value, place, spec.*part.*number);
          }};
}

// What the contract's object leaves out: fields without effect under this spec, and which were automatic.
const Fields<QuantSpec>& kept_fields() {
  static const Fields<QuantSpec> fields = {
      optional_choice<Scheme, scheme_choices>("scheme", &QuantSpec::scheme),
      optional_choice<CodeRange, code_range_choices>("code_range", &QuantSpec::code_range),
      part_field("axis", &QuantSpec::granularity, &Granularity::axis),
      part_field("size", &QuantSpec::granularity, &Granularity::size),
      part_field("flat", &QuantSpec::granularity, &Granularity::flat),
      part_field("columns", &QuantSpec::granularity, &Granularity::columns),
      field("scale_exponent_bits", &QuantSpec::scale_exponent_bits),
      part_field("percentile", &QuantSpec::calibration, &Calibration::percentile),
      part_field("ratio", &QuantSpec::calibration, &Calibration::ratio),
      part_field("lo", &QuantSpec::calibration, &Calibration::lo),
      part_field("hi", &QuantSpec::calibration, &Calibration::hi),
  };
  return fields;
}

// Only those that "quant" alone would read back differently.
Json write_kept(const Experiment& experiment) {
  const Result<QuantSpec> bare = parse_spec_json(to_json(experiment.quant), "", SpecCheck::Fields);
  Json kept = write_fields(kept_fields(), experiment.quant);
  if (!bare) return kept;
  const Json alone = write_fields(kept_fields(), *bare);
  for (const Field<QuantSpec>& field : kept_fields())
    if (alone[std::string(field.key)] == kept[std::string(field.key)]) kept.erase(std::string(field.key));
  return kept;
}

Json without_unknown(const Json& object, const JsonPlace& place) {
  Json known = Json::object();
  std::vector<std::string_view> names;
  for (const SpecKey& row : spec_keys()) names.push_back(row.key);
  for (const auto& [key, value] : object.items()) {
    if (std::find(names.begin(), names.end(), key) != names.end())
      known[key] = value;
    else
      place.skip(unknown_key(place.path, key, names).message);
  }
  return known;
}

Status read_quant(Experiment& experiment, const Json& value, const JsonPlace& place) {
  const Json known = value.is_object() && place.rules.skip_unknown ? without_unknown(value, place) : value;
  Result<QuantSpec> spec = parse_spec_json(json_text(known), place.path, SpecCheck::Fields);
  if (!spec) return spec.error();
  experiment.quant = std::move(*spec);
  return Ok{};
}

// Fields that would change what "quant" says are not taken: that part is the one that people edit.
Status read_kept(Experiment& experiment, const Json& value, const JsonPlace& place) {
  QuantSpec spec = experiment.quant;
  if (Status status = read_fields(kept_fields(), value, place, spec); !status) return status;
  if (canonical(spec) == canonical(experiment.quant)) experiment.quant = std::move(spec);
  return Ok{};
}

const Fields<Experiment>& experiment_fields() {
  static const Fields<Experiment> fields = {
      field_object("source", &Experiment::source, source_fields),
      {"quant", [](const Experiment& e) { return Json::parse(to_json(e.quant)); }, read_quant},
      {"kept", write_kept, read_kept},
  };
  return fields;
}

Error named(const std::string& name, const Error& error) { return {error.code, name + ": " + error.message}; }

template <class T>
Result<T> parse(std::string_view text, const std::string& name, const JsonRules& rules,
                const Fields<T>& fields) {
  const Result<Json> document = parse_json(text, name);
  if (!document) return document.error();
  T value;
  if (!document->is_object()) return bad_argument(name + ": expected one JSON object");
  // The table's order: "kept" is read after "quant", wherever the file has them.
  Json ordered = Json::object();
  for (const Field<T>& field : fields)
    if (const auto found = document->find(std::string(field.key)); found != document->end())
      ordered[std::string(field.key)] = *found;
  for (const auto& [key, item] : document->items())
    if (!ordered.contains(key)) ordered[key] = item;
  if (Status status = read_fields(fields, ordered, {"", rules}, value); !status)
    return named(name, status.error());
  return value;
}

}  // namespace

std::string to_json(const Experiment& experiment, int indent) {
  return json_text(write_fields(experiment_fields(), experiment), indent);
}

std::string to_json(const SourceSpec& source, int indent) {
  return json_text(write_fields(source_fields(), source), indent);
}

Result<Experiment> parse_experiment_json(std::string_view text, const std::string& name,
                                         const JsonRules& rules) {
  JsonRules strict = rules;
  strict.skip_unreadable = false;
  return parse(text, name, strict, experiment_fields());
}

Result<SourceSpec> parse_source_json(std::string_view text, const std::string& name, const JsonRules& rules) {
  JsonRules strict = rules;
  strict.skip_unreadable = false;
  return parse(text, name, strict, source_fields());
}

}  // namespace bitloupe
