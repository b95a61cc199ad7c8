// What the window holds between frames, as plain values: the experiment (undo, session), how it is looked at,
// and what the pointer is over. Nothing here computes or draws.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/experiment.h"
#include "core/probe.h"

namespace bitloupe {

enum class GridMode { Values, Codes, Signal };

// The visible part of a slice, in cells; fractions are allowed. `fit` follows the slice's size.
struct Viewport {
  bool fit = true;
  double row = 0, column = 0;    // first visible cell
  double rows = 1, columns = 1;  // visible cells
  bool operator==(const Viewport&) const = default;
};

// The visible range of a plot; `fit` follows the data.
struct AxisRange {
  bool fit = true;
  double lo = 0, hi = 1;
  bool operator==(const AxisRange&) const = default;
};

// How it is looked at; never recomputes anything, is saved with a session and not undone.
struct ViewState {
  std::string workspace = "explore";
  GridMode grid_mode = GridMode::Values;
  SliceView slice;
  std::uint64_t signal_row = 0;  // the row of the slice that is shown as a signal
  Viewport viewport;
  std::optional<std::uint64_t> selected;  // pinned element
  AxisRange histogram_range;
  bool log_count = true;
  bool show_original = true, show_dequantized = true;  // histogram series
  bool flip = false;                                   // Space: original pane shows the dequantized values
  std::string tensor_filter;
  bool panels_hidden = false;
  float left_width = 305, right_width = 284;  // in units of the theme's scale
  float lesson_width = 310;                   // of the open lesson's column, likewise
  bool lesson_folded = false;                 // only a strip of it is shown
  // Shares of the workspace's height below the readouts; the grids take the rest.
  float histogram_share = 0.31f, curve_share = 0.29f;
  bool curve_folded = false;  // only its title is shown
  AxisRange curve_range;      // in units of the curve's largest threshold
  bool curve_log = true, curve_log_threshold = true;
  bool show_total = true, show_rounding = true, show_clipping = true;  // curve series
  bool show_group = true;  // under a finer granularity: the own curve of the group that is looked at
  // The conventions of the quantizer panel, as the hand left them; empty: open where they say something.
  std::optional<bool> conventions_open;
  bool block_folded = false;  // of the inspector: the block microscope's title only
  bool operator==(const ViewState&) const = default;
};

// What is under the pointer: set by the view that owns the pointer in this frame, read by all in the next.
struct Hover {
  std::optional<std::uint64_t> element;
  std::optional<std::uint64_t> group;
  std::optional<float> level;  // a dequantized value
  // What is under the pointer is the inspector's own: it goes on explaining what it explains.
  bool in_inspector = false;
  std::string hint;  // for the status bar
  // What Ctrl+C copies: names and values by turns with tabs between, one line for a spreadsheet.
  std::string copy;
};

// Undo and redo: every edit found between two frames is a step, all edits of one drag together are one.
class History {
 public:
  // Called once a frame; `interacting` while a control is held.
  void observe(const Experiment& experiment, bool interacting);
  bool can_undo() const { return position_ > 0; }
  bool can_redo() const { return position_ + 1 < steps_.size(); }
  const Experiment& undo();  // the experiment before; can_undo() must hold
  const Experiment& redo();

 private:
  static constexpr std::size_t kMost = 1000;
  std::vector<Experiment> steps_;
  std::size_t position_ = 0;
  bool growing_ = false;  // the newest step belongs to a drag that goes on
};

}  // namespace bitloupe
