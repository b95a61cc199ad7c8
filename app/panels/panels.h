// The panels around the workspace. Each draws itself into a rectangle of the window from the frame alone and
// edits experiment and view in place; none knows another.
//
// Names in the registry (ui/registry.h), for tests and for `--test-log`:
//   regions   top, tabs, status, panel.source, panel.quantizer, panel.inspector, panel.lesson, readout.KEY
//   (sqnr, mse,
//             max_error, clipped, bits, size, entropy, updated), pane.original,
//             pane.dequantized, pane.code, pane.error, pane.signal, histogram, curve
//   controls  menu.KEY, menu.KEY.ITEM, top.undo, top.redo, tab.KEY, source.filter, source.tensor.NAME,
//             source.tab.N, source.close.N, source.tabs.all, source.all.N, source.open,
//             source.synthetic, source.cancel, source.kind, source.parameter.KEY, source.shape,
//             source.seed, source.quantiles, quantizer.ROW (family, bits, encoding, exponent,
//             mantissa, bias, specials, subnormals, integer_bits, fraction_bits, scheme, scale_type,
//             scale_rule, zero_point, zero_point_value, include_zero, code_range, granularity, axis, size,
//             sizes, method, range, percentile, ratio, snap, rounding, overflow, seed, preset, format_name,
//             levels, conventions, dialect and the keys of the conventions, complaint, recipe, tensor_scale,
//             scale_exponent_bits), quantizer.rule.KEY, quantizer.recipe/back,
//             quantizer.ROW/edited, quantizer.levels/mistake, inspector.compare.N, inspector.block and its
//             parts bits and values, explore.mode.KEY, explore.rows,
//             explore.columns, explore.index.AXIS, histogram.series.KEY, histogram.log, curve.series.KEY
//             (total, rounding, clipping, group), curve.log, curve.log_threshold, curve.pick.KEY (minmax,
//             percentile, mse, ratio), curve.fold, status.cancel, lesson.step.N, lesson.fold, lesson.close,
//             lesson.back, lesson.next, lesson.reset, lesson.prove.N, lesson.hint, lessons.KEY, lessons.close
//   handles   clip.lo, clip.hi, curve.threshold, splitter.left, splitter.right, splitter.lesson,
//             splitter.histogram, splitter.curve, plot.menu, plot.menu.KEY (png1, png2, png4, svg, csv, copy,
//             fit and the plot's switches), plot.choose.PLOT
#pragma once

#include "app/frame.h"
#include "app/plot/canvas.h"

namespace bitloupe {

void draw_top_bar(Frame& frame, Rect area);
void draw_source_panel(Frame& frame, Rect area);
void draw_source_tabs(Frame& frame);  // at the cursor, in place of the panel's heading
void draw_quantizer_panel(Frame& frame, Rect area);
void draw_inspector(Frame& frame, Rect area);
// While one is open; `inspector`: it is shown, and explains the element.
void draw_lesson_panel(Frame& frame, Rect area, bool inspector);
void draw_status_bar(Frame& frame, Rect area);
// In place of panels and workspace where the program starts without a source: lost work, recent files,
// samples.
void draw_start_page(Frame& frame, Rect area);

// Cards in a grid from the top of `area`; returns the height they took.
float draw_readouts(Frame& frame, Rect area);

}  // namespace bitloupe
