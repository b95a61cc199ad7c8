// The inspector: what it explains, and the comparisons that can be adopted.
#include <doctest/doctest.h>

#include "tests/app/bench.h"

using namespace bitloupe;
using namespace bitloupe::test;

TEST_CASE("hover shows, click pins, Escape lets go") {
  Bench bench("synthetic:gaussian?shape=33x49");  // odd: no border between cells runs through the middle
  bench.headless.click("pane.dequantized");
  const auto pinned = bench.workbench.view().selected;
  REQUIRE(pinned);
  bench.headless.click("pane.dequantized");  // again: unpinned
  CHECK_FALSE(bench.workbench.view().selected);
  bench.headless.click("pane.error");
  CHECK(bench.workbench.view().selected == pinned);  // the same cell in another pane
  bench.headless.key(ui::Key::Escape);
  CHECK_FALSE(bench.workbench.view().selected);
}

TEST_CASE("the readouts and the inspector are there for every family") {
  Bench bench;
  for (const NumberFormat& format :
       {integer_format(4, true), integer_format(1, false), sign_magnitude_format(6), fixed_format(3, 4),
        float_format(2, 1, Specials::Finite), float_format(8, 23, Specials::Ieee)}) {
    bench.spec() = {};
    bench.spec().format = format;
    bench.settle();
    REQUIRE_FALSE(bench.snapshot().error);
    for (const char* id : {"inspector.original", "inspector.code", "inspector.dequantized", "inspector.error",
                           "readout.sqnr", "readout.mse", "readout.max_error", "readout.clipped",
                           "readout.bits", "readout.size", "readout.entropy", "readout.updated"})
      CHECK_MESSAGE(bench.headless.has(id), id);
  }
}

TEST_CASE("a click on a comparison adopts its spec") {
  Bench bench("synthetic:gaussian?shape=32x48", 1600, 1400);
  const auto comparisons = bench.snapshot().comparisons;
  REQUIRE(comparisons);
  REQUIRE(comparisons->size() > 1);
  bench.headless.reveal("inspector.compare.1", "panel.inspector");
  bench.headless.click("inspector.compare.1");
  CHECK(bench.spec() == (*comparisons)[1].spec);
}
