#include <algorithm>
#include <string>
#include <vector>

#include "app/file_comparison.h"
#include "app/keymap.h"
#include "app/open_anyway.h"
#include "app/panels/panels.h"
#include "app/panels/synthetic_rows.h"
#include "app/plot/imgui_canvas.h"
#include "app/tensor_list.h"
#include "app/ui/guards.h"
#include "app/ui/registry.h"
#include "app/ui/text.h"
#include "app/ui/widgets.h"

namespace bitloupe {
namespace {

std::string compact(const Shape& shape) {
  std::string text = to_text(shape);
  std::erase(text, ' ');
  return text;
}

// A tensor that was just chosen elsewhere (command line, undo) is scrolled into view once.
void show_selected(const Frame& frame, const std::vector<const TensorEntry*>& entries) {
  const auto chosen = std::find_if(entries.begin(), entries.end(), [&](const TensorEntry* entry) {
    return entry->name == frame.source.tensor;
  });
  if (chosen == entries.end()) return;
  ImGuiStorage& storage = *ImGui::GetStateStorage();
  const ImGuiID shown = ImGui::GetID("shown"), now = ImGui::GetID(frame.source.tensor.c_str());
  if (static_cast<ImGuiID>(storage.GetInt(shown)) == now) return;
  storage.SetInt(shown, static_cast<int>(now));
  const float row = ui::list_row_height(), room = ImGui::GetWindowHeight();
  const float top = row * static_cast<float>(chosen - entries.begin());
  if (top < ImGui::GetScrollY() || top + row > ImGui::GetScrollY() + room)
    ImGui::SetScrollY(std::max(top - (room - row) / 2, 0.0f));
}

// Does a row have room for both?
bool fits_row(std::string_view name, std::string_view detail) {
  const Theme& look = theme();
  const ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  const float width = canvas.measure(name, {TextFace::Sans, look.px(kBodySize), 0}).x +
                      canvas.measure(detail, {TextFace::Mono, look.px(kMonoSmallSize), 0}).x;
  return width + look.px(16) <= ImGui::GetContentRegionAvail().x;
}

// Between `first` and `last` of the list.
void tensor_row(Frame& frame, const TensorEntry& entry, std::string_view first, std::string_view last) {
  const bool selected = frame.source.tensor == entry.name;
  const std::string help = entry.error ? "Cannot be loaded: " + entry.error->message
                                       : entry.name + ": " + entry.dtype_name + " " + to_text(entry.shape) +
                                             ", " + ui::bytes(entry.bytes);
  const std::string shape = entry.described ? compact(entry.shape) : "missing";
  const std::string name =
      fits_row(entry.name, shape) ? entry.name : without_shared_ends(entry.name, first, last);
  if (ui::list_row("source.tensor." + entry.name, name, shape, selected, !entry.error, help))
    frame.experiment.source.tensor = entry.name;
}

// Only the visible rows are made: a checkpoint holds thousands of tensors.
void tensor_list(Frame& frame, const TensorFile& file, Rect area) {
  const Theme& look = theme();
  // A little wider than the panel's column: the selected row's face stands out to both sides.
  const float out = look.px(7);
  const ui::ScopedChild child("tensors", {area.x - out, area.y, area.width + 2 * out, area.height},
                              look.palette.panel, {out, 0});
  const std::vector<const TensorEntry*> entries = listed_tensors(file, frame.view.tensor_filter);
  if (entries.empty())
    ui::paragraph(file.tensors.empty() ? "This file holds no tensors." : "No tensor has this in its name.",
                  look.palette.text_dim);
  show_selected(frame, entries);
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(entries.size()));
  while (clipper.Step())
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i)
      tensor_row(frame, *entries[static_cast<std::size_t>(i)], entries.front()->name, entries.back()->name);
}

void synthetic_list(SyntheticSpec& spec, Rect area) {
  const ui::ScopedChild child("synthetic", area, theme().palette.panel, {0, 0});
  draw_synthetic_rows(spec);
}

Rect remaining(float keep_below) {
  const ImVec2 from = ImGui::GetCursorScreenPos(), room = ImGui::GetContentRegionAvail();
  return {from.x, from.y, room.x, std::max(room.y - keep_below, theme().px(24))};
}

