// Lesson: a list of experiments with words. Plain values; lesson_json.h reads them from a file, tutor.h shows
// them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "app/lessons/check.h"
#include "app/state.h"

namespace bitloupe {

struct Claim {
  std::string text;
  Check check;
};

// What the reader is asked to reach by hand: solved once every check holds.
struct LessonQuestion {
  std::string text, hint;  // hint: empty for none
  std::vector<Check> checks;
};

struct LessonStep {
  std::string title;
  std::vector<std::string> text;      // paragraphs
  std::vector<std::string> formulas;  // "x^" is a hatted x, "{half_step}" a measure's number
  bool element = false;               // show the looked-at element's own computation
  Experiment experiment;
  ViewState view;  // members about the window's layout that have their default are the reader's
  std::vector<Claim> claims;
  std::optional<LessonQuestion> question;
};

struct Lesson {
  std::string key;  // lower-case letters, digits, '-': names it on the command line and in the progress
  std::string title, summary;
  std::vector<LessonStep> steps;  // at least one
  std::string path;               // of the file; empty for one that is part of the program
};

// The step's view in the reader's own layout: widths, heights, folded panels and the filter stay as they are
// in `current` unless the step sets them.
ViewState step_view(const LessonStep& step, const ViewState& current);

// `current` with the parts of its layout that the step has set, and the reader has left so, as they were
// before.
ViewState layout_back(const LessonStep& step, const ViewState& current, const ViewState& before);

// The text with every "{key}" replaced by that measure of the snapshot; "–" while it is not known.
std::string with_numbers(const std::string& text, const Snapshot* snapshot);
// The first key in braces that is no measure, if any.
std::optional<std::string> unknown_number(const std::string& text);

}  // namespace bitloupe
