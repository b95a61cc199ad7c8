#include "app/shortcuts.h"

#include "app/ui/compat.h"
#include "app/ui/input.h"

namespace bitloupe {
namespace {

using ui::Key;
constexpr ui::Modifiers kCtrl{.ctrl = true}, kCtrlShift{.ctrl = true, .shift = true};

void read_commands(Requests& requests) {
  if (ui::shortcut(Key::O, kCtrl)) requests.ask_open = true;
  if (ui::shortcut(Key::Q, kCtrl)) requests.quit = true;
  if (ui::shortcut(Key::F5)) requests.reload = true;
  if (ui::shortcut(Key::F1)) requests.show_keys = true;
  if (ui::shortcut(Key::Z, kCtrl, true)) requests.undo = true;
  if (ui::shortcut(Key::Z, kCtrlShift, true) || ui::shortcut(Key::Y, kCtrl, true)) requests.redo = true;
  // '+' needs Shift on many keyboards.
  if (ui::shortcut(Key::Plus, kCtrl, true) || ui::shortcut(Key::Plus, kCtrlShift, true))
    requests.scale_step = 1;
  if (ui::shortcut(Key::Minus, kCtrl, true)) requests.scale_step = -1;
  if (ui::shortcut(Key::Digit0, kCtrl)) requests.scale_reset = true;
  if (ui::shortcut(Key::F)) requests.fit = true;
}

}  // namespace

void read_shortcuts(Frame& frame) {
  read_commands(frame.requests);
  if (ui::shortcut(Key::Tab)) frame.view.panels_hidden = !frame.view.panels_hidden;
  // While the keyboard walks over the controls, Space presses the one it is on.
  if (ui::shortcut(Key::Space) && !ImGui::GetIO().NavVisible) frame.view.flip = !frame.view.flip;
  if (ui::shortcut(Key::Escape)) frame.view.selected.reset();
}

}  // namespace bitloupe
