// "Compare with another file…": the job, its table over the window, and the text of the table.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "app/actions.h"
#include "app/comparison_rows.h"
#include "app/ui/compat.h"
#include "core/text.h"
#include "tests/app/bench.h"
#include "tests/files.h"

using namespace bitloupe;
using namespace bitloupe::test;
using ui::Key;

namespace {

// Tensors of U8 values, each of one axis.
using Bytes = std::vector<std::pair<std::string, std::string>>;
void write_tensors(const std::string& path, const Bytes& tensors) {
  std::string header, data;
  for (const auto& [name, bytes] : tensors) {
    header += (header.empty() ? "{\"" : ",\"") + name + R"(":{"dtype":"U8","shape":[)" +
              std::to_string(bytes.size()) + R"(],"data_offsets":[)" + std::to_string(data.size()) + "," +
              std::to_string(data.size() + bytes.size()) + "]}";
    data += bytes;
  }
  write_file(path, safetensors_bytes(header + "}", data));
}

struct Files {
  Files() {
    write_tensors(
        a,
        {{"same", "\1\2\3"}, {"near", "\2\4\6"}, {"far", "\3\4"}, {"gone", "\1"}, {"cut", "\5\6\7\5\6\7"}});
    write_tensors(b, {{"far", "\1\1"}, {"near", "\2\4\7"}, {"same", "\1\2\3"}, {"new", "\1"}, {"cut", "\1"}});
  }
  TemporaryFolder folder;
  std::string a = folder.path("a.safetensors"), b = folder.path("b.safetensors");
};

ComparedFiles compared(const Files& files, const std::string& other, const std::string& shown = "cut") {
  auto result = compare_files({files.a, "", {}}, shown, *parse_source(other), {});
  REQUIRE_MESSAGE(result, (result ? "" : result.error().message));
  return std::move(*result);
}

std::string names(const ComparedFiles& files, const std::vector<std::size_t>& rows) {
  std::string text;
  for (const std::size_t row : rows)
    text += (text.empty() ? "" : " ") + cell_text(files.pairs[row], ComparisonColumn::Tensor);
  return text;
}

std::string clipboard() {
  const char* text = ImGui::GetClipboardText();
  return text ? text : "";
}

void settle(Bench& bench) {
  bench.settle();
  bench.workbench.jobs().wait_idle();
  bench.settle();
}

// By the browser, whose field takes a path or letters of a name beside the open file.
void answer(Bench& bench, const std::string& other) {
  bench.settle();
  REQUIRE(bench.headless.has("browse.path"));
  bench.headless.type(other);
  settle(bench);
  bench.headless.key(Key::Enter);
  settle(bench);
}

}  // namespace

TEST_CASE("compared files: worst first, then what cannot be compared and what one file lacks") {
  const Files files;
  const ComparedFiles all = compared(files, files.b);
  CHECK(names(all, sorted_rows(all, {})) == "far near same cut gone new");
  CHECK(all.a.tensor == "");
  CHECK(summary(all) ==
        "3 tensors compared, 1 without a difference; 1 cannot be compared; 2 are in one file only.");
  CHECK(why_not(all.pairs[0], all) == "");
  CHECK(why_not(all.pairs[3], all) == "shapes differ ([6] and [1])");
  CHECK(why_not(all.pairs[4], all) == "only in a.safetensors");
  CHECK(why_not(all.pairs[5], all) == "only in b.safetensors");
  CHECK(cell_text(all.pairs[2], ComparisonColumn::Sqnr) == "exact");
  CHECK(cell_text(all.pairs[0], ComparisonColumn::Different) == "2");
  CHECK(cell_text(all.pairs[0], ComparisonColumn::MaxAbs) == "3.000");
  CHECK(cell_text(all.pairs[4], ComparisonColumn::Other) == "–");
}

TEST_CASE("compared files: every column sorts both ways, rows without numbers stay at the end") {
  const Files files;
  const ComparedFiles all = compared(files, files.b);
  const auto sorted = [&](ComparisonOrder order) { return names(all, sorted_rows(all, order)); };
  CHECK(sorted(first_order(ComparisonColumn::Tensor)) == "far near same cut gone new");
  CHECK(sorted({ComparisonColumn::Tensor, true}) == "same near far cut gone new");
  CHECK(sorted({ComparisonColumn::Rmse, false}) == "same near far cut gone new");
  CHECK(sorted(first_order(ComparisonColumn::Sqnr)) == "far near same cut gone new");
  CHECK(sorted({ComparisonColumn::MaxAbs, false}) == "same near far cut gone new");
  CHECK(sorted({ComparisonColumn::Different, true}) == "far near same cut gone new");
  // Not because they stood there before.
  ComparedFiles turned = all;
  std::reverse(turned.pairs.begin(), turned.pairs.end());
  CHECK(names(turned, sorted_rows(turned, {})) == "far near same new gone cut");
}

TEST_CASE("compared files: a file of one tensor meets its namesake, or else the tensor on the screen") {
  const Files files;
  const std::string one = files.folder.path("one.safetensors");
  write_tensors(one, {{"near", "\2\4\6"}});
  CHECK(compared(files, one).pairs.size() == 5);
  CHECK(compared(files, one).pairs.front().difference->different == 0);
  write_tensors(one, {{"other", "\5\6\7\5\6\6"}});
  const ComparedFiles alone = compared(files, one);
  REQUIRE(alone.pairs.size() == 1);
  CHECK(alone.a.tensor == "cut");
  CHECK(alone.pairs.front().difference->different == 1);
  // One that was named, and a synthetic one.
  CHECK(compared(files, files.b + "::near", "same").pairs.front().difference->different == 3);
  CHECK(compared(files, "synthetic:ramp?shape=6").pairs.size() == 1);
}

TEST_CASE("compared files: as text the numbers read back, and names cannot break a line") {
  const Files files;
  write_tensors(files.b, {{"far", "\1\1"}, {R"(t\tb)", "\1"}});
  const ComparedFiles all = compared(files, files.b);
  const std::string text = comparison_text(all, sorted_rows(all, {}));
  const std::vector<std::string_view> lines = split(text, '\n');
  REQUIRE(lines.size() == 8);  // a head, six rows, and nothing behind the last line's end
  for (std::size_t i = 0; i < 7; ++i) CHECK(split(lines[i], '\t').size() == 10);
  const std::vector<std::string_view> far = split(lines[1], '\t');
  CHECK(far[0] == "far");
  CHECK(far[1] == "far");
  CHECK(far[2] == "U8");
  CHECK(parse_number(far[4]) == *all.pairs[0].difference->relative_rmse());
  CHECK(parse_number(far[5]) == *all.pairs[0].difference->sqnr_db());
  CHECK(far[6] == "3");
  CHECK(far[7] == "2");
  CHECK(far[8] == "2");
  CHECK(split(lines[6], '\t')[1] == R"(t\tb)");
  CHECK(split(lines[6], '\t')[9] == "only in b.safetensors");
}

TEST_CASE("compare with another file: from the panel to the table, a click goes to the tensor") {
  const Files files;
  Bench bench(files.a, 1280, 800);
  CHECK_FALSE(bench.headless.has("source.comparison"));
  bench.headless.click("source.compare");
  answer(bench, "b.saf");
  REQUIRE(bench.headless.has("comparison.list"));
  CHECK(bench.workbench.notice() ==
        "a.safetensors and b.safetensors: 3 tensors compared, 1 without a "
        "difference; 1 cannot be compared; 2 are in one file only.");
  const auto above = [&](const char* first, const char* second) {
    return bench.headless.rect(first).y < bench.headless.rect(second).y;
  };
  CHECK(above("comparison.row.far", "comparison.row.near"));
  CHECK(above("comparison.row.near", "comparison.row.same"));
  CHECK(above("comparison.row.gone", "comparison.only.new"));
  bench.headless.click("comparison.sort.rmse");
  CHECK(above("comparison.row.same", "comparison.row.far"));
  CHECK(above("comparison.row.far", "comparison.only.new"));

  bench.headless.click("comparison.only.new");  // nothing to go to
  REQUIRE(bench.headless.has("comparison.list"));
  bench.headless.click("comparison.row.near");
  CHECK(bench.snapshot().tensor().name == "near");
  CHECK_FALSE(bench.headless.has("comparison.list"));

  bench.headless.click("source.comparison");  // it is still there
  bench.headless.step();
  REQUIRE(bench.headless.has("comparison.row.far"));
  bench.headless.key(Key::Escape);
  bench.headless.step();
  CHECK_FALSE(bench.headless.has("comparison.list"));
}

TEST_CASE("compare with another file: Ctrl+C takes the table in the order shown") {
  const Files files;
  Bench bench(files.a, 1280, 800);
  bench.headless.click("source.compare");
  answer(bench, files.b);
  REQUIRE(bench.headless.has("comparison.list"));
  bench.headless.click("comparison.sort.rmse");
  bench.headless.key(Key::C, {.ctrl = true});
  bench.headless.step();
  const std::string text = clipboard();
  CHECK(text.starts_with("tensor\tother\t"));
  CHECK(text.find("\nsame\t") < text.find("\nfar\t"));
  CHECK(bench.headless.has("comparison.list"));
}

TEST_CASE("compare with another file: the action is for files only, and the table for its own file") {
  const Files files;
  Bench bench;
  CHECK_FALSE(bench.headless.has("source.compare"));
  bench.headless.click("menu.file");
  bench.headless.step();
  bench.headless.click("menu.file.compare");  // says nothing
  bench.settle();
  CHECK_FALSE(bench.headless.has("browse.path"));
  bench.headless.key(Key::Escape);
  bench.workbench.open(files.a);
  bench.settle();
  bench.headless.click("source.compare");
  answer(bench, files.b);
  bench.headless.key(Key::Escape);
  bench.workbench.open(files.b);
  bench.settle();
  CHECK(bench.headless.has("source.compare"));
  CHECK_FALSE(bench.headless.has("source.comparison"));
  bench.workbench.open(files.a);
  bench.settle();
  CHECK(bench.headless.has("source.comparison"));
}

TEST_CASE("compare with another file: what cannot be read is said in one line, and no table is shown") {
  const Files files;
  Bench bench(files.a, 1280, 800);
  write_file(files.b, "no tensors here");
  bench.headless.click("source.compare");
  answer(bench, files.b);
  CHECK_FALSE(bench.headless.has("comparison.list"));
  CHECK(bench.workbench.notice().find("b.safetensors") != std::string::npos);
  write_tensors(files.b, {{"x", "\1"}, {"y", "\1"}});
  bench.headless.click("source.compare");
  answer(bench, files.b);
  CHECK(bench.workbench.notice().find("no tensor of the first is in the second") != std::string::npos);
}

TEST_CASE("compare with another file: two hundred tensors of long names scroll, in any window") {
  const Files files;
  Bytes tensors;
  for (int i = 0; i < 200; ++i)
    tensors.emplace_back(
        "model.encoder.layers." + std::to_string(i) + ".self_attention.query_key_value.weight",
        std::string(1, static_cast<char>(1 + i % 100)));
  write_tensors(files.a, tensors);
  for (auto& [name, bytes] : tensors) bytes[0] = 1;
  write_tensors(files.b, tensors);
  struct Window {
    int width, height;
    float scale;
  };
  const std::vector<Window> windows = {{640, 400, 1}, {1280, 800, 1}, {2560, 1600, 2}};
  for (const Window& window : windows) {
    Bench bench(files.a, window.width, window.height, window.scale);
    bench.workbench.requests().compare = SourceSpec{files.b, "", {}};
    settle(bench);
    REQUIRE(bench.headless.has("comparison.list"));
    const Rect list = bench.headless.rect("comparison.list");
    CHECK(list.height > 60 * window.scale);
    CHECK(list.x >= 0);
    CHECK(list.right() <= static_cast<float>(window.width));
    const std::string last = "comparison.row." + tensors[100].first;  // equal in both
    CHECK_FALSE(bench.headless.has(last));
    for (const auto& [id, widget] : ui::widgets())
      if (id.starts_with("comparison.")) {
        CHECK(widget.rect.bottom() <= static_cast<float>(window.height));
        CHECK(widget.rect.right() <= static_cast<float>(window.width));
      }
    bench.headless.reveal(last, "comparison.list");
    CHECK(bench.headless.has(last));
  }
}
