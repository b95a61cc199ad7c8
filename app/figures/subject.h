// What a plot is made of: a result, how it is looked at, and the probes to ask. It knows neither window nor
// pointer; views make one from their frame, and files from values that are kept.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/probes.h"
#include "app/state.h"
#include "app/ui/theme.h"

namespace bitloupe {

struct PlotSubject {
  std::shared_ptr<const Snapshot> snapshot;  // with scales, of a tensor with values
  const QuantSpec& quant;                    // what is asked for, which may be newer than the snapshot
  const ViewState& view;
  const Hover& hovered;
  std::optional<std::uint64_t> element;  // whose scale group's own curve is shown
  Probes& probes;
  std::string slot;     // before the names of the probes' slots: one a place that draws
  bool live = true;     // on the screen, with what can be clicked; else in a file
  std::string caption;  // in a file, where the screen has hints: of what it is
};

// The same as values, for what outlives a frame.
struct KeptSubject {
  std::shared_ptr<const Snapshot> snapshot;
  QuantSpec quant;
  ViewState view;
  std::optional<std::uint64_t> element;
};

// A switch of a plot: a series that is shown, or an axis that is logarithmic.
struct PlotToggle {
  std::string_view key, label, help;  // "histogram.series.original" in the registry
  bool ViewState::*on;
  Color Palette::*color = nullptr;             // of a series; null: an axis
  bool (*offered)(const Snapshot&) = nullptr;  // null: always
};

// What a header says beside the scale: `hint` on the screen, the caption in a file, and where the plot is one
// of a sample, that. The first is for wide rows.
std::vector<std::string> header_notes(const PlotSubject& subject, const std::string& hint, bool sampled);

// "NAME [shape] · INT4 symmetric per tensor, min-max".
std::string caption_of(const Snapshot& snapshot);

// The largest part of the tensor that the view shows: longest axes, everything fitted, a signal where there
// is one axis only.
void look_at_all_of(ViewState& view, const Tensor& tensor);

}  // namespace bitloupe
