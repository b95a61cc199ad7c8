// OpenSources: the sources that stand as tabs in the source panel, each with what was looked at in it, as a
// plain value: session files save it. Which one is on screen is Experiment::source; this follows it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "app/state.h"
#include "core/source.h"

namespace bitloupe {

// What of the view belongs to one tensor and not to the window.
struct TensorView {
  GridMode grid_mode = GridMode::Values;
  SliceView slice;
  std::uint64_t signal_row = 0;
  Viewport viewport;
  std::optional<std::uint64_t> selected;
  AxisRange histogram_range, curve_range;
  bool operator==(const TensorView&) const = default;
};
TensorView tensor_view(const ViewState& view);
void apply(const TensorView& tensor_view, ViewState& view);

struct OpenSource {
  SourceSpec source;   // with the tensor that was chosen in it
  std::string place;   // the file's absolute path; "synthetic:" for every synthetic source
  std::string tensor;  // what `view` was laid out for: name and shape; empty: nothing was shown yet
  TensorView view;
  std::string tensor_filter;
  bool operator==(const OpenSource&) const = default;
};

// There is at least one tab once follow_source() was called; active < tabs.size() then.
struct OpenSources {
  std::vector<OpenSource> tabs;
  std::size_t active = 0;
  bool operator==(const OpenSources&) const = default;
};

inline const OpenSources kNoSources{};

// Two sources with the same place share a tab. `folder`: what relative paths start from.
std::string place_of(const SourceSpec& source, const std::string& folder);

// A synthetic Gaussian as the program starts with: a blank sheet, which the first file replaces.
bool is_blank(const SourceSpec& source);

std::optional<std::size_t> find_tab(const OpenSources& sources, const std::string& place);

// Makes the tab of `source` the active one; where there is none (it was just opened, or undo came back to
// one that was closed) a new tab right of the active one, or in place of a blank one. The view's filter goes
// with the tab.
void follow_source(OpenSources& sources, const SourceSpec& source, const std::string& folder,
                   ViewState& view);

// A tab at the right end, in the background; nothing where its file has one.
void add_tab(OpenSources& sources, const SourceSpec& source, const std::string& folder);

// Takes the tab away. What is to be shown then: the source of the tab right of it, else left of it; a blank
// one after the last. The view's filter becomes that of the tab.
SourceSpec close_tab(OpenSources& sources, std::size_t tab, ViewState& view);

// The source so many tabs further, round and round.
const SourceSpec& cycled(const OpenSources& sources, int tabs);

// What a tab is called: the file's name without its ending, with it, or with its folder in front, the first
// that no other tab has.
std::string tab_name(const OpenSources& sources, std::size_t tab);

// For sessions: in the order of the tabs.
std::vector<SourceSpec> specs(const OpenSources& sources);

}  // namespace bitloupe
