#include "tests/app/subject_bench.h"

#include <doctest/doctest.h>

#include "app/plot/svg_canvas.h"

namespace bitloupe::test {

SubjectBench::SubjectBench(const std::string& source, const QuantSpec& spec) {
  const auto parsed = parse_source(source);
  REQUIRE(parsed.ok());
  experiment.source = *parsed;
  experiment.quant = spec;
  lanes.submit(experiment);
  lanes.wait_idle();
  snapshot = lanes.latest();
  REQUIRE(snapshot);
  probes.begin_frame(snapshot);
  if (snapshot->prepared) look_at_all_of(view, snapshot->tensor());
}

PlotSubject SubjectBench::subject(bool live) {
  return {snapshot,
          experiment.quant,
          view,
          hovered,
          snapshot->tensor().count() / 2,
          probes,
          "",
          live,
          live ? "" : caption_of(*snapshot)};
}

PlotPage SubjectBench::page(std::string_view plot, int width, int height, float scale) {
  const Plot* found = find_plot(plot);
  REQUIRE_MESSAGE(found, std::string(plot));
  return {found, {snapshot, experiment.quant, view, snapshot->tensor().count() / 2}, width, height, scale};
}

void SubjectBench::draw_exactly(Canvas& canvas, const PlotPage& page, const Theme& theme) {
  MeasuringCanvas sketch;
  for (int i = 0; i < 4 && !draw_page(sketch, page, probes, theme); ++i) lanes.wait_idle();
  CHECK(draw_page(canvas, page, probes, theme));
}

std::string SubjectBench::csv(std::string_view plot, float width) {
  std::string text;
  CsvWriter out([&](std::string_view piece) {
    text += piece;
    return Status(Ok{});
  });
  const PlotPage whole = page(plot, 100, 100);
  const Status written = whole.plot->csv(whole.subject, width, out, {});
  CHECK_MESSAGE(written.ok(), (written ? "" : written.error().message));
  return text;
}

}  // namespace bitloupe::test
