#include "app/overlays.h"

#include <algorithm>

#include "app/plot/imgui_canvas.h"
#include "app/ui/guards.h"
#include "app/ui/input.h"
#include "app/ui/registry.h"
#include "app/ui/theme.h"
#include "app/ui/widgets.h"

namespace bitloupe {
namespace {

struct KeyHelp {
  const char *keys, *does;
};
constexpr KeyHelp kKeys[] = {
    {"Ctrl+O", "open a file"},
    {"F5", "load the file again"},
    {"Ctrl+Z", "undo; a drag is one step"},
    {"Ctrl+Y", "redo (Ctrl+Shift+Z too)"},
    {"Tab", "hide and show the panels"},
    {"Space", "original and dequantized in the first grid"},
    {"F", "fit grids and histogram"},
    {"Escape", "let go of the pinned element"},
    {"Ctrl + − 0", "bigger, smaller, usual size"},
    {"F1", "this list"},
    {"Ctrl+Q", "quit"},
    {"", ""},
    {"drag", "pan; on a handle: move the clip range"},
    {"Shift + drag", "finer"},
    {"wheel", "zoom at the pointer"},
    {"right drag", "zoom into a box"},
    {"double-click", "fit; on a handle: back to min-max"},
    {"click", "pin the element for the inspector"},
    {"drop", "open the files that are dropped"},
};

// A floating card of its own, in front of the window (which never comes to the front).
class Card {
 public:
  Card(const char* id, Rect rect) {
    const Theme& look = theme();
    const ui::ScopedColor background(ImGuiCol_WindowBg, look.palette.header);
    const ui::ScopedVar padding(ImGuiStyleVar_WindowPadding, ImVec2{look.px(18), look.px(12)});
    const ui::ScopedVar border(ImGuiStyleVar_WindowBorderSize, std::max(1.0f, look.px(1)));
    const ui::ScopedVar rounding(ImGuiStyleVar_WindowRounding, look.px(6));
    ImGui::SetNextWindowPos(ui::top_left(rect));
    ImGui::SetNextWindowSize({rect.width, rect.height});
    ImGui::Begin(id, nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings);
  }
  ~Card() { ImGui::End(); }
  Card(const Card&) = delete;
  Card& operator=(const Card&) = delete;

  bool left() const {  // a click beside it
    return ImGui::IsMouseClicked(0) && !ImGui::IsWindowHovered(ImGuiHoveredFlags_RootAndChildWindows) &&
           !ImGui::IsWindowAppearing();
  }
};

Rect card_rect(Rect window, float width, float height) {
  const Theme& look = theme();
  width = std::min(look.px(width), window.width - look.px(24));
  height = std::min(look.px(height), window.height - look.px(64));
  return {window.x + (window.width - width) / 2, window.y + look.px(52), width, height};
}

std::optional<std::string> draw_open(Overlays& overlays, Rect window) {
  const Theme& look = theme();
  const Card card("open", card_rect(window, 560, 132));
  std::optional<std::string> entered;
  ui::section("OPEN");
  if (overlays.take_focus) ImGui::SetKeyboardFocusHere();
  overlays.take_focus = false;
  ui::text_field("open.path", "path, path::tensor or synthetic:gaussian?shape=256x256", overlays.path);
  bool go = ui::key_pressed(ui::Key::Enter) || ui::key_pressed(ui::Key::KeypadEnter);
  ImGui::Dummy({0, look.px(2)});
  go |= ui::button("open.ok", "Open", "Opens this file or source (Enter).");
  ImGui::SameLine(0, look.px(8));
  const bool cancel = ui::button("open.cancel", "Cancel", "Keeps what is open (Escape).");
  if (go && !overlays.path.empty()) entered = overlays.path;
  if (entered || cancel || ui::key_pressed(ui::Key::Escape) || card.left()) overlays.open = false;
  return entered;
}

void draw_keys(Overlays& overlays, Rect window) {
  const Theme& look = theme();
  constexpr float kLine = 22;
  const auto lines = static_cast<float>(std::size(kKeys));
  const Card card("keys", card_rect(window, 440, 28 + 24 + 10 + lines * kLine));
  ui::section("KEYS AND GESTURES");
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  for (const KeyHelp& row : kKeys) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    canvas.text({at.x, at.y}, row.keys, {TextFace::Mono, look.px(kMonoSize), look.palette.accent});
    canvas.text({at.x + look.px(112), at.y}, row.does,
                {TextFace::Sans, look.px(kBodySize), look.palette.text});
    const ui::ScopedVar tight(ImGuiStyleVar_ItemSpacing, ImVec2{0, 0});
    ImGui::Dummy({look.px(300), look.px(kLine)});
  }
  if (ui::key_pressed(ui::Key::Escape) || card.left()) overlays.keys = false;
}

}  // namespace

void show_open(Overlays& overlays) {
  overlays.keys = false;
  overlays.open = overlays.take_focus = true;
}

void show_keys(Overlays& overlays) {
  overlays.open = false;
  overlays.keys = !overlays.keys;
}

std::optional<std::string> draw_overlays(Overlays& overlays, Rect window) {
  std::optional<std::string> entered;
  if (overlays.open) entered = draw_open(overlays, window);
  if (overlays.keys) draw_keys(overlays, window);
  return entered;
}

}  // namespace bitloupe
