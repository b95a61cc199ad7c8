#include "app/lessons/check_json.h"

#include <utility>

#include "core/text_distance.h"

namespace bitloupe {
namespace {

struct RelationName {
  std::string_view key;
  Relation relation;
};
constexpr RelationName kRelations[] = {{"at_most", Relation::AtMost}, {"at_least", Relation::AtLeast},
                                       {"below", Relation::Below},    {"above", Relation::Above},
                                       {"equals", Relation::Equals},  {"between", Relation::Between}};

Status read_measure(const Measure*& measure, const Json& value, const JsonPlace& place) {
  std::string key;
  if (Status status = read_value(value, place, key); !status) return status;
  measure = find_measure(key);
  if (measure) return Ok{};
  std::vector<std::string_view> keys;
  for (const Measure& row : measures()) keys.push_back(row.key);
  return bad_argument(place.path + ": unknown measure '" + key + "'; the nearest known one is " +
                      std::string(nearest_name(key, keys)));
}

// Against a default spec: that members and values are known. How they go with the reader's spec shows when
// the check is decided.
Status read_quant(std::string& quant, const Json& value, const JsonPlace& place) {
  if (!value.is_object()) return wrong_type(place.path, value, "an object");
  std::string text = json_text(value);
  if (const auto spec = changed_spec({}, text, place.path); !spec) return spec.error();
  quant = std::move(text);
  return Ok{};
}

const Fields<Term>& term_fields() {
  static const Fields<Term> fields = {
      {"check", nullptr,
       [](Term& term, const Json& value, const JsonPlace& place) {
         return read_measure(term.measure, value, place);
       }},
      {"quant", nullptr,
       [](Term& term, const Json& value, const JsonPlace& place) {
         return read_quant(term.quant, value, place);
       }},
      {"name", nullptr,
       [](Term& term, const Json& value, const JsonPlace& place) {
         return read_value(value, place, term.name);
       }},
  };
  return fields;
}

// A number, a measure's key, or an object; an object without "check" means the claim's own measure.
Status read_term(Term& term, const Json& value, const JsonPlace& place) {
  if (value.is_string()) return read_measure(term.measure, value, place);
  if (value.is_object()) return read_fields(term_fields(), value, place, term);
  if (!value.is_number()) return wrong_type(place.path, value, "a number, a measure or an object");
  return read_value(value, place, term.number);
}

Field<Check> combine_field(std::string_view key, Combine combine) {
  return {key, nullptr, [combine](Check& check, const Json& value, const JsonPlace& place) -> Status {
            if (check.combine != Combine::Alone)
              return bad_argument(place.path + ": a check has minus or over, not both");
            check.combine = combine;
            if (value.is_number()) return wrong_type(place.path, value, "a measure or an object");
            return read_term(check.other, value, place);
          }};
}

Status read_relation(Check& check, Relation relation, const Json& value, const JsonPlace& place) {
  if (check.relation) return bad_argument(place.path + ": a check has one relation, this is the second");
  check.relation = relation;
  if (relation != Relation::Between) return read_term(check.bound, value, place);
  if (!value.is_array() || value.size() != 2)
    return wrong_type(place.path, value, "a list of two numbers, the lower one first");
  if (Status status = read_term(check.bound, value[0], {place.path + "[0]", place.rules}); !status)
    return status;
  return read_term(check.upper, value[1], {place.path + "[1]", place.rules});
}

Fields<Check> make_fields() {
  Fields<Check> fields;
  for (const Field<Term>& of_term : term_fields())
    fields.push_back({of_term.key, nullptr,
                      [read = of_term.read](Check& check, const Json& value, const JsonPlace& place) {
                        return read(check.term, value, place);
                      }});
  fields.push_back(combine_field("minus", Combine::Minus));
  fields.push_back(combine_field("over", Combine::Over));
  for (const RelationName& row : kRelations)
    fields.push_back({row.key, nullptr,
                      [relation = row.relation](Check& check, const Json& value, const JsonPlace& place) {
                        return read_relation(check, relation, value, place);
                      }});
  return fields;
}

// Objects such as {"quant":{...}} in a place where a term stands mean the check's own measure.
void inherit(Term& term, const Term& from) {
  if (!term.measure && !term.quant.empty()) term.measure = from.measure;
}

}  // namespace

const Fields<Check>& check_fields() {
  static const Fields<Check> fields = make_fields();
  return fields;
}

Status complete_check(Check& check, const JsonPlace& place) {
  if (!check.term.measure) return bad_argument(place.member("check").path + ": missing");
  if (!check.relation) {
    std::string known;
    for (const RelationName& row : kRelations) known += (known.empty() ? "" : ", ") + std::string(row.key);
    return bad_argument(place.path + ": a check needs one of " + known);
  }
  for (Term* term : {&check.other, &check.bound, &check.upper}) inherit(*term, check.term);
  if (check.combine != Combine::Alone && !check.other.measure) check.other.measure = check.term.measure;
  return Ok{};
}

}  // namespace bitloupe
