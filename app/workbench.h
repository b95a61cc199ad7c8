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
#include "app/lessons/tutor.h"
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

  // What a lesson or a session sets, as one step of undo: the view stays as it is when its tensor arrives.
  void set_state(Experiment experiment, ViewState view);
  void open(const std::string& source_text);         // a path, PATH::TENSOR or synthetic:...
  void drop(const std::vector<std::string>& paths);  // files dropped on the window

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
  Tutor& tutor() { return tutor_; }
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
  Tutor tutor_;
  GridPainter& painter_;
  Requests requests_;
  Wishes wishes_;
  Overlays overlays_;
  void notify(std::string notice);             // shown until the source changes
  std::string notice_;                         // one line about the last drop or open
  SourceSpec notice_source_;                   // what the notice is about
  std::string shown_key_;                      // the tensor that the view was last laid out for
  std::optional<SourceSpec> looked_at_;        // the source that the view was made for by set_state
  std::optional<std::uint64_t> last_element_;  // last hovered
};

}  // namespace bitloupe
