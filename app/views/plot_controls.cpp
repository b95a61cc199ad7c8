#include "app/views/plot_controls.h"

#include "app/ui/guards.h"
#include "app/ui/registry.h"
#include "app/ui/widgets.h"

namespace bitloupe {

PlotSubject subject_of(Frame& frame) {
  return {frame.snapshot,
          frame.experiment.quant,
          frame.view,
          frame.hovered,
          frame.element,
          frame.probes,
          "",
          true,
          ""};
}

bool word_clicked(std::string_view id, Rect face, std::string_view help, bool& hot) {
  const std::string name(id);
  ImGui::SetCursorScreenPos(ui::top_left(face));
  const bool clicked = ui::invisible_button(name.c_str(), {face.width, face.height});
  hot = ui::hovered_first();
  ui::register_widget(name, face, ui::WidgetKind::Control);
  if (hot) ui::tooltip(help);
  return clicked;
}

void follow_header(ViewState& view, PlotHeader& header, std::span<const PlotToggle* const> series,
                   const PlotToggle* scale) {
  bool hot = false;
  for (std::size_t i = 0; i < header.legend.size(); ++i) {
    const LegendEntry& entry = header.legend[i];
    if (entry.face.width <= 0) continue;
    bool& on = view.*series[i]->on;
    if (word_clicked(series[i]->key, entry.face, series[i]->help, hot)) on = !on;
  }
  if (!scale || header.scale_face.width <= 0) return;
  bool& on = view.*scale->on;
  if (word_clicked(scale->key, header.scale_face, scale->help, header.scale_hot)) on = !on;
}

void hover_element(Frame& frame, std::uint64_t element, bool clicked) {
  frame.hover.element = element;
  frame.hover.group = frame.snapshot->scales->layout.group_of(element);
  std::optional<std::uint64_t>& selected = frame.view.selected;
  if (clicked) selected = selected == element ? std::nullopt : std::optional(element);
}

}  // namespace bitloupe
