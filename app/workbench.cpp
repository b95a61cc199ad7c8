#include "app/workbench.h"

#include <algorithm>
#include <utility>

#include "app/copy_line.h"
#include "app/describe.h"
#include "app/layout.h"
#include "app/panels/panels.h"
#include "app/session/question_card.h"
#include "app/session/session_file.h"
#include "app/shortcuts.h"
#include "app/tabs.h"
#include "app/ui/guards.h"
#include "app/ui/registry.h"
#include "app/ui/text.h"
#include "app/ui/widgets.h"
#include "app/views/plot_menu.h"
#include "app/views/views.h"
#include "core/io/display_text.h"
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
  const float banners = draw_banners(frame, inner);
  const Rect below{inner.x, inner.y + banners, inner.width, std::max(inner.height - banners, 1.0f)};
  const float readouts = draw_readouts(frame, below);
  for (const View& view : views())
    if (view.key == frame.view.workspace)
      view.draw(frame, {below.x, below.y + readouts, below.width, std::max(below.height - readouts, 1.0f)});
}

void draw_all(Frame& frame, Rect window) {
  const Layout layout =
      make_layout(window.width, window.height, theme().scale, frame.view, frame.tutor->lesson() != nullptr);
  if (!frame.session.start_page) drag_columns(frame, layout);
  draw_top_bar(frame, layout.top);
  draw_tabs(frame, layout.tabs);
  if (frame.session.start_page) {
    draw_start_page(frame, layout.below_tabs());
    draw_status_bar(frame, layout.status);
    return;
  }
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
  plot_chooser(frame, layout.center);
  draw_status_bar(frame, layout.status);
}

// The tabs of what was copied, as a line.
std::string shown_copy(std::string text) {
  std::replace(text.begin(), text.end(), '\t', ' ');
  return displayed(text);
}

std::string file_name(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

}  // namespace

Workbench::Workbench(Experiment experiment, GridPainter& painter, std::function<void()> wake,
                     std::unique_ptr<Desk> desk)
    : experiment_(std::move(experiment)),
      submitted_(experiment_),
      lanes_(wake),
      probes_(lanes_),
      tutor_(lanes_),
      painter_(painter),
      jobs_(wake),
      plot_files_(lanes_, jobs_, painter),
      workers_(std::move(wake)),
      opening_({experiment_, view_, preferences_, lanes_}, workers_),
      overlays_(workers_),
      desk_(desk ? std::move(desk) : std::make_unique<Desk>()) {
  preferences_ = desk_->settings().preferences;
  apply(desk_->settings().panels, view_);
  tutor_.progress().lessons = desk_->settings().lessons;
  lanes_.submit(experiment_);
}

void Workbench::frame() {
  const ImVec2 size = ImGui::GetIO().DisplaySize;
  if (size.x < 1 || size.y < 1) return;  // minimised (U07)
  hovered_ = std::exchange(hover_, {});
  const std::shared_ptr<const Snapshot> snapshot = lanes_.latest();
  probes_.begin_frame(snapshot);
  follow_tensor(snapshot.get());
  opening_.update();
  tutor_.begin_frame(snapshot, experiment_, !ui::interacting());

  const SourceStatus source = lanes_.source();
  std::vector<LaneTask> tasks = lanes_.tasks();
  for (LaneTask& job : jobs_.tasks()) tasks.push_back(std::move(job));
  take_done_jobs();
  const ImVec2 moved = ImGui::GetIO().MouseDelta;
  if (moved.x != 0 || moved.y != 0) news_.clear();
  if (keymap_choices_ != preferences_.shortcuts) {
    keymap_choices_ = preferences_.shortcuts;
    keymap_ = Keymap(keymap_choices_);
  }
  if (!begun_) desk_->begin(desk_work(source), session_path_, session_title_);
  begun_ = true;
  follow_files(source);
  Frame frame{experiment_,
              view_,
              preferences_,
              keymap_,
              hovered_,
              hover_,
              snapshot,
              source,
              tasks,
              probes_,
              painter_,
              requests_,
              history_,
              element_to_explain(snapshot.get()),
              notice_,
              news_,
              kernel_name() + " kernel",
              desk_->status(),
              opening_.sources(),
              opening_.banners(),
              &tutor_};
  const bool asks = desk_->status().question.kind != Question::Kind::None;
  if (overlays_.shown == Overlay::None && !asks) read_shortcuts(frame);
  const Rect window{0, 0, size.x, size.y};
  {
    const MainWindow main(size.x, size.y);
    draw_all(frame, window);
  }
  draw_overlays(overlays_, frame, window);
  draw_question(frame, window);
  opening_.answer(frame);
  if (hover_.element) last_element_ = hover_.element;
  if (hover_.copy.empty()) hover_.copy = ui::hovered_copy();

  SessionRequests session = requests_.session;
  carry_out_requests(frame);
  plot_files_.step(theme());
  if (std::optional<std::string> path = opening_.take_session()) session.open = std::move(*path);
  carry_out_session(session, source);
  history_.observe(experiment_, ui::interacting());
  submit();
}

