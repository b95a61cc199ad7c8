#include "app/lessons/check.h"

#include <array>
#include <cmath>
#include <utility>

#include "core/json.h"
#include "core/quant/spec_json.h"
#include "core/quant/spec_text.h"

namespace bitloupe {
namespace {

// What a term came to: a number, or why there is none.
struct Value {
  double number = 0;
  MeasureUnit unit = MeasureUnit::Number;
  std::string missing;
};

std::string setting_name(const Term& term, const QuantSpec& spec) {
  return term.name.empty() ? describe(spec) : term.name;
}

// Finds the numbers of one check and notes each in the proof.
class Prover {
 public:
  Prover(const std::shared_ptr<const Snapshot>& snapshot, const WorkContext& work, Proof& proof)
      : snapshot_(snapshot), work_(work), proof_(proof) {}

  // The left side, both terms put together.
  Result<Value> left(const Check& check) {
    Result<Value> first = value(check.term);
    if (!first || check.combine == Combine::Alone) return first;
    const Result<Value> second = value(check.other);
    if (!second) return second;
    const bool minus = check.combine == Combine::Minus;
    Value both{minus ? first->number - second->number : first->number / second->number,
               minus ? first->unit : MeasureUnit::Number,
               first->missing.empty() ? second->missing : first->missing};
    if (both.missing.empty())
      proof_.lines.push_back({minus ? "difference" : "ratio", measure_text(both.unit, both.number)});
    return both;
  }

  Result<Value> value(const Term& term) {
    if (!term.measure) return Value{term.number, MeasureUnit::Number, ""};
    const auto of = snapshot_for(term);
    if (!of) return of.error();
    const Measure& measure = *term.measure;
    std::string name(measure.label);
    if (!term.quant.empty()) name += ", " + setting_name(term, (*of)->spec);
    Value found{0, measure.unit, (*of)->error ? (*of)->error->message : ""};
    if (found.missing.empty()) {
      const Result<double> number = measure.value(**of);
      if (number) found.number = *number;
      if (!number) found.missing = number.error().message;
    }
    proof_.lines.push_back({name, found.missing.empty() ? measure_text(measure.unit, found.number) : "–"});
    return found;
  }

 private:
  // The snapshot at hand, or that of the term's own setting on the same tensor.
  Result<std::shared_ptr<const Snapshot>> snapshot_for(const Term& term) {
    if (term.quant.empty()) return snapshot_;
    Experiment experiment = snapshot_->experiment;
    Result<QuantSpec> spec = changed_spec(experiment.quant, term.quant, "quant");
    if (!spec) return spec.error();
    experiment.quant = std::move(*spec);
    RunContext context;
    context.work = work_;
    context.moments = snapshot_->moments;
    context.sort_if_needed = true;
    context.step_by_step = false;
    context.with_curve = term.measure->needs_curve;
    context.with_comparisons = false;
    return run(experiment, snapshot_->prepared, snapshot_, context);
  }

  const std::shared_ptr<const Snapshot>& snapshot_;
  const WorkContext& work_;
  Proof& proof_;
};

bool relates(double left, Relation relation, double bound, double upper) {
  switch (relation) {
    case Relation::AtMost:
      return left <= bound;
    case Relation::AtLeast:
      return left >= bound;
    case Relation::Below:
      return left < bound;
    case Relation::Above:
      return left > bound;
    case Relation::Equals:
      return left == bound;
    case Relation::Between:
      return bound <= left && left <= upper;
  }
  return false;
}

const char* sign_between(double a, double b, Relation asked) {
  if (a == b) return asked == Relation::AtMost ? " ≤ " : asked == Relation::AtLeast ? " ≥ " : " = ";
  const bool loose = asked == Relation::AtMost || asked == Relation::AtLeast;
  return a < b ? (loose && asked == Relation::AtMost ? " ≤ " : " < ")
               : (loose && asked == Relation::AtLeast ? " ≥ " : " > ");
}

// "0.0991 ≤ 0.1000": how the numbers really stand to each other, whatever was claimed; with as many digits as
// it takes to tell them apart.
std::string verdict_text(Relation relation, MeasureUnit unit, double left, double bound, double upper) {
  const auto text = [&](double value, int digits) { return measure_text(unit, value, digits); };
  if (std::isnan(left)) return "undefined";
  if (unit == MeasureUnit::YesNo) return text(left, 4);
  if (relation == Relation::Between) {
    if (left < bound) return text(left, 4) + " < " + text(bound, 4);
    if (left > upper) return text(left, 4) + " > " + text(upper, 4);
    return text(bound, 4) + " ≤ " + text(left, 4) + " ≤ " + text(upper, 4);
  }
  int digits = 4;
  if (left != bound)
    for (const int more : std::array{7, 10, 17})
      if (text(left, digits) == text(bound, digits)) digits = more;
  return text(left, digits) + sign_between(left, bound, relation) + text(bound, digits);
}

}  // namespace

bool Check::needs_runs() const {
  for (const Term* part : {&term, &other, &bound, &upper})
    if (!part->quant.empty()) return true;
  return false;
}

Result<QuantSpec> changed_spec(const QuantSpec& base, std::string_view json, const std::string& name) {
  const Result<Json> members = parse_json(json, name);
  if (!members) return members.error();
  if (!members->is_object()) return wrong_type(name, *members, "an object");
  QuantSpec start = base;
  // A dialect sets members of its own, over which those that stand beside it go.
  if (const auto dialect = members->find("dialect"); dialect != members->end() && dialect->is_string())
    if (Status set = set_key(start, "dialect", dialect->get<std::string>()); !set) return set.error();
  Json object = Json::parse(to_json(start));
  // What follows from the format goes on following from it.
  if (!base.scheme) object.erase("scheme");
  if (!base.code_range) object.erase("code_range");
  for (const auto& [key, value] : members->items()) {
    if (value.is_null())
      object.erase(key);
    else
      object[key] = value;
  }
  return parse_spec_json(json_text(object), name, SpecCheck::Fields);
}

bool can_be_proven(const Check& check, const Snapshot& snapshot) {
  if (snapshot.error || !snapshot.exact || !snapshot.report) return false;
  for (const Term* part : {&check.term, &check.other, &check.bound, &check.upper})
    if (part->measure && part->quant.empty() && !is_measured(*part->measure, snapshot)) return false;
  return true;
}

Result<Proof> prove(const Check& check, const std::shared_ptr<const Snapshot>& snapshot,
                    const WorkContext& work) {
  Proof proof;
  proof.values = snapshot->prepared->statistics.count;
  Prover prover(snapshot, work, proof);
  const Result<Value> left = prover.left(check);
  if (!left) return left.error();
  const Result<Value> bound = prover.value(check.bound);
  if (!bound) return bound.error();
  const Result<Value> upper = prover.value(check.upper);
  if (!upper) return upper.error();
  for (const Value* value : {&*left, &*bound, &*upper})
    if (proof.verdict.empty()) proof.verdict = value->missing;
  if (!proof.verdict.empty()) return proof;
  proof.holds = relates(left->number, *check.relation, bound->number, upper->number);
  proof.verdict = verdict_text(*check.relation, left->unit, left->number, bound->number, upper->number);
  return proof;
}

}  // namespace bitloupe
