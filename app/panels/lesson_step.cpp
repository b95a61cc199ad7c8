// One step of a lesson: words, formulas with live numbers, claims to prove; its question with the live state.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "app/keymap.h"
#include "app/lessons/tutor.h"
#include "app/panels/lesson_parts.h"
#include "app/plot/imgui_canvas.h"
#include "app/ui/guards.h"
#include "app/ui/registry.h"
#include "app/ui/text.h"
#include "app/ui/widgets.h"

namespace bitloupe {
namespace {

constexpr float kMark = 15, kInset = 11;

// What is submitted while this lives stands to the right of a rule of this colour.
class Rail {
 public:
  explicit Rail(Color color) : color_(color) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    at_ = {at.x, at.y};
    ImGui::Indent(theme().px(kInset));
  }
  ~Rail() {
    ImGui::Unindent(theme().px(kInset));
    const float bottom = ImGui::GetItemRectMax().y;
    ImGuiCanvas(*ImGui::GetWindowDrawList())
        .fill({at_.x, at_.y, std::max(2.0f, theme().px(2)), bottom - at_.y}, color_);
  }
  Rail(const Rail&) = delete;
  Rail& operator=(const Rail&) = delete;

 private:
  Color color_;
  Point at_;
};

// A mark, and beside it text that may take several lines.
void marked_text(Mark mark, const std::string& text, Color color) {
  const Theme& look = theme();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const Color mark_color = mark == Mark::True    ? look.palette.accent
                           : mark == Mark::False ? look.palette.error_text
                                                 : look.palette.text_dim;
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  draw_mark(canvas, {at.x, at.y + look.px(1.5f)}, look.px(kMark), mark, mark_color);
  const float indent = look.px(kMark + 7);
  ImGui::Indent(indent);
  ui::paragraph(text, color);
  ImGui::Unindent(indent);
}

// Name left, number right; the name gives way.
void number_line(const Proof::Line& line, Color color) {
  const Theme& look = theme();
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const Rect row{at.x, at.y, ImGui::GetContentRegionAvail().x, std::round(look.px(18))};
  const TextStyle name_style{TextFace::Sans, look.px(kSmallSize), look.palette.text_dim};
  const TextStyle number_style{TextFace::Mono, look.px(kMonoSize), color};
  const Point size = canvas.measure(line.value, number_style);
  const float room = std::max(row.width - size.x - look.px(8), 0.0f);
  const std::string shown = ui::elide_end(canvas, line.name, name_style, room);
  const float name_height = canvas.measure("x", name_style).y;
  ui::rich_text(canvas, {row.x, row.y + (row.height - name_height) / 2}, shown, name_style);
  canvas.text({row.right() - size.x, row.y + (row.height - size.y) / 2}, line.value, number_style);
  ImGui::Dummy({std::max(row.width, 1.0f), row.height});
  if (shown != line.name) ui::tooltip(line.name);
}

void draw_title(const std::string& title) {
  const Theme& look = theme();
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  const TextStyle style{TextFace::SansBold, look.px(kBodySize), look.palette.text};
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = std::max(ImGui::GetContentRegionAvail().x, 1.0f), line = std::round(look.px(19));
  const std::vector<std::string> lines = ui::wrap(canvas, title, style, width);
  for (std::size_t i = 0; i < lines.size(); ++i)
    ui::rich_text(canvas, {at.x, at.y + line * static_cast<float>(i)}, lines[i], style);
  ImGui::Dummy({width, line * static_cast<float>(lines.size())});
}

void draw_formulas(const Frame& frame, const LessonStep& step) {
  if (step.formulas.empty()) return;
  const Theme& look = theme();
  const Rail rail(look.palette.border);
  const ui::ScopedVar tight(ImGuiStyleVar_ItemSpacing, ImVec2{look.px(8), look.px(2)});
  for (const std::string& formula : step.formulas)
    ui::mono_line(with_numbers(formula, frame.snapshot.get()), look.palette.text);
}

std::string place_text(const Explanation& explanation) {
  std::string text;
  for (const std::uint64_t place : explanation.position)
    text += (text.empty() ? "[" : ", ") + std::to_string(place);
  return text.empty() ? "" : text + "]";
}

// What the inspector would explain.
void draw_element(Frame& frame) {
  const auto explanation = frame.element ? frame.probes.explain(*frame.element) : nullptr;
  if (!explanation) return;
  const Theme& look = theme();
  ui::section("the value at " + place_text(*explanation));
  const Rail rail(look.palette.border);
  const ui::ScopedVar tight(ImGuiStyleVar_ItemSpacing, ImVec2{look.px(8), 0});
  for (const FormulaLine& line : explanation->lines) {
    ui::mono_line(line.formula, look.palette.text);
    ui::mono_line(line.numbers, look.palette.text_dim);
  }
}

void draw_proof(const Tutor::Answer& answer) {
  const Theme& look = theme();
  if (!answer.proof) return ui::paragraph("Computing…", look.palette.text_dim);
  const Color color = answer.current ? look.palette.text : look.palette.text_dim;
  {
    const ui::ScopedVar tight(ImGuiStyleVar_ItemSpacing, ImVec2{look.px(8), 0});
    for (const Proof::Line& line : answer.proof->lines) number_line(line, color);
  }
  const Mark mark = !answer.current ? Mark::Open : answer.proof->holds ? Mark::True : Mark::False;
  marked_text(mark, (answer.proof->holds ? "True: " : "Not so: ") + answer.proof->verdict, color);
}

// The words, and at the right the button that decides them; true when it is pressed.
bool draw_open_claim(const Frame& frame, std::size_t index) {
  constexpr const char* kProve = "Prove it";
  const Theme& look = theme();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x, face = ui::button_width(kProve);
  ImGui::SetCursorScreenPos({at.x + width - face, at.y});
  const bool pressed = ui::button("lesson.prove." + std::to_string(index + 1), kProve,
                                  frame.keymap.with_keys("Computes both sides from all values, now and after "
                                                         "every change that you make.",
                                                         "help.prove"));
  ImGui::SetCursorScreenPos({at.x, at.y + std::round(look.px(4.5f))});
  ui::paragraph(frame.tutor->step().claims[index].text, look.palette.text, face + look.px(10));
  return pressed;
}

void draw_claims(Frame& frame, const LessonStep& step) {
  if (step.claims.empty()) return;
  const Theme& look = theme();
  ui::section(step.claims.size() == 1 ? "claim" : "claims");
  std::uint64_t values = 0;
  for (std::size_t i = 0; i < step.claims.size(); ++i) {
    const Tutor::Answer answer = frame.tutor->claim(i);
    const bool decided = answer.proof && answer.current;
    const Rail rail(!decided              ? look.palette.border
                    : answer.proof->holds ? look.palette.accent
                                          : look.palette.error_text);
    if (answer.asked) {
      ui::paragraph(step.claims[i].text, look.palette.text);
      draw_proof(answer);
    } else if (draw_open_claim(frame, i)) {
      frame.tutor->ask(i);
    }
    if (decided) values = answer.proof->values;
  }
  if (values > 0)
    ui::paragraph("Computed from all " + ui::count(values) + " values, again after every change of yours.",
                  look.palette.text_dim);
}

}  // namespace

