#include "app/workbench.h"

#include <algorithm>
#include <utility>

#include "app/copy_line.h"
#include "app/describe.h"
#include "app/main_window.h"
#include "app/session/question_card.h"
#include "app/session/session_file.h"
#include "app/shortcuts.h"
#include "app/ui/compat.h"
#include "app/ui/registry.h"
#include "app/ui/widgets.h"
#include "core/io/display_text.h"
#include "core/simd.h"

namespace bitloupe {
namespace {

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
      comparison_(jobs_),
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
  const bool asks = desk_->status().question.kind != Question::Kind::None;
  if (overlays_.shown == Overlay::None && !asks && !ui::interacting()) show_finished_comparison();
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
              &tutor_,
              comparison_.of(experiment_.source)};
  if (overlays_.shown == Overlay::None && !asks) read_shortcuts(frame);
  const Rect window{0, 0, size.x, size.y};
  draw_main_window(frame, window);
  draw_overlays(overlays_, frame, window);
  draw_question(frame, window);
  opening_.answer(frame);
  if (hover_.element && !hover_.in_inspector) last_element_ = hover_.element;
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
    if (!saved_view) experiment_.quant = stored_spec_.for_tensor(tensor, experiment_.quant);
    // The same tensor of another file is looked at as this one was.
    if (!saved_view && !opening_.restore_view(*snapshot, shown_key_) && other) look_at_all_of(view_, tensor);
  }
  opening_.remember_view(*snapshot, shown_key_);
}

// Pinned, hovered, last hovered; before any of that some element (the middle one is 0 in many a tensor).
std::optional<std::uint64_t> Workbench::element_to_explain(const Snapshot* snapshot) const {
  if (!snapshot || !snapshot->prepared || snapshot->tensor().count() == 0) return std::nullopt;
  const std::uint64_t count = snapshot->tensor().count();
  const auto hovered = hovered_.in_inspector ? std::nullopt : hovered_.element;
  for (const auto& element : {view_.selected, hovered, last_element_})
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
  if (asked.compare) comparison_.start(experiment_.source, frame.source.tensor, *asked.compare);
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
  if (!asked.clipboard.empty())
    copy(asked.clipboard, asked.copied.empty() ? "Copied: " + shown_copy(asked.clipboard) : asked.copied);
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

void Workbench::show_finished_comparison() {
  if (comparison_.take_finished() && comparison_.of(experiment_.source))
    show_overlay(overlays_, Overlay::Comparison);
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
  resume_lesson(start.session.lesson);
  session_title_ = start.session.title;
  for (const std::string& notice : start.notices) desk_->say(notice);
  submit();
}

void Workbench::resume_lesson(const OpenLesson& lesson) {
  ViewState own = view_;
  apply(desk_->settings().panels, own);
  tutor_.resume(lesson.key, lesson.step, own);
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
    resume_lesson(effects.lesson);
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
