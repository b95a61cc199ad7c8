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

// Calls visit(member) for the members of a view that share the window out.
template <class Visit>
void for_each_layout_member(Visit visit) {
  visit(&ViewState::tensor_filter);
  visit(&ViewState::conventions_open);
  for (bool ViewState::*folded :
       {&ViewState::panels_hidden, &ViewState::lesson_folded, &ViewState::block_folded})
    visit(folded);
  for (float ViewState::*size : {&ViewState::left_width, &ViewState::right_width, &ViewState::lesson_width,
                                 &ViewState::histogram_share, &ViewState::curve_share})
    visit(size);
}

}  // namespace

ViewState step_view(const LessonStep& step, const ViewState& current) {
  ViewState view = step.view;
  for_each_layout_member([&](auto member) {
    if (view.*member == ViewState().*member) view.*member = current.*member;
  });
  return drawable(std::move(view));  // the reader's share and the step's may be more than there is
}

ViewState layout_back(const LessonStep& step, const ViewState& current, const ViewState& before) {
  ViewState view = current;
  const auto back = [&](auto member) {
    if (step.view.*member != ViewState().*member && current.*member == step.view.*member)
      view.*member = before.*member;
  };
  for_each_layout_member(back);
  back(&ViewState::curve_folded);
  return drawable(std::move(view));
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
