// What the controls have in common: the geometry of a row, its label and help mark, registration.
// Internal to app/ui.
#pragma once

#include <string>
#include <string_view>

#include "app/plot/imgui_canvas.h"
#include "app/ui/compat.h"
#include "app/ui/guards.h"
#include "app/ui/registry.h"
#include "app/ui/text.h"
#include "app/ui/theme.h"

namespace bitloupe::ui {

// Text styles of the theme at the current scale.
TextStyle body_style(Color color);
TextStyle small_style(Color color);
TextStyle mono_style(Color color);
TextStyle mono_small_style(Color color);
TextStyle heading_style(Color color);

float row_height();
// The rectangle at the cursor that is as wide as the content region.
Rect full_width(float height);
// Vertically centred in `rect`, at its left (or right) end, shortened to its width. True where it did fit.
bool text_left(Canvas& canvas, Rect rect, std::string_view text, const TextStyle& style);
bool text_right(Canvas& canvas, Rect rect, std::string_view text, const TextStyle& style);

// Registers what of `rect` is not scrolled out of the current window; nothing where all of it is.
void register_visible(std::string_view id, Rect rect, WidgetKind kind, bool text_clipped = false);
// Advances the cursor past `rect` and makes it the last item.
void finish_item(Rect rect);

// A row of a panel: label, control, help mark. The destructor finishes the item and shows the tooltip.
class Row {
 public:
  Row(std::string_view id, std::string_view label, std::string_view help);
  ~Row();
  Row(const Row&) = delete;
  Row& operator=(const Row&) = delete;

  Rect control() const { return control_; }
  Canvas& canvas() { return canvas_; }
  // Registers the control under the row's id.
  void add(Rect rect, bool text_clipped);
  // A line above the row's help: what did not fit.
  void add_help(std::string_view line);
  std::string part(std::string_view name) const;  // "id/name"

 private:
  std::string id_;
  std::string help_;
  ScopedId scope_;
  ImGuiCanvas canvas_;
  Rect rect_, control_, mark_;
  bool label_fits_;
};

// InputTextWithHint on a std::string.
bool input_text(const char* label, std::string_view hint, std::string& text, ImGuiInputTextFlags flags = 0);

enum class NumberLook { Framed, Plain };

// A number that can be dragged and typed into, right-aligned in `rect`; `step` is what one pixel changes.
struct NumberLimits {
  double min, max, step;
  bool integer = false;
};
bool number_box(std::string_view id, Rect rect, double& value, const NumberLimits& limits, NumberLook look);

}  // namespace bitloupe::ui
