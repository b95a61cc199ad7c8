#include "app/overlays.h"

#include "app/card.h"
#include "app/ui/guards.h"
#include "app/ui/input.h"
#include "app/ui/theme.h"
#include "app/ui/widgets.h"

namespace bitloupe {
namespace {

bool draw_open(OpenPrompt& prompt, Frame& frame, Rect window, bool session) {
  const Theme& look = theme();
  const Card card("open", card_rect(window, 560, 132));
  ui::section(session ? "OPEN SESSION" : "OPEN");
  if (prompt.take_focus) ImGui::SetKeyboardFocusHere();
  prompt.take_focus = false;
  ui::text_field(
      "open.path",
      session ? "path of a .bitloupe file" : "path, path::tensor or synthetic:gaussian?shape=256x256",
      prompt.path);
  bool go = ui::key_pressed(ui::Key::Enter) || ui::key_pressed(ui::Key::KeypadEnter);
  ImGui::Dummy({0, look.px(2)});
  go |= ui::button("open.ok", "Open", "Opens this file or source (Enter).");
  ImGui::SameLine(0, look.px(8));
  const bool cancel = ui::button("open.cancel", "Cancel", "Keeps what is open (Escape).");
  const bool entered = go && !prompt.path.empty();
  if (entered) frame.requests.open = prompt.path;
  return !entered && !cancel && !card.left();
}

}  // namespace

void show_overlay(Overlays& overlays, Overlay which) {
  overlays.shown = overlays.shown == which ? Overlay::None : which;
  overlays.open.take_focus = true;
  overlays.palette = {};
  overlays.keys = {};
}

void draw_overlays(Overlays& overlays, Frame& frame, Rect window) {
  bool stays = true;
  switch (overlays.shown) {
    case Overlay::None:
      break;
    case Overlay::Open:
    case Overlay::OpenSession:
      stays = draw_open(overlays.open, frame, window, overlays.shown == Overlay::OpenSession);
      break;
    case Overlay::Keys:
      stays = draw_key_sheet(overlays.keys, frame, window);
      break;
    case Overlay::Palette:
      stays = draw_palette(overlays.palette, frame, window);
      break;
    case Overlay::Lessons:
      stays = draw_lesson_list(frame, window);
      break;
    case Overlay::Save:
      stays = draw_save_prompt(overlays.save, frame, window);
      break;
  }
  if (!stays) overlays.shown = Overlay::None;
}

}  // namespace bitloupe
