// One row as a signal with all that belongs to it: titles, the two plots, the numbers of the elements.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "app/figures/subject.h"
#include "app/plot/signal_plot.h"
#include "app/plot/viewport.h"

namespace bitloupe {

struct SignalFigure {
  Rect title, error_title, axis;
  SignalScene scene;
  SliceSize strip_size;  // the row alone
  Viewport strip;        // its visible columns
  WindowRequest request;
  std::shared_ptr<const WindowResult> window;
  bool single = false;  // the tensor has no other row
  std::string caption;
  // What the pointer acts on: both plots.
  Rect reach() const;
  bool sampled() const { return !window || !window->exact; }
};

std::span<const PlotToggle> signal_toggles();

// The row that is looked at and its visible columns; the signal has so many pixels.
WindowRequest signal_request(const Shape& shape, const ViewState& view, float pixels);

SignalFigure make_signal(const PlotSubject& subject, Rect area, const Theme& theme);
void draw(Canvas& canvas, const SignalFigure& figure, const Theme& theme);

}  // namespace bitloupe