// The synthetic tab's, if there is one.
SourceSpec synthetic_source(const OpenSources& sources) {
  for (const OpenSource& tab : sources.tabs)
    if (tab.source.synthetic) return tab.source;
  return {"", "", SyntheticSpec{}};
}

void links(Frame& frame) {
  if (ui::link("source.open", "Open file…",
               frame.keymap.with_keys("Open a file of tensors; or drop one on the window.", "file.open")))
    frame.requests.browse = open_source_request();
  if (frame.experiment.source.synthetic) return;
  ImGui::SameLine(0, theme().px(24));
  if (ui::link("source.synthetic", "Synthetic…",
               "Draw the values from a known distribution instead of a file."))
    frame.experiment.source = synthetic_source(frame.sources);
  if (!can_compare(frame)) return;
  const Action& compare = *find_action("file.compare");
  if (ui::link("source.compare", compare.label, frame.keymap.with_keys(compare.help, compare.key)))
    compare.run(frame);
  if (!frame.comparison) return;
  ImGui::SameLine(0, theme().px(16));
  if (ui::link("source.comparison", "Show", "Shows the table of the last comparison of this file again."))
    frame.requests.show = Overlay::Comparison;
}

struct Fact {
  const char* name;
  std::string help, value;
};

// What the readers accepted but found odd, of the file and of the tensor: one sentence a line.
std::vector<std::string> warnings_of(const Frame& frame) {
  std::vector<std::string> warnings = frame.snapshot->tensor().warnings;
  if (frame.source.file)
    warnings.insert(warnings.end(), frame.source.file->warnings.begin(), frame.source.file->warnings.end());
  return warnings;
}

std::vector<Fact> facts_of(const Frame& frame) {
  const Tensor& tensor = frame.snapshot->tensor();
  const Statistics& s = frame.snapshot->prepared->statistics;
  const auto extreme = [&](float value) {
    return s.has_finite() ? ui::number(static_cast<double>(value)) : "none";
  };
  const auto moment = [&](double value) { return s.has_finite() ? ui::number(value) : "none"; };
  std::vector<Fact> facts = {
      {"min", "The smallest finite value.", extreme(s.min)},
      {"max", "The largest finite value.", extreme(s.max)},
      {"mean", "The mean of the finite values.", moment(s.mean)},
      {"std", "The standard deviation of the finite values (divisor n).", moment(s.std)},
      {"zeros", "How many values are exactly 0.", ui::count(s.zero)},
      {"NaN / inf", "How many values are not a number, and how many are infinite.",
       ui::count(s.nan) + " / " + ui::count(s.inf)},
  };
  if (tensor.rounded_to_f32 > 0)
    facts.push_back({"rounded",
                     "Stored values that float32 cannot hold exactly; they were rounded to it once.",
                     ui::count(tensor.rounded_to_f32)});
  if (!tensor.resident())
    facts.push_back({"read",
                     "The values would fill more than a quarter of the memory: they are read chunk by chunk "
                     "whenever they "
                     "are needed.",
                     "in chunks"});
  const std::vector<std::string> warnings = warnings_of(frame);
  std::string sentences;
  for (const std::string& warning : warnings) sentences += (sentences.empty() ? "" : "\n") + warning;
  if (!warnings.empty()) facts.push_back({"warnings", sentences, ui::count(warnings.size())});
  return facts;
}

constexpr float kLinkLine = 24, kFactLine = 19, kAllFactsFrom = 320;

// Lines of facts that a panel of this height has room for; the tooltip has them all.
int fact_lines(const Frame& frame, float height) {
  if (height < theme().px(kAllFactsFrom)) return 1;
  const bool shown = frame.snapshot && frame.snapshot->prepared;
  return shown ? static_cast<int>(facts_of(frame).size() + 1) / 2 : 3;
}

std::string all_facts(const std::vector<Fact>& facts) {
  std::string text;
  for (const Fact& fact : facts)
    text += (text.empty() ? "" : "\n") + std::string(fact.name) + "  " + fact.value;
  return text;
}