void draw_mark(Canvas& canvas, Point top_left, float side, Mark mark, Color color) {
  const auto at = [&](float x, float y) { return Point{top_left.x + side * x, top_left.y + side * y}; };
  const float thickness = std::max(1.5f, side * 0.13f);
  switch (mark) {
    case Mark::True: {
      const std::array<Point, 3> tick = {at(0.12f, 0.55f), at(0.4f, 0.82f), at(0.9f, 0.2f)};
      canvas.polyline(tick, color, thickness);
      break;
    }
    case Mark::False:
      canvas.line(at(0.2f, 0.2f), at(0.8f, 0.8f), color, thickness);
      canvas.line(at(0.2f, 0.8f), at(0.8f, 0.2f), color, thickness);
      break;
    case Mark::Open:
      canvas.stroke({top_left.x + side * 0.18f, top_left.y + side * 0.18f, side * 0.64f, side * 0.64f}, color,
                    std::max(1.0f, side * 0.1f), side * 0.32f);
      break;
  }
}

void draw_lesson_step(Frame& frame, bool inspector) {
  const Theme& look = theme();
  const LessonStep& step = frame.tutor->step();
  draw_title(step.title);
  for (const std::string& text : step.text)
    ui::paragraph(with_numbers(text, frame.snapshot.get()), look.palette.text);
  draw_formulas(frame, step);
  if (step.element && !inspector) draw_element(frame);
  draw_claims(frame, step);
}

void draw_lesson_question(Frame& frame) {
  const Theme& look = theme();
  Tutor& tutor = *frame.tutor;
  if (!tutor.step().question) return;
  const LessonQuestion& question = *tutor.step().question;
  ui::section("your turn");
  ui::paragraph(question.text, look.palette.text);
  const std::vector<Proof>& proofs = tutor.question();
  for (std::size_t i = 0; i < proofs.size() && i < question.checks.size(); ++i) {
    const std::string name(question.checks[i].term.measure->label);
    marked_text(proofs[i].holds ? Mark::True : Mark::Open, name + ": " + proofs[i].verdict,
                look.palette.text);
  }
  if (tutor.solved())
    marked_text(Mark::True, tutor.solved_now() ? "Solved." : "Solved before; the setting is another now.",
                look.palette.text_dim);
  if (question.hint.empty()) return;
  if (tutor.hint_shown)
    ui::paragraph(question.hint, look.palette.text_dim);
  else if (ui::link("lesson.hint", "Show a hint", "Says where to look."))
    tutor.hint_shown = true;
}

}  // namespace bitloupe
