// Several sources as tabs: the value, and the tabs in the window.
#include "app/open_sources.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "app/browser/path_text.h"
#include "tests/app/bench.h"
#include "tests/core/io_support.h"

using namespace bitloupe;
using test::Bench;
using ui::Key;

namespace {

constexpr ui::Modifiers kCtrl{.ctrl = true}, kCtrlShift{.ctrl = true, .shift = true};

SourceSpec file(const std::string& path, const std::string& tensor = "") {
  return {path, tensor, std::nullopt};
}
SourceSpec synthetic(const std::string& text) { return *parse_source(text); }

std::vector<std::string> places(const OpenSources& sources) {
  std::vector<std::string> places;
  for (const OpenSource& tab : sources.tabs) places.push_back(tab.place);
  return places;
}

using Places = std::vector<std::string>;

// Files "a" … of 12 × 8 values, and "deep/a" of 5 × 7.
struct Files {
  explicit Files(int count) {
    std::filesystem::create_directory(folder.path("deep"));
    const auto npy = [](const std::string& shape, std::size_t values) {
      return test::npy_bytes("{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }",
                             std::string(values * 4, '\1'));
    };
    for (int i = 0; i < count; ++i) test::write_file(path(i), npy("(12, 8)", 96));
    test::write_file(folder.path("deep/a.npy"), npy("(5, 7)", 35));
  }
  std::string path(int i) const { return folder.path(std::string(1, static_cast<char>('a' + i)) + ".npy"); }
  test::TemporaryFolder folder;
};

std::string shown_path(Bench& bench) { return bench.workbench.experiment().source.path; }

void open(Bench& bench, const std::string& path) {
  bench.workbench.open(path);
  bench.settle();
}

void drop(Bench& bench, const std::vector<std::string>& paths) {
  bench.workbench.drop(paths);
  bench.settle();
}

void save(Bench& bench, const std::string& path) {
  bench.workbench.requests().session.save_as = path;
  bench.settle();
  bench.workbench.desk().write_now();
  bench.settle();
}

// Opened and left again.
void add_to_session(Bench& bench, const std::string& path) {
  const SourceSpec shown = bench.workbench.experiment().source;
  bench.workbench.requests().sources = {shown, file(path)};
  bench.settle();
}

std::size_t tabs(Bench& bench) { return bench.workbench.sources().tabs.size(); }

}  // namespace

TEST_CASE("a source that is opened gets a tab right of the active one; a blank sheet gives way") {
  OpenSources sources;
  ViewState view;
  const auto follow = [&](const SourceSpec& source) { follow_source(sources, source, "/home", view); };
  follow(synthetic("synthetic:gaussian"));
  CHECK(is_blank(sources.tabs[0].source));
  follow(file("a.npy"));
  follow(file("/b.npy"));
  CHECK(places(sources) == Places{"/home/a.npy", "/b.npy"});
  follow(file("/home/./x/../a.npy", "t"));  // the same file by another name
  CHECK(sources.active == 0);
  CHECK(sources.tabs[0].source.tensor == "t");
  follow(file("/c.npy"));
  CHECK(places(sources) == Places{"/home/a.npy", "/c.npy", "/b.npy"});
  follow(synthetic("synthetic:laplace"));
  follow(synthetic("synthetic:uniform?shape=3"));  // all synthetic sources share one
  CHECK(places(sources) == Places{"/home/a.npy", "/c.npy", "synthetic:", "/b.npy"});
  CHECK(sources.tabs[2].source.synthetic->kind == "uniform");
  follow(file("/d.npy"));  // no blank one: it was made by hand
  CHECK(sources.tabs.size() == 5);
  add_tab(sources, file("/e.npy"), "/home");
  add_tab(sources, file("/b.npy"), "/home");
  CHECK(sources.tabs.size() == 6);
  CHECK(sources.active == 3);
  CHECK(specs(sources)[5] == file("/e.npy"));
}

