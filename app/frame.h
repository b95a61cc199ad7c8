// Frame: all that a panel or a view may see and touch while it draws one frame. Panels edit experiment and
// view in place; larger wishes go into `requests`.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/banner.h"
#include "app/browser/browse_request.h"
#include "app/open_sources.h"
#include "app/plot/grid_painter.h"
#include "app/preferences.h"
#include "app/probes.h"
#include "app/session/status.h"
#include "app/state.h"
#include "app/status.h"
#include "app/ui/theme.h"

namespace bitloupe {

class Keymap;
class Tutor;
struct ComparedFiles;

// What lies over the window for a moment.
enum class Overlay { None, Browser, Keys, Palette, Lessons, Comparison };

// What is made of a plot, by its key in the table of plots (figures/plots.h).
enum class PlotUse { Png, Svg, Csv, Copy };
struct PlotRequest {
  std::string plot;
  PlotUse use = PlotUse::Png;
  float factor = 1;             // pixels of a PNG a pixel of the screen
  float width = 0, height = 0;  // of the plot on the screen, logical pixels
};

// How to go on while the desktop's file dialog is open.
enum class LeaveDialog { No, Cancel, ForOwn };

// Things that the program does after the frame.
struct Requests {
  bool undo = false, redo = false, quit = false, reload = false, cancel_loading = false, fit = false;
  Overlay show = Overlay::None;
  std::vector<SourceSpec> sources;      // to open: the first is shown, the others are tabs
  std::optional<BrowseRequest> browse;  // a file to ask for
  std::optional<std::size_t> select_tab, close_tab;
  int cycle_tabs = 0;
  bool keep_changed = false;  // the file that changed on disk: say no more of it
  bool cancel_drop = false;
  LeaveDialog leave_dialog = LeaveDialog::No;
  bool full_screen = false;  // the other way round than now
  std::string clipboard;     // text to copy
  std::string copied;        // what is said of it; empty: the text itself
  std::optional<PlotRequest> plot;
  std::string save_as;  // the path that was entered for what was to be saved
  bool cancel_jobs = false;
  bool choose_plot = false;           // show the list of plots to save
  bool describe = false;              // copy the view as text
  std::string notice;                 // one line to show
  std::optional<SourceSpec> compare;  // a file to compare the open one with
  SessionRequests session;
};

struct Frame {
  Experiment& experiment;
  ViewState& view;
  Preferences& preferences;
  const Keymap& keymap;
  const Hover& hovered;                      // of the last frame
  Hover& hover;                              // of this frame
  std::shared_ptr<const Snapshot> snapshot;  // null before the first
  const SourceStatus& source;
  const std::vector<LaneTask>& tasks;
  Probes& probes;
  GridPainter& painter;
  Requests& requests;
  const History& history;
  std::optional<std::uint64_t> element;  // what the inspector explains: pinned, hovered, or last hovered
  std::string notice;                    // one line about the last drop or open, empty for none
  std::string news;    // what was just saved or copied: before anything else, until the pointer moves
  std::string kernel;  // implementation in use, for the status bar
  const SessionStatus& session = kNoSession;
  const OpenSources& sources = kNoSources;  // the tabs
  std::span<const Banner> banners = {};
  Tutor* tutor = nullptr;                                // null where a view is drawn alone
  std::shared_ptr<const ComparedFiles> comparison = {};  // the last one of the open file; null: none
};

}  // namespace bitloupe