void Workbench::follow_tensor(const Snapshot* snapshot) {
  if (!snapshot || !snapshot->prepared) return;
  const Tensor& tensor = snapshot->tensor();
  const SourceSpec& source = snapshot->experiment.source;
  // A session's view belongs to its own tensor, not to the one that is still on screen.
  const bool saved_view = view_is_for_ && *view_is_for_ == experiment_.source;
  if (saved_view && source != experiment_.source) return;
  view_is_for_.reset();
  std::string key = tensor.name + to_text(tensor.shape);
  if (key != shown_key_ || source.path != shown_place_ || saved_view) {
    const bool other = key != shown_key_;
    shown_key_ = std::move(key);
    shown_place_ = source.path;
    last_element_.reset();
    // The same tensor of another file is looked at as this one was.
    if (!saved_view && !opening_.restore_view(*snapshot, shown_key_) && other) look_at_all_of(view_, tensor);
  }
  opening_.remember_view(*snapshot, shown_key_);
}

// Pinned, hovered, last hovered; before any of that some element (the middle one is 0 in many a tensor).
std::optional<std::uint64_t> Workbench::element_to_explain(const Snapshot* snapshot) const {
  if (!snapshot || !snapshot->prepared || snapshot->tensor().count() == 0) return std::nullopt;
  const std::uint64_t count = snapshot->tensor().count();
  for (const auto& element : {view_.selected, hovered_.element, last_element_})
    if (element && *element < count) return element;
  return count * 3 / 8;
}

void Workbench::carry_out_requests(const Frame& frame) {
  Requests asked = std::exchange(requests_, {});
  if (asked.show != Overlay::None) show_overlay(overlays_, asked.show);
  if (asked.reload) lanes_.reload();
  if (asked.cancel_loading) cancel_loading();
  if (asked.fit) {
    view_.viewport.fit = true;
    view_.histogram_range.fit = true;
    view_.curve_range.fit = true;
  }
  if (asked.undo && history_.can_undo()) experiment_ = history_.undo();
  if (asked.redo && history_.can_redo()) experiment_ = history_.redo();
  carry_out_plots(asked, frame);
  opening_.carry_out(asked);
  if (std::optional<BrowseRequest> request = opening_.take_browse())
    show_browser(overlays_, std::move(*request), opening_.start_folder());
  if (std::optional<std::string> notice = opening_.take_notice()) notify(std::move(*notice));
  if (!asked.notice.empty()) notify(asked.notice);
  wishes_.quit |= asked.quit && may_close();
  wishes_.full_screen ^= asked.full_screen;
  if (std::optional<Tutor::State> state = tutor_.take_state(view_))
    set_state(std::move(state->experiment), std::move(state->view));
  if (const std::optional<ViewState> view = tutor_.take_layout(view_)) view_ = *view;
}

void Workbench::set_state(Experiment experiment, ViewState view) {
  experiment_ = std::move(experiment);
  view_ = std::move(view);
  view_is_for_ = experiment_.source;
  requests_.session.leave_start_page = true;
}

