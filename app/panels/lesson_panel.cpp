// The open lesson beside the workspace: where the reader is, the step's words, the way on. Folded it is a
// strip.
#include <algorithm>
#include <cmath>
#include <string>

#include "app/keymap.h"
#include "app/lessons/tutor.h"
#include "app/panels/lesson_parts.h"
#include "app/panels/panels.h"
#include "app/plot/imgui_canvas.h"
#include "app/ui/guards.h"
#include "app/ui/registry.h"
#include "app/ui/text.h"
#include "app/ui/widgets.h"

namespace bitloupe {
namespace {

constexpr float kHeader = 66, kFooter = 46, kMargin = 14, kFace = 24, kEdge = 6;
constexpr float kLow = 400;              // of the panel: lower, and the question scrolls with the words
constexpr float kQuestion = 150;         // its height until it was drawn once
constexpr float kQuestionShare = 0.55f;  // of the panel, at most
constexpr float kDotDistance = 22, kDotRadius = 5;

// A square with a sign of two strokes in it: to fold, to unfold, to close.
enum class Sign { Right, Left, Cross };
bool sign_button(const char* id, Rect face, Sign sign, const std::string& help) {
  const Theme& look = theme();
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  ImGui::SetCursorScreenPos(ui::top_left(face));
  const bool clicked = ui::invisible_button(id, {face.width, face.height});
  const bool hovered = ImGui::IsItemHovered();
  if (hovered) canvas.fill(face, look.palette.track, look.px(4));
  const Color color = hovered ? look.palette.text : look.palette.text_dim;
  const float x = face.x + face.width / 2, y = face.y + face.height / 2, d = look.px(4);
  const float thickness = std::max(1.0f, look.px(1.5f));
  if (sign == Sign::Cross) {
    canvas.line({x - d, y - d}, {x + d, y + d}, color, thickness);
    canvas.line({x - d, y + d}, {x + d, y - d}, color, thickness);
  } else {
    const float tip = sign == Sign::Right ? d / 2 : -d / 2;
    const Point chevron[3] = {{x - tip, y - d}, {x + tip, y}, {x - tip, y + d}};
    canvas.polyline(chevron, color, thickness);
  }
  ui::register_widget(id, face, ui::WidgetKind::Control);
  ui::tooltip(help);
  return clicked;
}

std::string dot_help(const Tutor& tutor, std::size_t step) {
  std::string help = std::to_string(step + 1) + ". " + tutor.lesson()->steps[step].title;
  const auto& lessons = tutor.progress().lessons;
  const auto entry = lessons.find(tutor.lesson()->key);
  if (entry != lessons.end() && entry->second.solved.contains(step)) help += "\nIts question is solved.";
  return help;
}

// One dot a step: filled where the reader has been, ringed where he is.
void draw_dot(const Tutor& tutor, Canvas& canvas, Point center, float radius, std::size_t step) {
  const Theme& look = theme();
  const auto& lessons = tutor.progress().lessons;
  const auto entry = lessons.find(tutor.lesson()->key);
  const bool here = step == tutor.step_index();
  const bool seen = entry != lessons.end() && entry->second.seen.contains(step);
  const Rect box{center.x - radius, center.y - radius, 2 * radius, 2 * radius};
  if (here || seen) canvas.fill(box, here ? look.palette.accent : look.palette.text_dim, radius);
  if (!seen && !here) canvas.stroke(box, look.palette.text_dim, std::max(1.0f, look.px(1.5f)), radius);
  if (!here) return;
  const float out = radius + look.px(3);
  canvas.stroke({center.x - out, center.y - out, 2 * out, 2 * out}, look.palette.accent,
                std::max(1.0f, look.px(1.5f)), out);
}

// The dots along one direction from `at`, as far apart as `room` allows.
void draw_dots(Frame& frame, Point at, float room, bool down) {
  const Theme& look = theme();
  Tutor& tutor = *frame.tutor;
  const std::size_t steps = tutor.lesson()->steps.size();
  const float distance = std::min(look.px(kDotDistance), room / static_cast<float>(steps));
  const float radius = std::min(look.px(kDotRadius), distance * 0.36f);
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  std::size_t clicked = steps;
  for (std::size_t i = 0; i < steps; ++i) {
    const float along = distance * (static_cast<float>(i) + 0.5f);
    const Point center = down ? Point{at.x, at.y + along} : Point{at.x + along, at.y};
    const float width = down ? look.px(kFace) : distance, height = down ? distance : look.px(kFace);
    const Rect face{center.x - width / 2, center.y - height / 2, width, height};
    const std::string id = "lesson.step." + std::to_string(i + 1);
    ImGui::SetCursorScreenPos(ui::top_left(face));
    if (ui::invisible_button(id.c_str(), {face.width, face.height})) clicked = i;
    ui::register_widget(id, face, ui::WidgetKind::Control);
    ui::tooltip(dot_help(tutor, i));
    draw_dot(tutor, canvas, center, radius, i);
  }
  if (clicked < steps) tutor.go(clicked);
}

void draw_strip(Frame& frame, Rect area) {
  const Theme& look = theme();
  const float face = look.px(kFace), left = area.x + (area.width - face) / 2;
  const Rect unfold{left, area.y + look.px(8), face, face};
  if (sign_button("lesson.fold", unfold, Sign::Left,
                  frame.keymap.with_keys("Show the lesson.", "help.fold_lesson")))
    frame.view.lesson_folded = false;
  const float top = unfold.bottom() + look.px(10);
  draw_dots(frame, {area.x + area.width / 2, top}, std::max(area.bottom() - top - look.px(8), 1.0f), true);
}

void draw_header(Frame& frame, Rect area) {
  const Theme& look = theme();
  Tutor& tutor = *frame.tutor;
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  const float face = look.px(kFace), margin = look.px(kMargin);
  const Rect close{area.right() - face - look.px(6), area.y + look.px(7), face, face};
  const Rect fold{close.x - face, close.y, face, face};
  const TextStyle title{TextFace::SansBold, look.px(kBodySize), look.palette.text};
  const float room = fold.x - area.x - margin - look.px(6);
  const std::string& name = tutor.lesson()->title;
  const std::string shown = ui::elide_end(canvas, name, title, room);
  const float height = canvas.measure("x", title).y;
  canvas.text({area.x + margin, close.y + (face - height) / 2}, shown, title);
  ImGui::SetCursorScreenPos({area.x + margin, close.y});
  ImGui::Dummy({std::max(room, 1.0f), face});
  ui::tooltip(shown == name ? tutor.lesson()->summary : name + "\n" + tutor.lesson()->summary);

  const std::size_t steps = tutor.lesson()->steps.size();
  const std::string place = std::to_string(tutor.step_index() + 1) + " of " + std::to_string(steps);
  const TextStyle small{TextFace::Sans, look.px(kSmallSize), look.palette.text_dim};
  const Point size = canvas.measure(place, small);
  const float y = close.bottom() + look.px(15), right = area.right() - margin;
  canvas.text({right - size.x, y - size.y / 2}, place, small);
  // The first dot's ring stands at the margin.
  draw_dots(frame, {area.x + margin - look.px(3), y}, right - size.x - look.px(12) - area.x - margin, false);
  canvas.fill({area.x + margin, area.bottom() - 1, area.width - 2 * margin, std::max(1.0f, look.px(1))},
              look.palette.border);
  if (sign_button("lesson.fold", fold, Sign::Right,
                  frame.keymap.with_keys("Fold the lesson to a strip.", "help.fold_lesson")))
    frame.view.lesson_folded = true;
  if (sign_button(
          "lesson.close", close, Sign::Cross,
          frame.keymap.with_keys("Close the lesson; the next time it goes on here.", "help.close_lesson")))
    tutor.close();
}

void draw_footer(Frame& frame, Rect area) {
  constexpr float kResetShare = 1.4f;  // of another button
  const Theme& look = theme();
  Tutor& tutor = *frame.tutor;
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  canvas.fill({area.x, area.y, area.width, std::max(1.0f, look.px(1))}, look.palette.border);
  const float margin = look.px(kMargin), gap = look.px(8), width = area.width - 2 * margin - 2 * gap;
  const float button = std::floor(width / (2 + kResetShare)), reset = width - 2 * button;
  const float left = area.x + margin;
  const auto place = [&](float x) { ImGui::SetCursorScreenPos({x, area.y + look.px(9)}); };
  const bool changed = tutor.changed(frame.experiment, frame.view), first = tutor.step_index() == 0;
  const bool last = tutor.step_index() + 1 == tutor.lesson()->steps.size();
  place(left);
  const bool back =
      ui::button("lesson.back", "Back", frame.keymap.with_keys("The step before.", "help.previous_step"),
                 first ? ui::ButtonLook::Disabled : ui::ButtonLook::Usual, button);
  place(left + button + gap);
  if (ui::button("lesson.reset", "Reset step",
                 frame.keymap.with_keys(changed ? "Takes back what you have changed since the step was shown."
                                                : "Everything is as the step has set it.",
                                        "help.reset_step"),
                 changed ? ui::ButtonLook::Usual : ui::ButtonLook::Disabled, reset))
    tutor.reset();
  place(left + button + reset + 2 * gap);
  const bool on =
      ui::button("lesson.next", last ? "Finish" : "Next",
                 frame.keymap.with_keys(last ? "Closes the lesson; what is set stays." : "The next step.",
                                        "help.next_step"),
                 ui::ButtonLook::Primary, button);
  if (back) tutor.previous();
  if (on) tutor.next();
}

// The step's question stays in sight while its words scroll. Returns the height that it takes from the
// bottom of `area`: what it took when it was drawn last.
float draw_pinned_question(Frame& frame, Rect area) {
  const Theme& look = theme();
  const std::string id =
      "lesson question " + frame.tutor->lesson()->key + std::to_string(frame.tutor->step_index());
  const ImGuiID memory = ImGui::GetID(id.c_str());
  ImGuiStorage& storage = *ImGui::GetStateStorage();
  const float own = storage.GetFloat(memory, look.px(kQuestion));
  const float height = std::round(std::min(own, area.height * kQuestionShare));
  const Rect place{area.x, area.bottom() - height, area.width, height};
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  canvas.fill(place, look.palette.card);
  canvas.fill({place.x, place.y, place.width, std::max(1.0f, look.px(1))}, look.palette.border);
  const float edge = look.px(kEdge), top = look.px(6);
  const Rect body{place.x + edge, place.y + 1, place.width - 2 * edge, place.height - 1};
  const ui::ScopedChild child(id.c_str(), body, look.palette.card, {look.px(kMargin) - edge, top});
  const ui::ScopedVar spacing(ImGuiStyleVar_ItemSpacing, ImVec2{look.px(8), look.px(6)});
  const float from = ImGui::GetCursorPosY();
  draw_lesson_question(frame);
  storage.SetFloat(memory, ImGui::GetCursorPosY() - from + 2 * top + 1);
  return height;
}

}  // namespace

void draw_lesson_panel(Frame& frame, Rect area, bool inspector) {
  const Theme& look = theme();
  ui::register_widget("panel.lesson", area, ui::WidgetKind::Region);
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  canvas.fill(area, look.palette.panel);
  canvas.fill({area.x, area.y, std::max(1.0f, look.px(1)), area.height}, look.palette.border);
  if (frame.view.lesson_folded) return draw_strip(frame, area);
  const bool pinned = area.height >= look.px(kLow) && frame.tutor->step().question.has_value();
  const float header = std::min(look.px(kHeader), area.height);
  const float edge = look.px(kEdge);  // what the strip to drag needs
  const float footer = std::min(look.px(kFooter), area.height - header);
  Rect between{area.x, area.y + header, area.width, area.height - header - footer};
  if (pinned) between.height -= draw_pinned_question(frame, between);
  const Rect body{area.x + edge, between.y, area.width - 2 * edge, between.height};
  if (body.height > 1) {
    // A child of its own for every step: each begins at its top.
    const std::string id = "lesson " + frame.tutor->lesson()->key + std::to_string(frame.tutor->step_index());
    const ui::ScopedChild child(id.c_str(), body, look.palette.panel, {look.px(kMargin) - edge, look.px(6)});
    const ui::ScopedVar spacing(ImGuiStyleVar_ItemSpacing, ImVec2{look.px(8), look.px(8)});
    draw_lesson_step(frame, inspector);
    if (!pinned) draw_lesson_question(frame);
    ImGui::Dummy({0, look.px(8)});
  }
  draw_footer(frame, {area.x, area.bottom() - footer, area.width, footer});
  draw_header(frame, {area.x, area.y, area.width, header});
}

}  // namespace bitloupe
