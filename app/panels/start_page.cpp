// The start page: what can be restored, what was opened last, what can be looked at without any file. It is a
// page and no popup, so that nothing dismisses it by accident (U28).
#include <algorithm>
#include <cmath>
#include <string>

#include "app/keymap.h"
#include "app/open_anyway.h"
#include "app/panels/panels.h"
#include "app/plot/imgui_canvas.h"
#include "app/session/session_requests.h"
#include "app/ui/guards.h"
#include "app/ui/registry.h"
#include "app/ui/text.h"
#include "app/ui/widgets.h"
#include "core/io/display_text.h"

namespace bitloupe {
namespace {

constexpr float kWidest = 1040, kMargin = 28, kGap = 40, kTwoColumnsFrom = 720;
constexpr float kLostHeight = 64, kSmallButton = 26;

struct Names {
  std::string name, folder;
};

Names names_of(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return {displayed(path), ""};
  return {displayed(path.substr(slash + 1)), displayed_path(path.substr(0, std::max<std::size_t>(slash, 1)))};
}

// --- Lost work.
void lost_row(Frame& frame, const LostSession& lost) {
  const Theme& look = theme();
  const ui::ScopedId scope(lost.id);
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const Rect row{at.x, at.y, ImGui::GetContentRegionAvail().x, look.px(kLostHeight)};
  canvas.fill(row, look.palette.card, look.px(5));
  canvas.stroke(row, look.palette.border, std::max(1.0f, look.px(1)), look.px(5));
  const float pad = look.px(12), buttons = look.px(151) + pad, room = row.width - buttons - 2 * pad;
  const TextStyle bold{TextFace::SansBold, look.px(kBodySize), look.palette.text};
  const TextStyle dim{TextFace::Sans, look.px(kSmallSize), look.palette.text_dim};
  canvas.text({row.x + pad, row.y + look.px(10)}, ui::elide_middle(canvas, displayed(lost.title), bold, room),
              bold);
  canvas.text({row.x + pad, row.y + look.px(34)},
              ui::elide_middle(canvas, lost.written + "  ·  " + lost.source, dim, room), dim);
  ImGui::SetCursorScreenPos({row.right() - buttons, row.y + look.px(18.5f)});
  if (ui::button("start.restore." + lost.id, "Restore", "Brings this work back as it was."))
    frame.requests.session.restore = lost.id;
  ImGui::SameLine(0, look.px(8));
  if (ui::button("start.discard." + lost.id, "Discard", "Deletes this work for good."))
    frame.requests.session.discard = lost.id;
  ImGui::SetCursorScreenPos({at.x, row.bottom() + look.px(8)});
}

void draw_lost(Frame& frame) {
  if (frame.session.lost.empty()) return;
  const Theme& look = theme();
  ui::section("UNSAVED WORK");
  ui::paragraph("Bitloupe ended before this was saved. It stays here until you choose.",
                look.palette.text_dim);
  for (const LostSession& lost : frame.session.lost) lost_row(frame, lost);
  ImGui::Dummy({0, look.px(8)});
}

void draw_safe_start(Frame& frame) {
  if (!frame.session.safe_start) return;
  const Theme& look = theme();
  ui::section("STARTED WITH DEFAULTS");
  ui::paragraph("Bitloupe crashed twice in a row, so your settings are not in use. They are kept.",
                look.palette.error_text);
  if (ui::button("start.use_settings", "Use my settings", "Takes your own settings again."))
    frame.requests.session.use_settings = true;
  ImGui::Dummy({0, look.px(8)});
}

// --- Recent files.
enum class Mark { Pin, Cross };

// A pin is a disc, filled when pinned; a cross forgets the file.
bool mark_button(const std::string& id, Rect rect, Mark mark, bool set, const char* help) {
  const Theme& look = theme();
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  ImGui::SetCursorScreenPos(ui::top_left(rect));
  const bool clicked = ui::invisible_button(id.c_str(), {rect.width, rect.height});
  const bool hovered = ImGui::IsItemHovered();
  const Point center{rect.x + rect.width / 2, rect.y + rect.height / 2};
  const Color color = set ? look.palette.accent : hovered ? look.palette.text : look.palette.text_faint;
  if (hovered) canvas.fill(rect, look.palette.track, look.px(4));
  const float r = look.px(mark == Mark::Pin ? 5 : 4);
  if (mark == Mark::Pin) {
    const Rect disc{center.x - r, center.y - r, 2 * r, 2 * r};
    if (set) canvas.fill(disc, color, r);
    canvas.stroke(disc, color, look.px(1.5f), r);
  } else {
    const Point a[] = {{center.x - r, center.y - r}, {center.x + r, center.y + r}};
    const Point b[] = {{center.x - r, center.y + r}, {center.x + r, center.y - r}};
    canvas.polyline(a, color, look.px(1.5f));
    canvas.polyline(b, color, look.px(1.5f));
  }
  ui::register_widget(id, rect, ui::WidgetKind::Control);
  ui::tooltip(help);
  return clicked;
}

void recent_row(Frame& frame, const RecentFile& file, std::size_t number) {
  const Theme& look = theme();
  const ui::ScopedId scope(file.path);
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  const std::string tail = std::to_string(number);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float height = look.px(30), side = look.px(kSmallButton);
  const Rect row{at.x, at.y, ImGui::GetContentRegionAvail().x, height};
  const Rect pin{row.x, row.y + (height - side) / 2, side, side};
  const Rect cross{row.right() - side, pin.y, side, side};
  if (mark_button("start.pin." + tail, pin, Mark::Pin, file.pinned,
                  file.pinned ? "Lets go of this file." : "Keeps this file at the top."))
    (file.pinned ? frame.requests.session.unpin : frame.requests.session.pin) = file.path;
  const Rect face{pin.right() + look.px(4), row.y, cross.x - pin.right() - look.px(8), height};
  const std::string id = "start.recent." + tail;
  ImGui::SetCursorScreenPos(ui::top_left(face));
  if (ui::invisible_button(id.c_str(), {face.width, face.height})) frame.requests.sources = {source_of(file)};
  const bool hovered = ImGui::IsItemHovered();
  if (hovered) canvas.fill(face, look.palette.header, look.px(4));
  const Names names = names_of(file.path);
  const TextStyle name{TextFace::Sans, look.px(kBodySize), look.palette.text};
  const TextStyle dim{TextFace::Sans, look.px(kSmallSize), look.palette.text_dim};
  const float pad = look.px(6), room = face.width - 2 * pad;
  const std::string shown = ui::elide_middle(canvas, names.name, name, room * 0.6f);
  const Point size = canvas.measure(shown, name);
  canvas.text({face.x + pad, face.y + (height - size.y) / 2}, shown, name);
  const std::string folder = ui::elide_middle(canvas, names.folder, dim, room - size.x - look.px(16));
  const Point folder_size = canvas.measure(folder, dim);
  canvas.text({face.right() - pad - folder_size.x, face.y + (height - folder_size.y) / 2}, folder, dim);
  ui::register_widget(id, face, ui::WidgetKind::Control);
  ui::tooltip(displayed_path(file.path));
  if (mark_button("start.forget." + tail, cross, Mark::Cross, false,
                  "Takes this file off the list; the file stays."))
    frame.requests.session.forget = file.path;
  ImGui::SetCursorScreenPos({at.x, row.bottom()});
}

void draw_recent(Frame& frame) {
  const Theme& look = theme();
  ui::section("RECENT FILES");
  if (frame.session.recent.empty())
    ui::paragraph("Files that you open are listed here.", look.palette.text_dim);
  for (std::size_t i = 0; i < frame.session.recent.size(); ++i) recent_row(frame, frame.session.recent[i], i);
  ImGui::Dummy({0, look.px(8)});
}

// --- What can be opened.
void draw_open(Frame& frame) {
  const Theme& look = theme();
  ui::section("OPEN");
  if (ui::button("start.open", "Open file…",
                 frame.keymap.with_keys("Opens a file of tensors, or a session.", "file.open")))
    frame.requests.browse = open_source_request();
  ImGui::SameLine(0, look.px(8));
  if (ui::button("start.open_session", "Open session…",
                 frame.keymap.with_keys("Opens a saved session.", "file.open_session")))
    frame.requests.browse = open_session_request();
  ui::paragraph("Or drop files on the window.", look.palette.text_dim);
  ImGui::Dummy({0, look.px(8)});
}

void draw_learn(Frame& frame) {
  ui::section("LEARN");
  if (ui::button("start.lessons", "Lessons…",
                 frame.keymap.with_keys("Ideas step by step, with claims to prove.", "help.lessons")))
    frame.requests.show = Overlay::Lessons;
  ImGui::Dummy({0, theme().px(8)});
}

void draw_samples(Frame& frame) {
  ui::section("SYNTHETIC SAMPLES");
  for (const SyntheticKind& kind : synthetic_kinds()) {
    const std::string id = "start.sample." + std::string(kind.key);
    if (!ui::list_row(id, kind.label, "", false, true, kind.help)) continue;
    frame.experiment.source = SourceSpec{};
    frame.experiment.source.synthetic.emplace().kind = kind.key;
    frame.requests.session.leave_start_page = true;
  }
}

// Lost work first: the reason to look at this page at all.
void left_column(Frame& frame) {
  draw_safe_start(frame);
  draw_lost(frame);
  draw_recent(frame);
}

void right_column(Frame& frame) {
  draw_open(frame);
  draw_learn(frame);
  draw_samples(frame);
}

// What went wrong with the last choice: the panel that would say so is not there.
void draw_problem(Frame& frame) {
  if (!frame.source.error) return;
  ui::paragraph(frame.source.error->message, theme().palette.error_text);
  open_anyway_link(frame, "start.lenient");
  ImGui::Dummy({0, theme().px(6)});
}

}  // namespace

void draw_start_page(Frame& frame, Rect area) {
  const Theme& look = theme();
  ui::register_widget("start", area, ui::WidgetKind::Region);
  const float margin = look.px(kMargin), gap = look.px(kGap);
  const float width = std::max(std::min(area.width - 2 * margin, look.px(kWidest)), 1.0f);
  const float x = area.x + (area.width - width) / 2;
  const Rect page{x, area.y, width, area.height};
  if (width < look.px(kTwoColumnsFrom)) {
    const ui::ScopedChild child("start", page, look.palette.window, {0, margin});
    draw_problem(frame);
    right_column(frame);
    left_column(frame);
    return;
  }
  const float right_width = std::round((width - gap) * 0.36f), left_width = width - gap - right_width;
  {
    const ui::ScopedChild left("start.left", {x, area.y, left_width, area.height}, look.palette.window,
                               {0, margin});
    draw_problem(frame);
    left_column(frame);
  }
  const ui::ScopedChild right("start.right", {x + left_width + gap, area.y, right_width, area.height},
                              look.palette.window, {0, margin});
  right_column(frame);
}

}  // namespace bitloupe
