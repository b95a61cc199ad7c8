// Check: a statement about numbers of the vocabulary (measures.h) that is true or false of the data at hand:
// "max |x − x^| is at most s/2", "SQNR with 6 bits minus SQNR with 5 bits is between 5.9 and 6.1 dB".
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/lessons/measures.h"
#include "core/experiment.h"
#include "core/parallel.h"
#include "core/result.h"

namespace bitloupe {

// One number: a measure of the result, or a plain number.
struct Term {
  const Measure* measure = nullptr;  // null: `number`
  double number = 0;
  // Members of a spec as a JSON object ({"format":"int6"}) that replace those of the spec at hand; empty:
  // none.
  std::string quant;
  std::string name;  // what that other setting is called ("6 bits"); empty: it is described
  bool operator==(const Term&) const = default;
};

enum class Combine { Alone, Minus, Over };
enum class Relation { AtMost, AtLeast, Below, Above, Equals, Between };

// term [- other | / other] RELATION bound; between: bound <= ... <= upper.
struct Check {
  Term term, other;
  Combine combine = Combine::Alone;
  std::optional<Relation> relation;  // empty: not read yet
  Term bound, upper;
  bool operator==(const Check&) const = default;

  bool needs_runs() const;  // a term asks for another setting: another run of the quantizer
};

// What came of a check, with the numbers that decided it.
struct Proof {
  struct Line {
    std::string name, value;
  };
  bool holds = false;
  std::vector<Line> lines;
  std::string verdict;       // "0.0991 ≤ 0.1000"; where there is no such number, why
  std::uint64_t values = 0;  // how many values were looked at: all
};

// Members of `json`, a JSON object, put in place of those of `base`; null takes one back to its default. The
// error names the member after `name`. Whether they go together is said when the spec is run.
Result<QuantSpec> changed_spec(const QuantSpec& base, std::string_view json, const std::string& name);

// Is all measured that the terms read of this snapshot itself?
bool can_be_proven(const Check& check, const Snapshot& snapshot);

// Decides the check on all values. `snapshot` must be one that can_be_proven says yes to; it is kept alive by
// the caller. Settings of other terms are run on the same tensor. Errors: Cancelled, OutOfMemory, a read that
// failed; a number that does not exist is a proof that does not hold.
Result<Proof> prove(const Check& check, const std::shared_ptr<const Snapshot>& snapshot,
                    const WorkContext& work = {});

}  // namespace bitloupe
