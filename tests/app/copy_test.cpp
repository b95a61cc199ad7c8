// Ctrl+C over everything, and the view in words.
#include <doctest/doctest.h>

#include "app/copy_line.h"
#include "app/describe.h"
#include "app/ui/compat.h"
#include "core/text.h"
#include "tests/app/bench.h"

using namespace bitloupe;
using namespace bitloupe::test;

namespace {

std::string clipboard() {
  const char* text = ImGui::GetClipboardText();
  return text ? text : "";
}

std::string copied_at(Bench& bench, Point at) {
  ImGui::SetClipboardText("");
  bench.headless.move(at);
  bench.headless.step(2);
  bench.headless.key(ui::Key::C, {.ctrl = true});
  return clipboard();
}

std::string copied_over(Bench& bench, const char* widget) {
  return copied_at(bench, bench.headless.center(widget));
}

// The cell that follows `name`.
std::string value_of(const std::string& line, std::string_view name) {
  const auto cells = split(line, '\t');
  for (std::size_t i = 0; i + 1 < cells.size(); i += 2)
    if (cells[i] == name) return std::string(cells[i + 1]);
  return "(none)";
}

}  // namespace

TEST_CASE("Ctrl+C over a cell copies its position and its numbers as one line") {
  Bench bench;
  const std::string line = copied_over(bench, "pane.dequantized");
  CHECK(line.find('\n') == std::string::npos);
  const std::uint64_t row = parse_integer<std::uint64_t>(value_of(line, "axis 0")).value();
  const std::uint64_t column = parse_integer<std::uint64_t>(value_of(line, "axis 1")).value();
  const Explanation e = explain(bench.snapshot(), row * 48 + column);
  CHECK(std::stof(value_of(line, "original")) == e.original);
  CHECK(std::stof(value_of(line, "dequantized")) == e.quantized.dequantized);
  CHECK(std::stod(value_of(line, "error")) == e.error);
  CHECK(value_of(line, "code") == std::to_string(*e.code_integer));
}

TEST_CASE("Ctrl+C over histogram, curve, handles, picks, readouts and the inspector") {
  Bench bench("synthetic:laplace?shape=64x64&seed=2");
  bench.spec().format = integer_format(4, true);
  bench.settle();
  const Rect histogram = bench.headless.rect("histogram");
  const std::string bin = copied_at(bench, {histogram.x + histogram.width * 0.513f, histogram.bottom() - 60});
  const bool is_bin = bin.starts_with("from\t") || bin.starts_with("level\t");
  CHECK_MESSAGE(is_bin, bin);
  bench.workbench.view().show_dequantized = false;
  const std::string plain = copied_at(bench, {histogram.x + histogram.width / 2, histogram.bottom() - 60});
  CHECK(std::stod(value_of(plain, "from")) < std::stod(value_of(plain, "to")));
  CHECK(std::stod(value_of(plain, "original")) > 0);
  CHECK(value_of(copied_over(bench, "clip.hi"), "clip max") ==
        number_text(static_cast<double>(bench.snapshot().ranges->front().hi)));
  const Rect curve = bench.headless.rect("curve");
  const std::string point = copied_at(bench, {curve.x + curve.width * 0.4f, curve.bottom() - 50});
  CHECK(std::stod(value_of(point, "MSE")) ==
        doctest::Approx(std::stod(value_of(point, "rounding")) + std::stod(value_of(point, "clipping"))));
  const std::string pick = copied_over(bench, "curve.pick.mse");
  CHECK(value_of(pick, "method") == "MSE");
  CHECK(std::stod(value_of(copied_over(bench, "readout.mse"), "MSE")) == bench.snapshot().report->mse());
  CHECK(std::stod(value_of(copied_over(bench, "readout.sqnr"), "SQNR in dB")) ==
        *bench.snapshot().report->sqnr_db());
  CHECK(copied_over(bench, "inspector.dequantized").starts_with("dequantized x\u0302\t"));
  CHECK(copied_over(bench, "inspector.scale").starts_with("scale s\t"));
}

TEST_CASE("Ctrl+C without anything under the pointer copies the element of the inspector") {
  Bench bench;
  bench.workbench.view().selected = 7;
  const std::string line = copied_over(bench, "status");
  CHECK(value_of(line, "axis 0") == "0");
  CHECK(value_of(line, "axis 1") == "7");
}

TEST_CASE("while text is typed Ctrl+C is the field's") {
  Bench bench;
  bench.headless.key(ui::Key::O, {.ctrl = true});
  bench.headless.step(2);
  bench.headless.type("abc");
  bench.headless.key(ui::Key::A, {.ctrl = true});
  bench.headless.key(ui::Key::C, {.ctrl = true});
  CHECK(clipboard() == "abc");
}

TEST_CASE("Ctrl+D describes the view in words") {
  Bench bench;
  bench.spec().format = integer_format(4, true);
  bench.settle();
  bench.workbench.view().selected = 50;
  bench.headless.move({5, 5});
  bench.headless.step(2);
  bench.headless.key(ui::Key::D, {.ctrl = true});
  const std::string text = clipboard();
  CAPTURE(text);
  for (const char* part : {"Tensor gaussian, F32 [32, 48], 1,536 values", "Values from ",
                           "Quantized: INT4 symmetric per tensor, min-max", "bits a value", "SQNR ",
                           "rounding", "Error curve: least MSE ", "Shown: grids of the original",
                           "rows 0 to 31 of 32, columns 0 to 47 of 48", "Pinned element [1, 2]: original "})
    CHECK_MESSAGE(text.find(part) != std::string::npos, part);
  CHECK(text.ends_with(".\n"));
  CHECK(text.size() < 1500);
  bench.workbench.view().grid_mode = GridMode::Signal;
  bench.headless.key(ui::Key::D, {.ctrl = true});
  CHECK(clipboard().find("Shown: row 0 as a signal, columns 0 to 47 of 48") != std::string::npos);
}

TEST_CASE("the description of odd states says what is odd") {
  Bench bench("synthetic:gaussian?shape=6x6");
  bench.spec().granularity = {GranularityKind::Channel, 5, 1};
  bench.settle();
  bench.headless.key(ui::Key::D, {.ctrl = true});
  CHECK(clipboard().find("The setting does not fit: ") != std::string::npos);
}

TEST_CASE("U20: what is too large for the clipboard is refused with its size") {
  CHECK(too_much_to_copy(812'345'678, "save it").message.find("812.3 MB") != std::string::npos);
}
