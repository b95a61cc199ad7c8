#include "app/session/question_card.h"

#include <string>

#include "app/card.h"
#include "app/ui/guards.h"
#include "app/ui/input.h"
#include "app/ui/theme.h"
#include "app/ui/widgets.h"
#include "core/io/display_text.h"

namespace bitloupe {
namespace {

constexpr float kWidth = 480, kUnsavedHeight = 126, kInPlaceHeight = 164;

bool enter() { return ui::key_pressed(ui::Key::Enter) || ui::key_pressed(ui::Key::KeypadEnter); }

Answer draw_unsaved(const Question& question) {
  const Theme& look = theme();
  ui::section("UNSAVED CHANGES");
  ui::paragraph("Save the changes to \"" + displayed(question.name) + "\" first?", look.palette.text);
  ImGui::Dummy({0, look.px(4)});
  Answer answer = Answer::None;
  if (ui::button("question.save", "Save", "Writes the session file, then goes on (Enter).") || enter())
    answer = Answer::Save;
  ImGui::SameLine(0, look.px(8));
  if (ui::button("question.discard", "Don't save", "Goes on; the session file stays as it was saved last."))
    answer = Answer::Discard;
  ImGui::SameLine(0, look.px(8));
  if (ui::button("question.cancel", "Cancel", "Stays here (Escape).")) answer = Answer::Cancel;
  return answer;
}

// U14: never without asking. Enter does nothing here.
Answer draw_in_place(const Question& question) {
  const Theme& look = theme();
  ui::section("WRITE INTO THE FILE?");
  ui::paragraph(displayed_path(question.name) +
                    " lies where files cannot be replaced as a whole. Written directly, a crash meanwhile "
                    "would leave half of it.",
                look.palette.text);
  ImGui::Dummy({0, look.px(4)});
  Answer answer = Answer::None;
  if (ui::button("question.save", "Write directly", "Overwrites the file where it is."))
    answer = Answer::Save;
  ImGui::SameLine(0, look.px(8));
  if (ui::button("question.cancel", "Cancel", "Writes nothing (Escape).")) answer = Answer::Cancel;
  return answer;
}

}  // namespace

void draw_question(Frame& frame, Rect window) {
  const Question& question = frame.session.question;
  if (question.kind == Question::Kind::None) return;
  const bool unsaved = question.kind == Question::Kind::Unsaved;
  const Card card("question", card_rect(window, kWidth, unsaved ? kUnsavedHeight : kInPlaceHeight));
  Answer answer = unsaved ? draw_unsaved(question) : draw_in_place(question);
  if (ui::key_pressed(ui::Key::Escape)) answer = Answer::Cancel;
  frame.requests.session.answer = answer;
}

}  // namespace bitloupe
