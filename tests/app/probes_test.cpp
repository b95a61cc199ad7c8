// Probes as views see them: an answer gives way when more is known.
#include "app/probes.h"

#include <doctest/doctest.h>

#include "app/lanes.h"
#include "core/source.h"

using namespace bitloupe;

TEST_CASE("a histogram of a first report gives way to that of the exact one") {
  Experiment experiment;
  experiment.source = *parse_source("synthetic:gaussian?shape=512x1024");
  experiment.quant.format = integer_format(4, true);
  Lanes lanes([] {});
  lanes.submit(experiment);
  lanes.wait_idle();
  const std::shared_ptr<const Snapshot> exact = lanes.latest();
  REQUIRE(exact->moments);
  // The same, but for a report that was not exact yet.
  auto first = std::make_shared<Snapshot>(*exact);
  first->exact = false;
  Probes probes(lanes);
  const HistogramRequest request{-4, 4, 100, {}};
  probes.begin_frame(first);
  CHECK_FALSE(probes.histogram("test", request)->exact);
  lanes.wait_idle();
  probes.begin_frame(exact);
  CHECK(probes.histogram("test", request)->exact);
}
