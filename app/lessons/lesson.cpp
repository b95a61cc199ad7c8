#include "app/lessons/lesson.h"

#include <string_view>
#include <utility>

#include "app/view_json.h"

namespace bitloupe {
namespace {

// Calls visit(plain text before, key) for every "{key}"; returns what is left behind the last.
template <class Visit>
std::string_view for_each_number(std::string_view text, Visit visit) {
  for (;;) {
    const std::size_t open = text.find('{'), close = text.find('}', open);
    if (open == std::string_view::npos || close == std::string_view::npos) return text;
    visit(text.substr(0, open), text.substr(open + 1, close - open - 1));
    text.remove_prefix(close + 1);
  }
}

std::string number_of(std::string_view key, const Snapshot* snapshot) {
  const Measure* measure = find_measure(key);
  if (!measure || !snapshot || !is_measured(*measure, *snapshot)) return "–";
  const Result<double> value = measure->value(*snapshot);
  return value ? measure_text(measure->unit, *value) : "–";
}

template <class T>
void keep(T ViewState::*member, const ViewState& current, ViewState& view) {
  if (view.*member == ViewState().*member) view.*member = current.*member;
}

}  // namespace

ViewState step_view(const LessonStep& step, const ViewState& current) {
  ViewState view = step.view;
  keep(&ViewState::tensor_filter, current, view);
  keep(&ViewState::panels_hidden, current, view);
  keep(&ViewState::lesson_folded, current, view);
  for (float ViewState::*width : {&ViewState::left_width, &ViewState::right_width, &ViewState::lesson_width,
                                  &ViewState::histogram_share, &ViewState::curve_share})
    keep(width, current, view);
  return drawable(std::move(view));  // the reader's share and the step's may be more than there is
}

std::string with_numbers(const std::string& text, const Snapshot* snapshot) {
  std::string shown;
  const std::string_view rest = for_each_number(text, [&](std::string_view before, std::string_view key) {
    shown.append(before).append(number_of(key, snapshot));
  });
  return shown.append(rest);
}

std::optional<std::string> unknown_number(const std::string& text) {
  std::optional<std::string> unknown;
  for_each_number(text, [&](std::string_view, std::string_view key) {
    if (!unknown && !find_measure(key)) unknown = std::string(key);
  });
  return unknown;
}

}  // namespace bitloupe