TEST_CASE("closing shows the tab to the right, then to the left, then a blank sheet") {
  OpenSources sources;
  ViewState view;
  for (const char* path : {"/a", "/b", "/c"}) follow_source(sources, file(path), "/", view);
  follow_source(sources, file("/b"), "/", view);
  CHECK(close_tab(sources, 0, view) == file("/b"));
  CHECK(sources.active == 0);
  CHECK(close_tab(sources, 7, view) == file("/b"));
  CHECK(close_tab(sources, 0, view) == file("/c"));
  CHECK(is_blank(close_tab(sources, 0, view)));
  CHECK(sources.tabs.empty());
}

TEST_CASE("going round the tabs, and their names") {
  OpenSources sources;
  ViewState view;
  for (const char* path : {"/one/a.npy", "/two/a.npy", "/two/line\nfeed.npy"})
    follow_source(sources, file(path), "/", view);
  CHECK(cycled(sources, 1) == file("/one/a.npy"));
  CHECK(cycled(sources, -1) == file("/two/a.npy"));
  CHECK(cycled(sources, -5) == file("/one/a.npy"));
  CHECK(tab_name(sources, 0) == "one/a.npy");
  CHECK(tab_name(sources, 1) == "two/a.npy");
  CHECK(tab_name(sources, 2) == "line\\nfeed");
  for (const char* path : {"/b.npy", "/b.safetensors", "/v1.5.npy", "/.npy"})
    follow_source(sources, file(path), "/", view);
  CHECK(tab_name(sources, 3) == "b.npy");
  CHECK(tab_name(sources, 4) == "b.safetensors");
  CHECK(tab_name(sources, 5) == "v1.5");
  CHECK(tab_name(sources, 6) == ".npy");
}

TEST_CASE("the filter belongs to the tab") {
  OpenSources sources;
  ViewState view;
  follow_source(sources, file("/a"), "/", view);
  view.tensor_filter = "weight";
  follow_source(sources, file("/b"), "/", view);
  CHECK(view.tensor_filter.empty());
  view.tensor_filter = "bias";
  follow_source(sources, file("/a"), "/", view);
  CHECK(view.tensor_filter == "weight");
  follow_source(sources, file("/b"), "/", view);
  CHECK(close_tab(sources, 1, view) == file("/a"));
  CHECK(view.tensor_filter == "weight");
}

TEST_CASE("opening another file keeps the first as a tab; clicks and keys go between them") {
  const Files files(3);
  Bench bench(files.path(0));
  CHECK_FALSE(bench.headless.has("source.tab.0"));
  open(bench, files.path(1));
  open(bench, files.path(2));
  CHECK(tabs(bench) == 3);
  bench.headless.click("source.tab.0");
  CHECK(shown_path(bench) == files.path(0));
  bench.headless.key(Key::Tab, kCtrl);
  CHECK(shown_path(bench) == files.path(1));
  bench.headless.key(Key::Tab, kCtrlShift);
  bench.headless.key(Key::Tab, kCtrlShift);
  CHECK(shown_path(bench) == files.path(2));
  CHECK_FALSE(bench.workbench.view().panels_hidden);
  bench.headless.key(Key::W, kCtrl);
  CHECK(shown_path(bench) == files.path(1));
  bench.headless.click("source.tab.0", 2);  // the middle button
  bench.settle();
  CHECK(tabs(bench) == 1);
  CHECK(shown_path(bench) == files.path(1));
  bench.headless.key(Key::W, kCtrl);
  bench.settle();
  CHECK(is_blank(bench.workbench.experiment().source));
  CHECK(tabs(bench) == 1);
}

