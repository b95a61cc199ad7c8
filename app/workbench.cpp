#include "app/workbench.h"

#include <algorithm>
#include <utility>

#include "app/layout.h"
#include "app/panels/panels.h"
#include "app/plot/viewport.h"
#include "app/shortcuts.h"
#include "app/tabs.h"
#include "app/ui/guards.h"
#include "app/ui/registry.h"
#include "app/ui/widgets.h"
#include "app/views/views.h"
#include "core/simd.h"

namespace bitloupe {
namespace {

constexpr float kCenterMargin = 10;

// The one window that fills the program's own; it never comes in front of an overlay.
class MainWindow {
 public:
  MainWindow(float width, float height) {
    const ui::ScopedVar padding(ImGuiStyleVar_WindowPadding, ImVec2{0, 0});
    const ui::ScopedVar rounding(ImGuiStyleVar_WindowRounding, 0.0f);
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize({width, height});
    ImGui::Begin("bitloupe", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                     ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoScrollWithMouse);
  }
  ~MainWindow() { ImGui::End(); }
  MainWindow(const MainWindow&) = delete;
  MainWindow& operator=(const MainWindow&) = delete;
};

// A strip between two columns; returns by how many logical pixels it was dragged.
float drag_splitter(Frame& frame, const char* id, Rect strip) {
  if (strip.width <= 0 || strip.height <= 0) return 0;
  ImGui::SetCursorScreenPos(ui::top_left(strip));
  ui::invisible_button(id, {strip.width, strip.height});
  ui::register_widget(id, strip, ui::WidgetKind::Handle);
  const bool active = ImGui::IsItemActive();
  if (!active && !ImGui::IsItemHovered()) return 0;
  ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
  frame.hover.hint = "Drag to share the width.";
  const Theme& look = theme();
  const float middle = strip.x + strip.width / 2;
  ImGui::GetWindowDrawList()->AddRectFilled({middle - look.px(1), strip.y},
                                            {middle + look.px(1), strip.bottom()}, look.palette.accent);
  return active ? ImGui::GetIO().MouseDelta.x / look.scale : 0;
}

float column_width(float width) { return std::clamp(width, kNarrowestColumn, kWidestColumn); }

// From the width that is shown: a column may be narrower than was chosen where there is no room for it.
float moved_to(const Rect& column, float by) { return column_width(column.width / theme().scale + by); }

void drag_columns(Frame& frame, const Layout& layout) {
  ViewState& view = frame.view;
  if (const float by = drag_splitter(frame, "splitter.left", layout.left_splitter); by != 0)
    view.left_width = moved_to(layout.source, by);
  if (const float by = drag_splitter(frame, "splitter.right", layout.right_splitter); by != 0)
    view.right_width = moved_to(layout.inspector, -by);
}

// After its panel, which fills the strip too.
void drag_lesson(Frame& frame, const Layout& layout) {
  if (const float by = drag_splitter(frame, "splitter.lesson", layout.lesson_splitter); by != 0)
    frame.view.lesson_width = moved_to(layout.lesson, -by);
}

void draw_center(Frame& frame, Rect area) {
  const float margin = theme().px(kCenterMargin);
  const Rect inner{area.x + margin, area.y + margin, std::max(area.width - 2 * margin, 1.0f),
                   std::max(area.height - 2 * margin, 1.0f)};
  const float readouts = draw_readouts(frame, inner);
  for (const View& view : views())
    if (view.key == frame.view.workspace)
      view.draw(frame, {inner.x, inner.y + readouts, inner.width, std::max(inner.height - readouts, 1.0f)});
}

void draw_all(Frame& frame, Rect window) {
  const Layout layout =
      make_layout(window.width, window.height, theme().scale, frame.view, frame.tutor->lesson() != nullptr);
  drag_columns(frame, layout);
  draw_top_bar(frame, layout.top);
  draw_tabs(frame, layout.tabs);
  if (layout.left()) {
    draw_source_panel(frame, layout.source);
    draw_quantizer_panel(frame, layout.quantizer);
  }
  if (layout.right()) draw_inspector(frame, layout.inspector);
  if (layout.lesson.width > 0) {
    draw_lesson_panel(frame, layout.lesson, layout.right());
    drag_lesson(frame, layout);
  }
  draw_center(frame, layout.center);
  draw_status_bar(frame, layout.status);
}

// A view that was laid out for another tensor would show nothing of this one.
void look_at_all_of(ViewState& view, const Tensor& tensor) {
  view.slice = longest_axes(tensor.shape);
  view.signal_row = 0;
  view.viewport.fit = true;
  view.histogram_range.fit = true;
  view.curve_range.fit = true;
  view.selected.reset();
  if (tensor.shape.size() < 2)
    view.grid_mode = GridMode::Signal;
  else if (view.grid_mode == GridMode::Signal)
    view.grid_mode = GridMode::Values;
}

std::string file_name(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

}  // namespace

Workbench::Workbench(Experiment experiment, GridPainter& painter, std::function<void()> wake)
    : experiment_(std::move(experiment)),
      submitted_(experiment_),
      lanes_(std::move(wake)),
      probes_(lanes_),
      tutor_(lanes_),
      painter_(painter) {
  lanes_.submit(experiment_);
}

void Workbench::frame() {
  const ImVec2 size = ImGui::GetIO().DisplaySize;
  if (size.x < 1 || size.y < 1) return;  // minimised (U07)
  hovered_ = std::exchange(hover_, {});
  const std::shared_ptr<const Snapshot> snapshot = lanes_.latest();
  probes_.begin_frame(snapshot);
  follow_tensor(snapshot.get());
  tutor_.begin_frame(snapshot, experiment_, !ui::interacting());

  const SourceStatus source = lanes_.source();
  const std::vector<LaneTask> tasks = lanes_.tasks();
  if (keymap_choices_ != preferences_.shortcuts) {
    keymap_choices_ = preferences_.shortcuts;
    keymap_ = Keymap(keymap_choices_);
  }
  Frame frame{experiment_,  view_,
              preferences_, keymap_,
              hovered_,     hover_,
              snapshot,     source,
              tasks,        probes_,
              painter_,     requests_,
              history_,     element_to_explain(snapshot.get()),
              notice_,      kernel_name() + " kernel",
              &tutor_};
  if (overlays_.shown == Overlay::None) read_shortcuts(frame);
  const Rect window{0, 0, size.x, size.y};
  {
    const MainWindow main(size.x, size.y);
    draw_all(frame, window);
  }
  draw_overlays(overlays_, frame, window);
  if (hover_.element) last_element_ = hover_.element;

  carry_out_requests();
  history_.observe(experiment_, ui::interacting());
  submit();
}

void Workbench::follow_tensor(const Snapshot* snapshot) {
  if (!snapshot || !snapshot->prepared) return;
  const Tensor& tensor = snapshot->tensor();
  std::string key = tensor.name + to_text(tensor.shape);
  if (key == shown_key_) return;
  const bool first = shown_key_.empty();
  shown_key_ = std::move(key);
  last_element_.reset();
  if (looked_at_ == snapshot->experiment.source) return;
  // The first tensor is looked at as the caller asked (a session, `render`), where that says anything.
  if (first && view_ != ViewState()) return;
  look_at_all_of(view_, tensor);
}

// Pinned, hovered, last hovered; before any of that some element (the middle one is 0 in many a tensor).
std::optional<std::uint64_t> Workbench::element_to_explain(const Snapshot* snapshot) const {
  if (!snapshot || !snapshot->prepared || snapshot->tensor().count() == 0) return std::nullopt;
  const std::uint64_t count = snapshot->tensor().count();
  for (const auto& element : {view_.selected, hovered_.element, last_element_})
    if (element && *element < count) return element;
  return count * 3 / 8;
}

void Workbench::carry_out_requests() {
  const Requests asked = std::exchange(requests_, {});
  if (asked.show != Overlay::None) show_overlay(overlays_, asked.show);
  if (!asked.open.empty()) open(asked.open);
  if (asked.reload) lanes_.reload();
  if (asked.cancel_loading) cancel_loading();
  if (asked.fit) {
    view_.viewport.fit = true;
    view_.histogram_range.fit = true;
    view_.curve_range.fit = true;
  }
  if (asked.undo && history_.can_undo()) experiment_ = history_.undo();
  if (asked.redo && history_.can_redo()) experiment_ = history_.redo();
  wishes_.quit |= asked.quit;
  wishes_.full_screen ^= asked.full_screen;
  if (std::optional<Tutor::State> state = tutor_.take_state(view_))
    set_state(std::move(state->experiment), std::move(state->view));
}

void Workbench::set_state(Experiment experiment, ViewState view) {
  experiment_ = std::move(experiment);
  view_ = std::move(view);
  looked_at_ = experiment_.source;
}

void Workbench::cancel_loading() {
  lanes_.cancel_loading();
  // What is on screen is what the experiment means again.
  if (const auto snapshot = lanes_.latest()) experiment_.source = snapshot->experiment.source;
  notify("Loading was cancelled.");
}

void Workbench::notify(std::string notice) {
  notice_ = std::move(notice);
  notice_source_ = experiment_.source;
}

void Workbench::submit() {
  if (experiment_ == submitted_) return;
  if (experiment_.source != notice_source_) notice_.clear();
  if (looked_at_ != experiment_.source) looked_at_.reset();
  submitted_ = experiment_;
  lanes_.submit(experiment_);
}

void Workbench::open(const std::string& source_text) {
  Result<SourceSpec> source = parse_source(source_text);
  if (!source) {
    return notify(source.error().message);
  }
  experiment_.source = *source;
  view_.tensor_filter.clear();
  notice_.clear();
}

void Workbench::drop(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    if (!read_tensor_file(path)) continue;
    open(path);
    if (paths.size() > 1)
      notify("Opened " + file_name(path) + ", the first of " + std::to_string(paths.size()) +
             " dropped files that can be read.");
    return;
  }
  if (paths.empty()) return;
  const auto file = read_tensor_file(paths.front());
  notify(paths.size() == 1 && !file
             ? file.error().message
             : "None of the " + std::to_string(paths.size()) + " dropped files can be read.");
}

Workbench::Wishes Workbench::take_wishes() {
  Wishes wishes = std::exchange(wishes_, {});
  const SourceSpec& source = experiment_.source;
  wishes.title =
      (source.synthetic ? "synthetic " + source.synthetic->kind : file_name(source.path)) + " · Bitloupe";
  return wishes;
}

}  // namespace bitloupe
