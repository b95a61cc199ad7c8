#include "app/figures/subject.h"

#include "app/plot/viewport.h"
#include "core/io/display_text.h"
#include "core/quant/spec_text.h"

namespace bitloupe {

std::vector<std::string> header_notes(const PlotSubject& subject, const std::string& hint, bool sampled) {
  const std::string& text = subject.live ? hint : subject.caption;
  if (sampled && subject.live) return {" · ~ from a sample", " ~"};
  const std::string about = sampled ? " · ~ from a sample · " : " · ";
  std::vector<std::string> notes;
  if (!text.empty()) notes.push_back(about + text);
  if (!subject.live) notes.push_back(about + text.substr(0, text.find(" · ")));  // the tensor alone
  if (sampled) notes.insert(notes.end(), {" · ~ from a sample", " ~"});
  return notes;
}

std::string caption_of(const Snapshot& snapshot) {
  const Tensor& tensor = snapshot.tensor();
  return displayed(tensor.name) + " " + to_text(tensor.shape) + " · " + describe(snapshot.spec);
}

void look_at_all_of(ViewState& view, const Tensor& tensor) {
  view.slice = longest_axes(tensor.shape);
  view.signal_row = 0;
  view.viewport.fit = true;
  view.histogram_range.fit = true;
  view.curve_range.fit = true;
  view.selected.reset();
  if (tensor.shape.size() < 2)
    view.grid_mode = GridMode::Signal;
  else if (view.grid_mode == GridMode::Signal)
    view.grid_mode = GridMode::Values;
}

}  // namespace bitloupe
