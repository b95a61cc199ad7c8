#include "app/describe.h"

#include <algorithm>

#include "app/copy_line.h"
#include "app/figures/grid_figure.h"
#include "app/ui/text.h"
#include "core/format/codec.h"
#include "core/io/display_text.h"
#include "core/quant/spec_text.h"

namespace bitloupe {
namespace {

std::string range(double lo, double hi) { return ui::number(lo) + " to " + ui::number(hi); }

std::string source_lines(const Snapshot& snapshot) {
  const Tensor& tensor = snapshot.tensor();
  const Statistics& s = snapshot.prepared->statistics;
  const SourceSpec& source = snapshot.experiment.source;
  std::string text = "Tensor " + displayed(tensor.name) + ", " + std::string(tensor.stored_name()) + " " +
                     to_text(tensor.shape) + ", " + ui::count(tensor.count()) + " values, from " +
                     (source.synthetic ? to_text(source) : displayed_path(source.path)) + ".\n";
  if (s.has_finite())
    text += "Values from " + range(static_cast<double>(s.min), static_cast<double>(s.max)) + ", mean " +
            ui::number(s.mean) + ", standard deviation " + ui::number(s.std) + ".";
  else
    text += "No finite value.";
  if (s.nan + s.inf > 0) text += " NaN: " + ui::count(s.nan) + ", infinite: " + ui::count(s.inf) + ".";
  return text + "\n";
}

std::string result_lines(const Snapshot& snapshot) {
  std::string text = "Quantized: " + describe(snapshot.spec);
  if (snapshot.storage)
    text += "; " + ui::number(snapshot.storage->bits_per_value, 3) + " bits a value, " +
            ui::bytes(snapshot.storage->bytes) + ", " + ui::number(snapshot.storage->ratio, 3) +
            " times smaller";
  text += ".\n";
  if (!snapshot.report) return text;
  const ErrorReport& report = *snapshot.report;
  return text + (snapshot.exact ? "Errors" : "Errors, estimated from a sample") + ": SQNR " +
         ui::decibels(report.sqnr_db()) + ", MSE " + ui::number(report.mse()) + " (rounding " +
         ui::number(report.mse_rounding) + ", clipping " + ui::number(report.mse_clipping) +
         "), largest error " + ui::number(report.max_abs) + ", clipped " +
         ui::percent(report.clipped_fraction()) + ".\n";
}

std::string curve_line(const Snapshot& snapshot) {
  if (!snapshot.curve || snapshot.curve->points.empty()) return "";
  const ErrorCurve& curve = *snapshot.curve;
  return "Error curve: least MSE " + ui::number(curve.best.mse()) + " at " +
         (curve.relative ? "fraction " : "threshold ") + ui::number(curve.best.threshold) +
         (curve.label == MinimumLabel::Proven ? " (proven).\n" : " (refined).\n");
}

std::string span_text(const char* name, std::uint64_t first, std::uint64_t count, std::uint64_t all) {
  return std::string(name) + " " + std::to_string(first) + " to " +
         std::to_string(count > 0 ? first + count - 1 : first) + " of " + std::to_string(all);
}

std::string view_line(const ViewState& view, const Snapshot& snapshot) {
  const Shape& shape = snapshot.tensor().shape;
  const WindowRequest cells = visible_cells(shape, view);
  const SliceSize size = slice_size(cells.slice, shape);
  const std::string columns = span_text("columns", cells.column, cells.columns, size.columns);
  if (view.grid_mode == GridMode::Signal)
    return "Shown: row " + std::to_string(std::min(view.signal_row, size.rows - 1)) + " as a signal, " +
           columns + ".\n";
  const std::string second = view.grid_mode == GridMode::Codes ? "codes" : "dequantized values";
  return "Shown: grids of the " + std::string(view.flip ? "dequantized values" : "original") + ", the " +
         second + " and the error, " + span_text("rows", cells.row, cells.rows, size.rows) + ", " + columns +
         ".\n";
}

std::string position(const Explanation& e) {
  std::string text = "[";
  for (std::size_t i = 0; i < e.position.size(); ++i)
    text += (i == 0 ? "" : ", ") + std::to_string(e.position[i]);
  return text + "]";
}

std::string code_text(const Explanation& e) {
  return e.code_integer ? std::to_string(*e.code_integer) : "0x" + e.code_hex;
}

const char* kind_name(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::Clipped:
      return "clipping";
    case ErrorKind::Overflowed:
      return "overflow";
    case ErrorKind::Nan:
      return "NaN";
    case ErrorKind::Inf:
      return "infinity";
    case ErrorKind::Rounding:
      break;
  }
  return "rounding";
}

std::string element_sentence(const char* what, const Explanation& e) {
  return std::string(what) + " " + position(e) + ": original " +
         ui::number(static_cast<double>(e.original), 6) + ", code " + code_text(e) + ", dequantized " +
         ui::number(static_cast<double>(e.quantized.dequantized), 6) + ", error " + ui::number(e.error, 5) +
         " (" + kind_name(e.quantized.kind) + ").\n";
}

}  // namespace

std::string describe(const Frame& frame) {
  std::string text;
  if (frame.source.loading) text += "Loading " + displayed(frame.source.tensor) + ".\n";
  if (frame.source.error) text += "The source cannot be loaded: " + frame.source.error->message + "\n";
  const Snapshot* snapshot = frame.snapshot.get();
  if (!snapshot || !snapshot->prepared) return text + "There is no tensor.\n";
  text += source_lines(*snapshot);
  if (snapshot->error) text += "The setting does not fit: " + snapshot->error->message + "\n";
  if (!snapshot->scales || snapshot->tensor().count() == 0) return text;
  text += result_lines(*snapshot) + curve_line(*snapshot) + view_line(frame.view, *snapshot);
  if (frame.view.selected)
    if (const auto pinned = frame.probes.explain(*frame.view.selected))
      text += element_sentence("Pinned element", *pinned);
  if (frame.hovered.element && frame.hovered.element != frame.view.selected)
    if (const auto hovered = frame.probes.explain(*frame.hovered.element))
      text += element_sentence("Under the pointer: element", *hovered);
  return text;
}

std::string element_line(const Explanation& e) {
  std::string line;
  for (std::size_t axis = 0; axis < e.position.size(); ++axis)
    add_copy(line, "axis " + std::to_string(axis), std::to_string(e.position[axis]));
  add_copy(line, "original", e.original);
  add_copy(line, "code", code_text(e));
  add_copy(line, "dequantized", e.quantized.dequantized);
  add_copy(line, "error", e.error);
  return line;
}

std::string copy_text(const Frame& frame) {
  if (!frame.hovered.copy.empty()) return frame.hovered.copy;
  const auto element = frame.hovered.element ? frame.hovered.element : frame.element;
  if (!element) return "";
  const auto explanation = frame.probes.explain(*element);
  return explanation ? element_line(*explanation) : "";
}

}  // namespace bitloupe
