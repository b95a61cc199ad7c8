#include "tests/app/view_bench.h"

#include <doctest/doctest.h>

#include <utility>

#include "app/ui/compat.h"
#include "app/views/explore.h"
#include "core/source.h"

namespace bitloupe::test {

ViewBench::ViewBench(const QuantSpec& spec, std::shared_ptr<const ErrorCurve> curve,
                     std::shared_ptr<const std::vector<MethodPick>> picks) {
  const auto tensor = load_source(*parse_source("synthetic:ramp?shape=1000&min=-1&max=1"), Pick::Refuse, {});
  const auto prepared = prepare(*tensor, {});
  experiment.quant = spec;
  Snapshot made;
  made.experiment = experiment;
  made.spec = canonical(spec);
  made.prepared = *prepared;
  made.curve = std::move(curve);
  made.picks = std::move(picks);
  made.ranges = std::make_shared<const std::vector<ClipRange>>(1, ClipRange{-1, 1});
  snapshot = std::make_shared<const Snapshot>(made);
  headless.step(2);
}

void ViewBench::draw() {
  hovered = std::exchange(hover, {});
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize({800, 300});
  ImGui::Begin("test", nullptr, ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove);
  if (snapshot) {
    Frame frame{experiment, view,    preferences, keymap,  hovered, hover, snapshot, source, tasks,
                probes,     painter, requests,    history, {},      "",    "",       ""};
    if (histogram) {
      probes.begin_frame(snapshot);
      draw_histogram_view(frame, {10, 10, 700, 180});
    } else {
      draw_curve_view(frame, {10, 10, 700, 180});
    }
  }
  ImGui::End();
}

std::string ViewBench::hint_at(Point at) {
  headless.move(at);
  headless.step(2);
  return hover.hint;
}

QuantSpec int4() {
  QuantSpec spec;
  spec.format = integer_format(4, true);
  return spec;
}

// What a run makes of a source without sorted values.
std::shared_ptr<const Snapshot> run_unsorted(const std::string& source, const QuantSpec& spec) {
  const auto tensor = load_source(*parse_source(source), Pick::Refuse, {});
  RunContext context;
  context.with_curve = context.with_comparisons = false;
  const auto snapshot = run({{}, spec}, *prepare(*tensor, {}), nullptr, context);
  REQUIRE(snapshot.ok());
  return *snapshot;
}

}  // namespace bitloupe::test
