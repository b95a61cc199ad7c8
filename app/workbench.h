// Workbench: the whole window's content without a window: state, lanes, probes, panels and views drawn into
// the current Dear ImGui context. The window, `render` and the tests drive the same object.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/frame.h"
#include "app/keymap.h"
#include "app/lanes.h"
#include "app/opening.h"
#include "app/overlays.h"
#include "app/plot/grid_painter.h"
#include "app/probes.h"
#include "app/state.h"

namespace bitloupe {

class Workbench {
 public:
  Workbench(Experiment experiment, GridPainter& painter, std::function<void()> wake);

  // Draws one frame between ImGui::NewFrame and ImGui::Render (the caller does both), then carries out its
  // requests.
  void frame();

  // A path, PATH::TENSOR or synthetic:...; beside what is open. Shown in one of the next frames.
  void open(const std::string& source_text) { opening_.open(source_text); }
  // Files dropped on the window; looked into one after the other.
  void drop(const std::vector<std::string>& paths) { opening_.drop(paths); }
  // The window came to the front: what is shown may have changed on disk.
  void came_to_front() { opening_.look_at_file(); }
  // All at once, as a session has it: `sources` become the tabs, `view` holds once the tensor is there.
  void restore(Experiment experiment, ViewState view, const std::vector<SourceSpec>& sources);

  // What the owner of the window has to do; cleared by reading.
  struct Wishes {
    bool quit = false, full_screen = false;
    std::string title;
  };
  Wishes take_wishes();

  Experiment& experiment() { return experiment_; }
  ViewState& view() { return view_; }
  Preferences& preferences() { return preferences_; }
  Lanes& lanes() { return lanes_; }
  const std::string& notice() const { return notice_; }
  Requests& requests() { return requests_; }  // what is asked here is asked in the next frame
  const OpenSources& sources() const { return opening_.sources(); }  // for sessions: specs() of it
  const Workers& workers() const { return workers_; }
  std::shared_ptr<const Snapshot> snapshot() const { return lanes_.latest(); }

 private:
  void follow_tensor(const Snapshot* snapshot);
  std::optional<std::uint64_t> element_to_explain(const Snapshot* snapshot) const;
  void carry_out_requests();
  void cancel_loading();
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
  GridPainter& painter_;
  Requests requests_;
  Wishes wishes_;
  Workers workers_;  // before those that it works for
  Opening opening_;
  Overlays overlays_;
  void notify(std::string notice);             // shown until the source changes
  std::string notice_;                         // one line about the last drop or open
  SourceSpec notice_source_;                   // what the notice is about
  std::string shown_key_;                      // name and shape of the tensor that the view is laid out for
  std::string shown_place_;                    // and where it came from: path, or empty
  std::optional<ViewState> given_view_;        // by restore(), until its tensor is there
  std::optional<std::uint64_t> last_element_;  // last hovered
};

}  // namespace bitloupe
