// The block microscope of the inspector: when it is there, and how hovering links it with the grids.
#include <doctest/doctest.h>

#include "app/actions.h"
#include "core/probe_block.h"
#include "core/quant/recipes.h"
#include "tests/app/bench.h"

using namespace bitloupe;
using namespace bitloupe::test;

namespace {

struct Lens : Bench {
  explicit Lens(std::string_view recipe, const std::string& source = "synthetic:gaussian?shape=32x64")
      : Bench(source, 1600, 1600) {
    spec() = recipe_spec(recipe).value();
    settle();
  }
  BlockView block() { return block_view(snapshot(), workbench.view().selected.value()).value(); }
  void pin(std::uint64_t element) {
    workbench.view().selected = element;
    settle();
    headless.reveal("inspector.block.values", "panel.inspector");
  }
  // The middle of the n-th of `columns` cells in the first row of what is seen of a widget.
  Point in_first_row(std::string_view id, int n, int columns) {
    const Rect rect = headless.rect(id);
    return {rect.x + rect.width * (static_cast<float>(n) + 0.5f) / static_cast<float>(columns), rect.y + 8};
  }
};

}  // namespace

TEST_CASE("the microscope is there where values are stored in blocks, and only there") {
  Bench plain("synthetic:gaussian?shape=32x64", 1600, 1600);
  CHECK_FALSE(plain.headless.has("inspector.block"));
  for (const char* recipe : {"mxfp4", "nvfp4", "nf4", "nf4_double", "int4_g128_asym", "q4_0", "q6_k"}) {
    CAPTURE(recipe);
    Lens lens(recipe, "synthetic:gaussian?shape=32x256");
    REQUIRE(!lens.snapshot().error);
    lens.headless.reveal("inspector.block", "panel.inspector");
    lens.headless.reveal("inspector.block.bits", "panel.inspector");
    lens.headless.reveal("inspector.block.values", "panel.inspector");
  }
}

TEST_CASE("it folds by its title") {
  Lens lens("mxfp4");
  lens.headless.reveal("inspector.block", "panel.inspector");
  lens.headless.click("inspector.block");
  CHECK(lens.workbench.view().block_folded);
  CHECK_FALSE(lens.headless.has("inspector.block.bits"));
  lens.headless.key(ui::Key::B);
  CHECK_FALSE(lens.workbench.view().block_folded);
  CHECK(lens.headless.has("inspector.block.bits"));
}

TEST_CASE("a value in the microscope is marked in the grids, and a click pins it") {
  Lens lens("mxfp4");
  lens.pin(70);
  lens.headless.move(lens.in_first_row("inspector.block.values", 3, 8));
  lens.headless.step(2);
  CHECK(lens.workbench.hovered().element == 67u);
  CHECK(lens.workbench.hovered().group == 2u);
  CHECK(lens.workbench.view().selected == 70u);  // looking pins nothing
  lens.headless.click_at(lens.in_first_row("inspector.block.values", 3, 8));
  CHECK(lens.workbench.view().selected == 67u);
}

TEST_CASE("what is hovered in the microscope does not change what the inspector explains") {
  Lens lens("mxfp4");
  lens.headless.hover("pane.original");
  const auto explained = lens.workbench.hovered().element;
  REQUIRE(explained);
  lens.headless.reveal("inspector.block.values", "panel.inspector");
  const Rect before = lens.headless.rect("inspector.block.values");
  for (int n = 0; n < 8; ++n) {
    lens.headless.move(lens.in_first_row("inspector.block.values", n, 8));
    lens.headless.step(3);
    CHECK(lens.headless.rect("inspector.block.values").y == before.y);
    CHECK(lens.workbench.hovered().element.value_or(1u << 30) / 32 == *explained / 32);
  }
}

TEST_CASE("bits of the scale mark the group, bits of a code their value") {
  Lens lens("mxfp4");
  lens.pin(70);
  const Rect bits = lens.headless.rect("inspector.block.bits");
  // Byte 0 is the scale, byte 1 the codes of values 1 (high) and 0 (low): right end of the first row.
  lens.headless.move({bits.right() - 4, bits.y + 8});
  lens.headless.step(2);
  CHECK(lens.workbench.hovered().element == 64u);
  lens.headless.move({bits.x + bits.width * 0.4f, bits.y + 8});
  lens.headless.step(2);
  CHECK_FALSE(lens.workbench.hovered().element);
  CHECK(lens.workbench.hovered().group == 2u);
}

TEST_CASE("over the microscope the block's bytes are what is copied") {
  Lens lens("q4_0");
  lens.pin(40);
  lens.headless.hover("inspector.block.values");
  CHECK(lens.workbench.hovered().copy == hex_of(lens.block()));
  CHECK(lens.block().bytes.size() == 18);
}