TEST_CASE("the cross of a tab closes it, shown or not") {
  const Files files(3);
  Bench bench(files.path(0));
  open(bench, files.path(1));
  bench.headless.hover("source.tab.0");
  bench.headless.click("source.close.0");
  CHECK(shown_path(bench) == files.path(1));
  CHECK(tabs(bench) == 1);
  open(bench, files.path(2));
  bench.headless.click("source.close.1");
  CHECK(shown_path(bench) == files.path(1));
}

TEST_CASE("every tab remembers its tensor and how it was looked at") {
  const test::TensorFileOnDisk both;
  const Files files(2);
  Bench bench(both.path);
  bench.headless.click("source.tensor.first");
  bench.settle();
  ViewState& view = bench.workbench.view();
  const Viewport zoomed{false, 1, 2, 3, 4};
  view.viewport = zoomed;
  view.selected = 17;
  view.grid_mode = GridMode::Codes;
  view.log_count = false;  // of the window, not of a tensor
  bench.headless.step();
  open(bench, files.path(0));
  CHECK(bench.snapshot().tensor().shape == Shape{12, 8});
  CHECK(view.viewport.fit);
  CHECK_FALSE(view.selected);
  bench.headless.key(Key::Tab, kCtrl);
  CHECK(bench.snapshot().tensor().name == "first");
  CHECK(view.viewport == zoomed);
  CHECK(view.selected == 17);
  CHECK(view.grid_mode == GridMode::Codes);
  CHECK_FALSE(view.log_count);
  // The same tensor of another file is looked at the same way.
  bench.headless.key(Key::Tab, kCtrl);
  bench.settle();
  view.viewport = {false, 2, 2, 4, 4};
  bench.headless.step();
  open(bench, files.path(1));
  CHECK(bench.snapshot().tensor().name == "b");
}

TEST_CASE("undo comes back to a source whose tab was closed") {
  const Files files(2);
  Bench bench(files.path(0));
  open(bench, files.path(1));
  bench.headless.key(Key::W, kCtrl);
  bench.settle();
  CHECK(tabs(bench) == 1);
  bench.headless.key(Key::Z, kCtrl);
  bench.settle();
  CHECK(shown_path(bench) == files.path(1));
  CHECK(tabs(bench) == 2);
  bench.headless.key(Key::Z, kCtrl);
  bench.settle();
  CHECK(shown_path(bench) == files.path(0));
  CHECK(tabs(bench) == 2);
}

TEST_CASE("F21: a file that is open already is gone to, with the tensor chosen in it") {
  const test::TensorFileOnDisk both;
  const Files files(1);
  Bench bench(both.path);
  bench.headless.click("source.tensor.first");
  bench.settle();
  open(bench, files.path(0));
  open(bench, both.path);
  CHECK(tabs(bench) == 2);
  CHECK(bench.workbench.experiment().source.tensor == "first");
  open(bench, both.path + "::second");
  CHECK(bench.snapshot().tensor().name == "second");
  open(bench, std::filesystem::relative(both.path).string());
  CHECK(tabs(bench) == 2);
  drop(bench, {both.path, both.path});
  CHECK(tabs(bench) == 2);
  CHECK(bench.workbench.experiment().source.tensor == "second");
}

TEST_CASE("a file that could not be loaded is tried again when it is opened again") {
  const Files files(1);
  Bench bench;
  const std::string late = files.folder.path("late.npy");
  open(bench, late);
  CHECK(bench.workbench.lanes().source().error);
  CHECK_FALSE(bench.headless.has("source.tensor.late"));
  std::filesystem::copy_file(files.path(0), late);
  open(bench, late);
  CHECK_FALSE(bench.workbench.lanes().source().error);
  CHECK(bench.snapshot().tensor().name == "late");
}

TEST_CASE("the synthetic source is a tab of its own and keeps its parameters") {
  const Files files(1);
  Bench bench("synthetic:laplace?shape=16x16");
  open(bench, files.path(0));
  CHECK(tabs(bench) == 2);
  bench.headless.click("source.synthetic");
  bench.settle();
  CHECK(bench.workbench.experiment().source == synthetic("synthetic:laplace?shape=16x16"));
  CHECK(tabs(bench) == 2);
}

