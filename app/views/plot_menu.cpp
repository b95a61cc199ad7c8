#include "app/views/plot_menu.h"

#include <cctype>
#include <string>

#include "app/ui/guards.h"
#include "app/ui/registry.h"
#include "app/ui/widgets.h"
#include "app/views/pointer.h"

namespace bitloupe {
namespace {

struct Save {
  const char *key, *label, *help;
  PlotUse use;
  float factor = 1;
};
constexpr Save kSaves[] = {
    {"png1", "Save PNG…", "A picture as large as on the screen.", PlotUse::Png, 1},
    {"png2", "Save PNG 2×…", "A picture with twice as many pixels each way.", PlotUse::Png, 2},
    {"png4", "Save PNG 4×…", "A picture with four times as many pixels each way, for print.", PlotUse::Png,
     4},
    {"svg", "Save SVG…", "A drawing of lines and text that scales to any size.", PlotUse::Svg},
    {"csv", "Save CSV…", "The numbers that the plot shows, with all their digits.", PlotUse::Csv},
    {"copy", "Copy data", "The same numbers to the clipboard, for a spreadsheet.", PlotUse::Copy},
};

bool item(std::string_view key, std::string_view label, std::string_view help, bool checked, bool enabled) {
  const bool chosen = ImGui::MenuItem(std::string(label).c_str(), nullptr, checked, enabled);
  ui::register_widget("plot.menu." + std::string(key), ui::item_rect(), ui::WidgetKind::Handle);
  ui::entry_tooltip(help);
  return chosen;
}

std::string with_capital(std::string_view text) {
  std::string capital(text);
  capital[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(capital[0])));
  return capital;
}

void draw_toggles(Frame& frame, const Plot& plot, bool series) {
  for (const PlotToggle& toggle : plot.toggles()) {
    if ((toggle.color != nullptr) != series) continue;
    if (toggle.offered && !toggle.offered(*frame.snapshot)) continue;
    bool& on = frame.view.*toggle.on;
    if (item(toggle.key, with_capital(toggle.label), toggle.help, on, true)) on = !on;
  }
}

void draw_items(Frame& frame, const Plot& plot, Point size) {
  const std::string missing = why_missing(plot, frame.snapshot.get());
  for (const Save& save : kSaves) {
    if (save.use == PlotUse::Svg || save.use == PlotUse::Copy) ImGui::Separator();
    if (item(save.key, save.label, missing.empty() ? save.help : missing, false, missing.empty()))
      frame.requests.plot = PlotRequest{std::string(plot.key), save.use, save.factor, size.x, size.y};
  }
  ImGui::Separator();
  if (plot.toggles) {
    draw_toggles(frame, plot, false);
    draw_toggles(frame, plot, true);
    ImGui::Separator();
  }
  if (item("fit", "Fit", "Shows all of it.", false, true)) plot.fit(frame.view);
}

class Popup {
 public:
  explicit Popup(const char* id)
      : padding_(ImGuiStyleVar_WindowPadding, ImVec2{theme().px(10), theme().px(8)}),
        open_(ImGui::BeginPopup(id, ImGuiWindowFlags_NoMove)) {}
  ~Popup() {
    if (open_) ImGui::EndPopup();
  }
  Popup(const Popup&) = delete;
  Popup& operator=(const Popup&) = delete;
  bool open() const { return open_; }

 private:
  ui::ScopedVar padding_;
  bool open_;
};

}  // namespace

void plot_menu(Frame& frame, std::string_view key, Rect area) {
  const Plot& plot = *find_plot(key);
  const ui::ScopedId scope(key);
  if (right_clicked(area)) ImGui::OpenPopup("plot menu");
  const Popup popup("plot menu");
  if (!popup.open()) return;
  const float scale = theme().scale;
  ImGui::TextDisabled("%s", std::string(plot.label).c_str());
  draw_items(frame, plot, {area.width / scale, area.height / scale});
  const ImVec2 at = ImGui::GetWindowPos(), size = ImGui::GetWindowSize();
  ui::register_widget("plot.menu", {at.x, at.y, size.x, size.y}, ui::WidgetKind::Handle);
}

void plot_chooser(Frame& frame, Rect area) {
  constexpr float kWidth = 720, kHeight = 300;  // logical pixels, of what is saved from here
  if (frame.requests.choose_plot) ImGui::OpenPopup("plots");
  frame.requests.choose_plot = false;
  ImGui::SetNextWindowPos(ImVec2{area.x + area.width / 2, area.y + area.height / 4}, ImGuiCond_Appearing,
                          ImVec2{0.5f, 0});
  const Popup popup("plots");
  if (!popup.open()) return;
  for (const Plot& plot : plots()) {
    const bool open = ImGui::BeginMenu(std::string(plot.label).c_str());
    ui::register_widget("plot.choose." + std::string(plot.key), ui::item_rect(), ui::WidgetKind::Handle);
    ui::tooltip(plot.help);
    if (!open) continue;
    draw_items(frame, plot, {kWidth, kHeight});
    ImGui::EndMenu();
  }
}

}  // namespace bitloupe
