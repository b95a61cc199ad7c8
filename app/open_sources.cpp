#include "app/open_sources.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "app/browser/path_text.h"
#include "core/io/display_text.h"

namespace bitloupe {

namespace {

constexpr std::string_view kSynthetic = "synthetic:";

SourceSpec blank() { return {"", "", SyntheticSpec{}}; }

std::string name_in(const std::string& place) { return last_name(place); }
std::string tail(const std::string& place) {
  return join_path(last_name(parent_folder(place)), last_name(place));
}
// "model" of "/a/model.npy", "v1.5" of "/a/v1.5.npy"
std::string stem(const std::string& place) {
  const std::string name = last_name(place);
  const std::size_t dot = name.rfind('.');
  return dot == std::string::npos || dot == 0 ? name : name.substr(0, dot);
}

OpenSource new_tab(const SourceSpec& source, std::string place) {
  OpenSource tab;
  tab.source = source;
  tab.place = std::move(place);
  return tab;
}

}  // namespace

TensorView tensor_view(const ViewState& view) {
  return {view.grid_mode, view.slice,           view.signal_row, view.viewport,
          view.selected,  view.histogram_range, view.curve_range};
}

void apply(const TensorView& tensor_view, ViewState& view) {
  view.grid_mode = tensor_view.grid_mode;
  view.slice = tensor_view.slice;
  view.signal_row = tensor_view.signal_row;
  view.viewport = tensor_view.viewport;
  view.selected = tensor_view.selected;
  view.histogram_range = tensor_view.histogram_range;
  view.curve_range = tensor_view.curve_range;
}

std::string place_of(const SourceSpec& source, const std::string& folder) {
  return source.synthetic ? std::string(kSynthetic) : plain_path(folder, source.path);
}

bool is_blank(const SourceSpec& source) { return source == blank(); }

std::optional<std::size_t> find_tab(const OpenSources& sources, const std::string& place) {
  const auto found = std::find_if(sources.tabs.begin(), sources.tabs.end(),
                                  [&](const OpenSource& tab) { return tab.place == place; });
  if (found == sources.tabs.end()) return std::nullopt;
  return static_cast<std::size_t>(found - sources.tabs.begin());
}

void follow_source(OpenSources& sources, const SourceSpec& source, const std::string& folder,
                   ViewState& view) {
  std::vector<OpenSource>& tabs = sources.tabs;
  if (sources.active < tabs.size()) tabs[sources.active].tensor_filter = view.tensor_filter;
  if (sources.active < tabs.size() && tabs[sources.active].source == source) return;
  std::string place = place_of(source, folder);
  if (sources.active < tabs.size() && tabs[sources.active].place == place) {
    tabs[sources.active].source = source;
    return;
  }
  if (const std::optional<std::size_t> tab = find_tab(sources, place)) {
    sources.active = *tab;
  } else if (sources.active < tabs.size() && is_blank(tabs[sources.active].source)) {
    tabs[sources.active] = new_tab(source, std::move(place));
  } else {
    sources.active = std::min(sources.active + 1, tabs.size());
    tabs.insert(tabs.begin() + static_cast<std::ptrdiff_t>(sources.active),
                new_tab(source, std::move(place)));
  }
  tabs[sources.active].source = source;
  view.tensor_filter = tabs[sources.active].tensor_filter;
}

void add_tab(OpenSources& sources, const SourceSpec& source, const std::string& folder) {
  std::string place = place_of(source, folder);
  if (!find_tab(sources, place)) sources.tabs.push_back(new_tab(source, std::move(place)));
}

SourceSpec close_tab(OpenSources& sources, std::size_t tab, ViewState& view) {
  std::vector<OpenSource>& tabs = sources.tabs;
  if (sources.active < tabs.size()) tabs[sources.active].tensor_filter = view.tensor_filter;
  if (tab < tabs.size()) {
    tabs.erase(tabs.begin() + static_cast<std::ptrdiff_t>(tab));
    if (sources.active > 0 && (sources.active > tab || sources.active == tabs.size())) --sources.active;
  }
  view.tensor_filter = tabs.empty() ? "" : tabs[sources.active].tensor_filter;
  return tabs.empty() ? blank() : tabs[sources.active].source;
}

const SourceSpec& cycled(const OpenSources& sources, int tabs) {
  const auto count = static_cast<std::ptrdiff_t>(sources.tabs.size());
  const std::ptrdiff_t next = (static_cast<std::ptrdiff_t>(sources.active) + tabs) % count;
  return sources.tabs[static_cast<std::size_t>((next + count) % count)].source;
}

std::string tab_name(const OpenSources& sources, std::size_t tab) {
  const OpenSource& own = sources.tabs[tab];
  if (own.source.synthetic) return own.source.synthetic->kind;
  // Of what a tab may be called, the shortest that no other one has.
  const auto alone = [&](std::string (*name)(const std::string&)) {
    return std::none_of(sources.tabs.begin(), sources.tabs.end(), [&](const OpenSource& other) {
      return &other != &own && !other.source.synthetic && name(other.place) == name(own.place);
    });
  };
  return displayed_path(alone(stem)      ? stem(own.place)
                        : alone(name_in) ? name_in(own.place)
                                         : tail(own.place));
}

std::vector<SourceSpec> specs(const OpenSources& sources) {
  std::vector<SourceSpec> all;
  std::transform(sources.tabs.begin(), sources.tabs.end(), std::back_inserter(all),
                 [](const OpenSource& tab) { return tab.source; });
  return all;
}

}  // namespace bitloupe
