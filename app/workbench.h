// Workbench: the whole window's content without a window: state, lanes, probes, panels and views drawn into
// the current Dear ImGui context. The window, `render` and the tests drive the same object.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/file_comparison.h"
#include "app/frame.h"
#include "app/jobs.h"
#include "app/keymap.h"
#include "app/lanes.h"
#include "app/lessons/tutor.h"
#include "app/opening.h"
#include "app/overlays.h"
#include "app/plot/grid_painter.h"
#include "app/plot_files.h"
#include "app/probes.h"
#include "app/session/desk.h"
#include "app/session/start.h"
#include "app/state.h"
#include "app/stored_spec.h"

namespace bitloupe {

class Workbench {
 public:
  // Without a desk nothing is read or written beside the source.
  Workbench(Experiment experiment, GridPainter& painter, std::function<void()> wake,
            std::unique_ptr<Desk> desk = nullptr);

  // Before the first frame: shows this session, which came from that file.
  void start_with(const Start& start);

  // Draws one frame between ImGui::NewFrame and ImGui::Render (the caller does both), then carries out its
  // requests.
  void frame();

  // What a lesson's step sets, as one step of undo.
  void set_state(Experiment experiment, ViewState view);
  // A path, PATH::TENSOR or synthetic:...; beside what is open. Shown in one of the next frames.
  void open(const std::string& source_text) { opening_.open(source_text); }
  // Files dropped on the window; looked into one after the other.
  void drop(const std::vector<std::string>& paths) { opening_.drop(paths); }
  // The window came to the front: what is shown may have changed on disk.
  void came_to_front() { opening_.look_at_file(); }

  // What the owner of the window has to do; cleared by reading.
  struct Wishes {
    bool quit = false, full_screen = false;
    std::string title;
    std::vector<PictureWish> pictures;  // each to be drawn and handed to plot_files().finish()
  };
  Wishes take_wishes();

  // The window is asked to close. False: a question has to be answered first, and quits when it is.
  bool may_close();

  Experiment& experiment() { return experiment_; }
  ViewState& view() { return view_; }
  Preferences& preferences() { return preferences_; }
  Lanes& lanes() { return lanes_; }
  Tutor& tutor() { return tutor_; }
  Jobs& jobs() { return jobs_; }
  PlotFiles& plot_files() { return plot_files_; }
  Desk& desk() { return *desk_; }
  const OpenSources& sources() const { return opening_.sources(); }
  const Workers& workers() const { return workers_; }
  const std::string& notice() const { return notice_; }
  const Hover& hovered() const { return hover_; }  // of the last frame
  Requests& requests() { return requests_; }       // what is asked here is asked in the next frame
  // As if a panel had asked for it in the next frame.
  void request(const SessionRequests& asked) { requests_.session = asked; }
  std::shared_ptr<const Snapshot> snapshot() const { return lanes_.latest(); }

 private:
  void follow_tensor(const Snapshot* snapshot);
  std::optional<std::uint64_t> element_to_explain(const Snapshot* snapshot) const;
  void carry_out_requests(const Frame& frame);
  void carry_out_plots(Requests& asked, const Frame& frame);
  void copy(std::string text, std::string notice);
  void take_done_jobs();
  void show_finished_comparison();
  void cancel_loading();
  void follow_files(const SourceStatus& source);
  void carry_out_session(const SessionRequests& asked, const SourceStatus& source);
  void resume_lesson(const OpenLesson& lesson);
  DeskWork desk_work(const SourceStatus& source);
  void submit();

  Experiment experiment_, submitted_;
  ViewState view_;
  Preferences preferences_;
  Keymap keymap_;
  Keymap::Choices keymap_choices_;  // that keymap_ was made from
  History history_;
  Hover hover_, hovered_;
  Lanes lanes_;
  Probes probes_;
  Tutor tutor_;
  GridPainter& painter_;
  Jobs jobs_;
  PlotFiles plot_files_;
  FileComparison comparison_;
  Requests requests_;
  Wishes wishes_;
  Workers workers_;  // before those that it works for
  Opening opening_;
  Overlays overlays_;
  void notify(std::string notice);  // shown until the source changes
  std::string notice_;              // one line about the last drop or open
  SourceSpec notice_source_;        // what the notice is about
  std::string news_;                // Frame::news
  std::string shown_key_;           // name and shape of the tensor that the view is laid out for
  std::string shown_place_;         // and its path
  StoredSpec stored_spec_;
  std::optional<std::uint64_t> last_element_;  // last hovered
  std::unique_ptr<Desk> desk_;
  bool begun_ = false;                        // the desk knows what the program started with
  std::string session_path_, session_title_;  // that it started with
  SourceSpec opened_;                         // the file that was noted as opened
  std::optional<SourceSpec> view_is_for_;     // the view was made for this source, and waits for its tensor
};

}  // namespace bitloupe