void Workbench::carry_out_plots(Requests& asked, const Frame& frame) {
  if (asked.plot) asked.browse = plot_files_.ask(*asked.plot, frame);
  if (!asked.save_as.empty()) plot_files_.save(asked.save_as);
  if (asked.cancel_jobs) jobs_.cancel();
  if (asked.describe) copy(describe(frame), "Copied the description of this view.");
  if (!asked.clipboard.empty()) copy(asked.clipboard, "Copied: " + shown_copy(asked.clipboard));
}

void Workbench::copy(std::string text, std::string notice) {
  if (text.size() > kMostCopied) {
    news_ = too_much_to_copy(text.size(), "save it").message;
    return;
  }
  ImGui::SetClipboardText(text.c_str());
  news_ = std::move(notice);
}

void Workbench::take_done_jobs() {
  for (JobDone& done : jobs_.take_done()) {
    notify(done.notice);
    news_ = done.notice;
    if (!done.clipboard.empty()) copy(std::move(done.clipboard), std::move(done.notice));
  }
}

void Workbench::cancel_loading() {
  lanes_.cancel_loading();
  // What is on screen is what the experiment means again.
  if (const auto snapshot = lanes_.latest()) experiment_.source = snapshot->experiment.source;
  notify("Loading was cancelled.");
}

void Workbench::notify(std::string notice) {
  notice_ = displayed_path(notice);
  notice_source_ = experiment_.source;
}

void Workbench::submit() {
  if (experiment_ == submitted_) return;
  if (experiment_.source != notice_source_) notice_.clear();
  submitted_ = experiment_;
  lanes_.submit(experiment_);
}

void Workbench::start_with(const Start& start) {
  experiment_ = start.session.experiment;
  view_ = start.session.view;
  view_is_for_ = experiment_.source;
  session_path_ = start.session_path;
  opening_.set_sources(start.session.sources);
  session_title_ = start.session.title;
  for (const std::string& notice : start.notices) desk_->say(notice);
  submit();
}

bool Workbench::may_close() { return desk_->may_close(); }

DeskWork Workbench::desk_work(const SourceStatus& source) {
  const std::shared_ptr<const Snapshot> snapshot = lanes_.latest();
  const bool settled = snapshot && snapshot->prepared && !source.loading && !source.error &&
                       snapshot->experiment.source == experiment_.source;
  return {experiment_,
          view_,
          preferences_,
          settled,
          &tutor_.progress(),
          !tutor_.lesson(),
          specs(opening_.sources())};
}

// A file counts as opened once it could be loaded.
void Workbench::follow_files(const SourceStatus& source) {
  if (source.loading || source.error || source.wanted.synthetic) return;
  SourceSpec opened = source.wanted;  // the file, whichever tensor of it
  opened.tensor.clear();
  if (opened == opened_) return;
  opened_ = std::move(opened);
  if (!opened_.path.empty()) desk_->opened(opened_.path, opened_.lenient);
}

void Workbench::carry_out_session(const SessionRequests& asked, const SourceStatus& source) {
  const DeskEffects effects = desk_->frame(asked, desk_work(source));
  wishes_.quit |= effects.closes;
  if (effects.replaced) {
    view_is_for_ = experiment_.source;
    opening_.set_sources(effects.sources);
    history_ = History();
    notice_.clear();
  }
  std::string notices;
  while (const std::optional<std::string> notice = desk_->take_notice())
    notices += (notices.empty() ? "" : "  ·  ") + *notice;
  if (notices.empty()) return;
  notify(notices);
  news_ = notice_;
}

Workbench::Wishes Workbench::take_wishes() {
  Wishes wishes = std::exchange(wishes_, {});
  wishes.pictures = plot_files_.take_wishes();
  const SourceSpec& source = experiment_.source;
  const SessionStatus& session = desk_->status();
  wishes.title = (session.unsaved ? "• " : "") + (session.name.empty() ? "" : session.name + " · ") +
                 (source.synthetic ? "synthetic " + source.synthetic->kind : file_name(source.path)) +
                 " · Bitloupe";
  wishes.title = displayed_path(wishes.title);
  return wishes;
}

}  // namespace bitloupe
