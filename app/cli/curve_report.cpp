#include "app/cli/curve_report.h"

#include <algorithm>
#include <cstddef>

#include "app/cli/json_writer.h"
#include "app/cli/table.h"
#include "app/cli/text.h"
#include "core/quant/spec_text.h"

namespace bitloupe::cli {

namespace {

constexpr std::size_t kRows = 20;

std::string_view axis_name(const ErrorCurve& curve) { return curve.relative ? "fraction" : "threshold"; }

std::string_view label_name(MinimumLabel label) {
  return label == MinimumLabel::Proven ? "proven" : "refined";
}

template <class Field>
void write_column(JsonWriter& writer, std::string_view name, const ErrorCurve& curve, Field field) {
  writer.key(name).begin_array();
  for (const CurvePoint& point : curve.points) writer.value(field(point));
  writer.end_array();
}

std::string range_text(const ClipRange& range) {
  return short_number(static_cast<double>(range.lo), 6) + " ... " +
         short_number(static_cast<double>(range.hi), 6);
}

std::string picks_table(const CurveReport& report) {
  Table table({{"method"},
               {axis_name(report.curve), Align::Right},
               {"range"},
               {"MSE", Align::Right},
               {"SQNR dB", Align::Right},
               {"clipped %", Align::Right},
               {"time ms", Align::Right}});
  for (const MethodPick& pick : report.picks)
    table.row({pick.key, pick.threshold ? short_number(*pick.threshold, 6) : "-", range_text(pick.range),
               short_number(pick.mse), decibels(pick.sqnr_db), short_number(100 * pick.clipped_fraction),
               short_number(pick.time_ms, 3)});
  return table.text();
}

// Evenly by place, as the points are denser where the curve bends; first and last always.
std::string points_table(const ErrorCurve& curve) {
  Table table({{axis_name(curve), Align::Right},
               {"MSE", Align::Right},
               {"rounding", Align::Right},
               {"clipping", Align::Right}});
  const std::size_t count = curve.points.size(), rows = std::min(count, kRows);
  for (std::size_t row = 0; row < rows; ++row) {
    const CurvePoint& point = curve.points[rows < 2 ? 0 : row * (count - 1) / (rows - 1)];
    table.row({short_number(point.threshold, 6), short_number(point.mse()), short_number(point.mse_rounding),
               short_number(point.mse_clipping)});
  }
  return table.text();
}

}  // namespace

std::string curve_json(const CurveReport& report) {
  const ErrorCurve& curve = report.curve;
  JsonWriter writer;
  writer.begin_object().member("axis", axis_name(curve)).member("relative", curve.relative);
  write_column(writer, "threshold", curve, [](const CurvePoint& point) { return point.threshold; });
  write_column(writer, "min", curve, [](const CurvePoint& point) { return point.range.lo; });
  write_column(writer, "max", curve, [](const CurvePoint& point) { return point.range.hi; });
  write_column(writer, "mse", curve, [](const CurvePoint& point) { return point.mse(); });
  write_column(writer, "mse_rounding", curve, [](const CurvePoint& point) { return point.mse_rounding; });
  write_column(writer, "mse_clipping", curve, [](const CurvePoint& point) { return point.mse_clipping; });
  writer.key("best")
      .begin_object()
      .member("threshold", curve.best.threshold)
      .member("min", curve.best.range.lo)
      .member("max", curve.best.range.hi)
      .member("mse", curve.best.mse())
      .member("label", label_name(curve.label))
      .member("mse_bound", curve.mse_bound)
      .end_object();
  writer.key("methods").begin_object();
  for (const MethodPick& pick : report.picks)
    writer.key(pick.key)
        .begin_object()
        .member("min", pick.range.lo)
        .member("max", pick.range.hi)
        .member("mse", pick.mse)
        .member("sqnr_db", pick.sqnr_db)
        .member("clipped_fraction", pick.clipped_fraction)
        .member("time_ms", pick.time_ms)
        .end_object();
  writer.end_object().end_object();
  return std::move(writer).finish();
}

std::string curve_text(const CurveReport& report) {
  const ErrorCurve& curve = report.curve;
  const Tensor& tensor = report.tensor;
  std::vector<std::pair<std::string_view, std::string>> rows = {
      {"source", report.source},
      {"tensor", tensor.name + "  " + std::string(tensor.stored_name()) + " " + to_text(tensor.shape)},
      {"spec", describe(report.spec)}};
  if (report.group) rows.emplace_back("scale group", std::to_string(*report.group));
  rows.emplace_back("axis", curve.relative ? "fraction of each scale group's own range" : "clip threshold");
  // Relative curves are read value by value: under stochastic rounding the error of one draw.
  const bool expected = report.spec.rounding == Rounding::Stochastic && !curve.relative;
  const std::string bound = curve.mse_bound > 0 ? " ± " + short_number(curve.mse_bound, 2) : "";
  rows.emplace_back("minimum", short_number(curve.best.mse()) + bound + (expected ? " (expected)" : "") +
                                   " at " + short_number(curve.best.threshold, 6) + "  (" +
                                   std::string(label_name(curve.label)) + ")");
  return facts(rows) + '\n' + picks_table(report) + '\n' + points_table(curve);
}

}  // namespace bitloupe::cli