TEST_CASE("many tabs shrink, then scroll; the list of all has every one") {
  const Files files(26);
  Bench bench(files.path(0), 1280, 800);
  for (int i = 1; i < 26; ++i)
    bench.workbench.requests().sources.push_back({files.path(i), "", std::nullopt});
  bench.settle();
  CHECK(tabs(bench) == 26);
  CHECK(shown_path(bench) == files.path(1));
  CHECK(bench.headless.has("source.tab.1"));
  CHECK_FALSE(bench.headless.has("source.tab.20"));
  bench.headless.wheel("source.tab.1", -40);
  CHECK(bench.headless.has("source.tab.25"));
  bench.headless.click("source.tab.25");
  CHECK(shown_path(bench) == files.path(25));
  bench.headless.key(Key::Tab, kCtrl);
  bench.headless.step(2);
  CHECK(bench.headless.has("source.tab.0"));
  bench.headless.click("source.tabs.all");
  bench.headless.step(2);
  bench.headless.click("source.all.4");
  CHECK(shown_path(bench) == files.path(4));
  bench.headless.step(2);
  CHECK(bench.headless.has("source.tab.4"));
  const Rect panel = bench.headless.rect("panel.source");
  for (const auto& [id, widget] : ui::widgets())
    if (id.starts_with("source.tab.") || id.starts_with("source.close."))
      CHECK(widget.rect.right() <= panel.right());
}

TEST_CASE("a session keeps the tabs; opening it brings them back with its view") {
  const Files files(3);
  const std::string path = files.folder.path("s.bitloupe");
  const std::vector<SourceSpec> all = {file(files.path(0)), file(files.path(1)), file("/gone.npy")};
  const Viewport zoomed{false, 1, 1, 3, 3};
  {
    Bench bench(files.path(0));
    open(bench, files.path(1));
    add_to_session(bench, "/gone.npy");
    bench.headless.click("source.tab.1");
    bench.settle();
    bench.workbench.view().viewport = zoomed;
    save(bench, path);
    REQUIRE(std::filesystem::exists(path));
  }
  Bench bench(files.path(2));
  open(bench, path);
  bench.settle();
  CHECK(specs(bench.workbench.sources()) == all);
  CHECK(bench.workbench.sources().active == 1);
  CHECK(bench.snapshot().tensor().name == "b");
  CHECK(bench.workbench.view().viewport == zoomed);
  bench.headless.key(Key::W, kCtrl);
  bench.settle();
  CHECK(bench.workbench.desk().status().unsaved);
}

TEST_CASE("a session is saved by Ctrl+S under a name that is asked for, and opened by Ctrl+Shift+O") {
  const Files files(2);
  Bench bench(files.path(0));
  bench.headless.key(Key::S, kCtrl);
  bench.settle();
  bench.settle();
  REQUIRE(bench.headless.has("browse.ok"));
  bench.headless.key(Key::Enter);  // beside the file, by its name
  bench.settle();
  bench.settle();
  bench.workbench.desk().write_now();
  bench.settle();
  CHECK(std::filesystem::exists(files.folder.path("a.bitloupe")));
  CHECK(bench.workbench.desk().status().path == files.folder.path("a.bitloupe"));
  open(bench, files.path(1));
  bench.headless.key(Key::S, kCtrl);  // into its file, unasked
  bench.workbench.desk().write_now();
  bench.settle();
  CHECK_FALSE(bench.headless.has("browse.ok"));
  bench.headless.key(Key::O, kCtrlShift);
  bench.settle();
  bench.settle();
  bench.headless.type("a.b");
  bench.headless.key(Key::Enter);
  bench.settle();
  bench.settle();
  CHECK(tabs(bench) == 2);
  CHECK(shown_path(bench) == files.path(1));
}