// Two facts a line, name left and number right.
void statistics(const Frame& frame, int lines) {
  const Theme& look = theme();
  const Rect area = remaining(0);
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  const TextStyle name{TextFace::Sans, look.px(kSmallSize), look.palette.text_dim};
  const TextStyle value{TextFace::Mono, look.px(kMonoSmallSize), look.palette.text};
  const float gutter = look.px(18), width = (area.width - gutter) / 2;
  const std::vector<Fact> facts = facts_of(frame);
  const std::size_t shown = std::min(facts.size(), static_cast<std::size_t>(lines) * 2);
  for (std::size_t i = 0; i < shown; ++i) {
    const Rect cell{area.x + static_cast<float>(i % 2) * (width + gutter),
                    area.y + static_cast<float>(i / 2) * look.px(kFactLine), width, look.px(kFactLine)};
    canvas.text({cell.x, cell.y}, facts[i].name, name);
    canvas.text({cell.right() - canvas.measure(facts[i].value, value).x, cell.y}, facts[i].value, value);
    ImGui::SetCursorScreenPos(ui::top_left(cell));
    ImGui::Dummy({cell.width, cell.height});
    ui::tooltip(shown < facts.size() ? all_facts(facts) : facts[i].help);
  }
}

// Of what stands under the links: facts, or a message of up to four lines.
float foot_height(const Frame& frame, Rect area, int lines) {
  const Theme& look = theme();
  if (!frame.source.error) return look.px(static_cast<float>(lines) * kFactLine + 8);
  const ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  const TextStyle style{TextFace::Sans, look.px(kBodySize), look.palette.error_text};
  const std::size_t wrapped =
      ui::wrap(canvas, frame.source.error->message, style, area.width - look.px(28)).size();
  const float way_past = may_open_anyway(frame) ? kLinkLine : 0;
  return look.px(static_cast<float>(std::min<std::size_t>(wrapped, 4)) * 18 + 10 + way_past);
}

void loading(Frame& frame) {
  const Theme& look = theme();
  const std::string name = frame.source.tensor.empty() ? "reading" : "loading " + frame.source.tensor;
  ui::bar_row("source.progress", name, ui::percent(frame.source.progress), frame.source.progress,
              look.palette.accent, false);
  if (ui::link("source.cancel", "Cancel", "Stop loading; what is on screen stays."))
    frame.requests.cancel_loading = true;
}

// The last failure, and the way past it where there is one.
void failure(Frame& frame, const Error& error) {
  open_anyway_link(frame, "source.lenient");
  ui::paragraph(error.message, theme().palette.error_text);
}

// What stands under the list: progress, or links and the last failure or the facts of the tensor on screen.
void foot(Frame& frame, int lines) {
  const Palette& palette = theme().palette;
  if (frame.source.loading) return loading(frame);
  links(frame);
  if (frame.source.error) return failure(frame, *frame.source.error);
  if (frame.snapshot && frame.snapshot->prepared) return statistics(frame, lines);
  ui::paragraph("Nothing is loaded yet.", palette.text_dim);
}

}  // namespace

void draw_source_panel(Frame& frame, Rect area) {
  const Theme& look = theme();
  ui::register_widget("panel.source", area, ui::WidgetKind::Region);
  const ui::ScopedChild child("source", area, look.palette.panel, {look.px(14), look.px(2)},
                              ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  if (frame.sources.tabs.size() > 1)
    draw_source_tabs(frame);
  else
    ui::section("SOURCE");
  const int lines = fact_lines(frame, area.height);
  const float compare = can_compare(frame) && !frame.source.loading ? look.px(kLinkLine) : 0;
  const float below = look.px(36) + compare + foot_height(frame, area, lines);
  std::optional<SyntheticSpec>& synthetic = frame.experiment.source.synthetic;
  // Until its header is read, and where it cannot be, there is no list; another file's would be wrong.
  const bool own = !synthetic && frame.source.wanted.path == frame.experiment.source.path;
  const TensorFile* file = own ? frame.source.file.get() : nullptr;
  if (file && file->tensors.size() > 1)
    ui::text_field("source.filter", "Filter " + ui::count(file->tensors.size()) + " tensors…",
                   frame.view.tensor_filter);
  const Rect list = remaining(below);
  if (synthetic) synthetic_list(*synthetic, list);
  if (file) tensor_list(frame, *file, list);
  ImGui::SetCursorScreenPos({list.x, list.bottom() + look.px(8)});
  foot(frame, lines);
}

}  // namespace bitloupe
