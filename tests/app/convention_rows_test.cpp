// The CONVENTIONS section of the quantizer panel: which rows there are, what they write, what is marked.
#include "app/panels/convention_rows.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "app/palette.h"
#include "app/session/session_file.h"
#include "app/ui/registry.h"
#include "core/format/presets.h"
#include "core/quant/conventions.h"
#include "tests/app/bench.h"

using namespace bitloupe;
using namespace bitloupe::test;

namespace {

// High enough that no row is scrolled out of sight.
struct Tall : Bench {
  Tall() : Bench("synthetic:gaussian?shape=32x48&seed=3", 1600, 2400) {}
  void use(const char* format) {
    spec() = {};
    spec().format = parse_format(format).value();
    settle();
  }
};

std::string row_id(std::string_view key) { return "quantizer." + std::string(key); }

}  // namespace

TEST_CASE("conventions are folded under the dialect until the hand or the spec opens them") {
  Tall bench;
  CHECK(bench.headless.has("quantizer.dialect"));
  CHECK_FALSE(bench.headless.has("quantizer.scale_floor"));
  bench.headless.click("quantizer.conventions");
  CHECK(bench.headless.has("quantizer.scale_floor"));
  bench.headless.click("quantizer.conventions");
  CHECK_FALSE(bench.headless.has("quantizer.scale_floor"));
  CHECK(bench.headless.has("quantizer.dialect"));

  bench.workbench.view().conventions_open.reset();
  bench.spec().zero_group = ZeroGroup::Smallest;
  bench.settle();
  CHECK(bench.headless.has("quantizer.scale_floor"));
  bench.spec() = {};
  bench.settle();
  CHECK_FALSE(bench.headless.has("quantizer.scale_floor"));
  bench.spec().dialect = "ocp";
  bench.settle();
  CHECK(bench.headless.has("quantizer.scale_floor"));
  bench.spec() = {};
  bench.spec().rounding = Rounding::Up;  // its row stands elsewhere
  bench.settle();
  CHECK_FALSE(bench.headless.has("quantizer.scale_floor"));
}

TEST_CASE("taking back the last difference does not fold the rows under the pointer") {
  Tall bench;
  bench.spec().zero_group = ZeroGroup::Smallest;
  bench.settle();
  bench.headless.choose("quantizer.zero_group", 0);
  CHECK(bench.spec() == QuantSpec{});
  CHECK(bench.headless.has("quantizer.zero_group"));
}

TEST_CASE("a convention has a row exactly where it matters, whatever format and scheme") {
  Tall bench;
  for (const char* format : {"int8", "uint4", "sm4", "fixed:Q3.4", "e4m3fn", "e2m1", "fp16", "nf4", "pow2:4",
                             "ternary", "binary", "e8m0"})
    for (const ScaleType type : {ScaleType::F32, ScaleType::BF16, ScaleType::Pow2})
      for (const bool symmetric : {false, true}) {
        bench.use(format);
        bench.workbench.view().conventions_open = true;
        bench.spec().scale_type = type;
        if (symmetric && bench.spec().format.fit == Fit::None) bench.spec().scheme = Scheme::Symmetric;
        bench.settle();
        for (const Convention& row : conventions()) {
          INFO(format, " ", std::string(row.key), " ", static_cast<int>(type), " ", symmetric);
          // The rounding row stands in its own section, and stays where there is one mode only.
          if (row.key != "rounding") CHECK(bench.headless.has(row_id(row.key)) == matters(row, bench.spec()));
        }
      }
}

TEST_CASE("every choice of every convention reaches the result, and one undo takes it back") {
  Tall bench;
  bench.workbench.view().conventions_open = true;
  for (const Convention& row : conventions()) {
    if (row.key == "rounding" || row.key == "code_range" || row.key == "scale_rule") continue;
    CAPTURE(row.key);
    bench.use(row.key == "unsigned_zero" || row.key == "zero_point_rule" ? "uint4" : "int4");
    if (row.key == "unsigned_zero") bench.spec().scheme = Scheme::Symmetric;
    if (row.key == "code_scale") bench.spec().scale_type = ScaleType::F16;
    // Some of their choices say nothing of other scales.
    if (row.key == "scale_floor" || row.key == "zero_group") bench.spec().scale_type = ScaleType::E4M3;
    if (row.key == "symmetric_scale") bench.spec().code_range = CodeRange::Full;
    bench.settle();
    const QuantSpec before = bench.spec();
    for (std::size_t i = row.choices.size(); i-- > 1;) {
      bench.headless.choose(row_id(row.key), static_cast<int>(i));
      CHECK(row.chosen(bench.spec()) == i);
      CHECK(bench.snapshot().spec == canonical(bench.spec()));
      CHECK(bench.snapshot().spec != canonical(before));
      bench.headless.key(ui::Key::Z, {.ctrl = true});
      CHECK(bench.spec() == before);
    }
  }
}

