#include "app/ui/registry.h"

#include "app/ui/state.h"

namespace bitloupe::ui {

void clear_registry() { state().widgets.clear(); }

void register_widget(std::string_view id, Rect rect, WidgetKind kind, bool text_clipped) {
  state().widgets.insert_or_assign(std::string(id), Widget{rect, kind, text_clipped});
}

const std::map<std::string, Widget>& widgets() { return state().widgets; }

std::optional<Rect> find_widget(std::string_view id) {
  const auto& all = state().widgets;
  const auto found = all.find(std::string(id));
  if (found == all.end()) return std::nullopt;
  return found->second.rect;
}

}  // namespace bitloupe::ui
