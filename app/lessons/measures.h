// The vocabulary of a lesson: what can be measured of a result, one row a number. Claims and questions
// compare them, formulas show them. Nothing here knows what a lesson is.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/experiment.h"
#include "core/result.h"

namespace bitloupe {

enum class MeasureUnit { Number, Count, Decibels, Percent, Bits, Bytes, YesNo };

struct Measure {
  std::string_view key;    // in lesson files: "max_abs_error"
  std::string_view label;  // for people; "x^" is drawn as a hatted x
  std::string_view help;   // one sentence, with the formula where there is one
  MeasureUnit unit = MeasureUnit::Number;
  bool needs_curve = false;
  // Of a snapshot for which is_measured() holds. The error says why there is no such number under this spec.
  Result<double> (*value)(const Snapshot& snapshot) = nullptr;
};

std::span<const Measure> measures();
const Measure* find_measure(std::string_view key);

// Has the snapshot all that the measure reads, from every value and not from a sample? A spec without an
// error curve counts as measured: then the measure's error says so.
bool is_measured(const Measure& measure, const Snapshot& snapshot);

// "15.93 dB", "0.48 %", "49,536", "yes"; `significant` digits where the unit does not fix them.
std::string measure_text(MeasureUnit unit, double value, int significant = 4);

}  // namespace bitloupe