TEST_CASE("rows that differ from the dialect are marked, and a click on the mark follows it again") {
  Tall bench;
  bench.headless.choose("quantizer.dialect", 1);
  REQUIRE(bench.spec().dialect == "torch");
  for (const Convention& row : conventions()) CHECK_FALSE(bench.headless.has(row_id(row.key) + "/edited"));
  const QuantSpec torch = bench.spec();

  bench.headless.choose("quantizer.scale_floor", 0);
  bench.headless.choose("quantizer.rounding", 1);
  bench.headless.choose("quantizer.code_range", 1);  // narrow
  for (const char* key : {"scale_floor", "rounding", "code_range"}) {
    CAPTURE(key);
    REQUIRE(bench.headless.has(row_id(key) + "/edited"));
    CHECK(bench.headless.rect(row_id(key) + "/edited").right() <= bench.headless.rect(row_id(key)).x);
  }
  CHECK_FALSE(bench.headless.has("quantizer.divide/edited"));
  CHECK_FALSE(bench.headless.has("quantizer.symmetric_scale"));  // the narrow codes mirror
  for (const char* key : {"scale_floor", "rounding", "code_range"})
    bench.headless.click(row_id(key) + "/edited");
  CHECK(bench.spec() == torch);
  CHECK_FALSE(bench.headless.has("quantizer.scale_floor/edited"));

  // Without a dialect our own conventions are what counts; what a tool has no rule for is never marked.
  bench.use("int8");
  bench.spec().zero_group = ZeroGroup::Zero;
  bench.settle();
  CHECK(bench.headless.has("quantizer.zero_group/edited"));
  bench.spec().dialect = "onnx";
  bench.settle();
  CHECK_FALSE(bench.headless.has("quantizer.zero_group/edited"));
}

TEST_CASE("the palette folds the conventions and follows the dialect again") {
  Tall bench;
  CHECK(matching_actions("conventions").front()->key == "quantizer.conventions");
  const auto pick = [&](const char* words) {
    bench.headless.key(ui::Key::P, {.ctrl = true, .shift = true});
    bench.headless.type(words);
    bench.headless.key(ui::Key::Enter);
    bench.settle();
  };
  pick("conventions");
  CHECK(bench.headless.has("quantizer.scale_floor"));
  pick("conventions");
  CHECK_FALSE(bench.headless.has("quantizer.scale_floor"));

  apply(*find_dialect("torch"), bench.spec());
  const QuantSpec torch = bench.spec();
  CHECK_FALSE(is_dialect_edited(bench.spec()));
  bench.spec().scale_floor = ScaleFloor::None;
  bench.spec().rounding = Rounding::Down;
  bench.settle();
  CHECK(is_dialect_edited(bench.spec()));
  pick("follow the dialect");
  CHECK(bench.spec() == torch);
}

TEST_CASE("a session keeps the conventions and whether they are folded") {
  Tall bench;
  bench.headless.choose("quantizer.dialect", 3);
  bench.headless.choose("quantizer.zero_group", 1);
  bench.headless.click("quantizer.conventions");
  Session session;
  session.experiment = bench.workbench.experiment();
  session.view = bench.workbench.view();
  CHECK(session.view.conventions_open == false);
  const std::string path = (std::filesystem::temp_directory_path() /
                            ("bitloupe_conventions_" + std::to_string(getpid()) + ".bitloupe"))
                               .string();
  REQUIRE(write_session_file(path, session));
  const auto read = read_session_file(path);
  std::filesystem::remove(path);
  REQUIRE(read);
  CHECK(read->session.experiment.quant == session.experiment.quant);
  CHECK(read->session.experiment.quant.dialect == "ggml");
  CHECK(read->session.experiment.quant.zero_group == ZeroGroup::Smallest);
  CHECK(read->session.view.conventions_open == false);
}

TEST_CASE("a dialect that wants a rounding which the format cannot take leaves a valid spec") {
  Tall bench;
  bench.use("ternary");
  bench.headless.choose("quantizer.dialect", 3);
  CHECK(bench.spec().dialect == "ggml");
  CHECK(validate(bench.spec()));
  CHECK_FALSE(bench.headless.has("quantizer.complaint"));
  CHECK_FALSE(bench.headless.has("quantizer.rounding/edited"));
}

TEST_CASE("no label of the quantizer panel is cut, whatever the format, at any scale") {
  for (const float scale : {1.0f, 2.0f})
    for (const float width : {240.0f, 305.0f, 460.0f}) {
      Bench bench("synthetic:gaussian?shape=32x48&seed=3", static_cast<int>(1600 * scale),
                  static_cast<int>(2400 * scale), scale);
      bench.workbench.view().left_width = width;
      bench.workbench.view().conventions_open = true;
      for (const char* format :
           {"float:E3M2:bias=4:specials=fn", "nf4", "table:-1,0,0.5,2", "pow2:4", "binary", "ternary",
            "ternary:twn", "fixed:Q3.4", "sm4", "e8m0", "uint8", "int8"})
        for (const ScaleType type : {ScaleType::F32, ScaleType::Pow2}) {
          bench.spec() = {};
          bench.spec().format = parse_format(format).value();
          bench.spec().scale_type = type;
          bench.spec().granularity.kind = GranularityKind::Group;
          bench.settle();
          for (const auto& [id, widget] : ui::widgets())
            if (id.starts_with("quantizer.")) {
              const std::string name = id;
              INFO(format, " ", name, " at ", width, " times ", scale);
              CHECK_FALSE(widget.text_clipped);
            }
        }
    }
}
