// The file browser in the window: what the hand does and what comes of it.
#include <doctest/doctest.h>

#include <filesystem>

#include "app/browser/path_text.h"
#include "tests/app/bench.h"
#include "tests/core/io_support.h"

using namespace bitloupe;
using test::Bench;
using ui::Key;

namespace {

namespace fs = std::filesystem;

constexpr ui::Modifiers kCtrl{.ctrl = true}, kAlt{.alt = true};

struct Models {
  Models() {
    const std::string npy =
        test::npy_bytes("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }", std::string(48, '\1'));
    fs::create_directory(folder.path("deep"));
    for (const char* name : {"layer2.npy", "layer10.npy", "deep/inner.npy"})
      test::write_file(folder.path(name), npy);
    test::write_file(folder.path("notes.txt"), "x");
  }
  std::string path(const std::string& name) const { return folder.path(name); }
  std::string root() const { return parent_folder(folder.path("x")); }
  test::TemporaryFolder folder;
};

// The browser over a window that shows layer2.npy.
struct Opened {
  explicit Opened(const Models& models, int width = 1280, int height = 800, float scale = 1)
      : bench(models.path("layer2.npy"), width, height, scale) {
    bench.headless.key(Key::O, kCtrl);
    settle();
    REQUIRE(shown());
  }
  void settle() {
    bench.settle();
    bench.settle();
  }
  bool shown() const { return bench.headless.has("browse.path"); }
  void key(Key key, ui::Modifiers modifiers = {}) {
    bench.headless.key(key, modifiers);
    settle();
  }
  void type(std::string_view text) {
    bench.headless.type(text);
    settle();
  }
  void click(std::string_view id) {
    bench.headless.click(id);
    settle();
  }
  int rows() const {
    int count = 0;
    while (bench.headless.has("browse.row." + std::to_string(count))) ++count;
    return count;
  }
  std::string path() { return bench.workbench.experiment().source.path; }

  Bench bench;
};

}  // namespace

TEST_CASE("the browser opens at the file's folder; letters filter, Enter opens, Escape closes") {
  const Models models;
  Opened opened(models);
  CHECK(opened.rows() == 3);
  opened.key(Key::Escape);
  CHECK_FALSE(opened.shown());
  opened.key(Key::O, kCtrl);
  opened.type("10");
  CHECK(opened.rows() == 1);
  opened.key(Key::Enter);
  CHECK_FALSE(opened.shown());
  CHECK(opened.path() == models.path("layer10.npy"));
  CHECK(opened.bench.workbench.preferences().browse.recent == std::vector{models.root()});
}

TEST_CASE("arrows choose, Enter goes into folders, Backspace out of them") {
  const Models models;
  Opened opened(models);
  opened.key(Key::Enter);  // deep
  CHECK(opened.rows() == 1);
  opened.key(Key::Backspace);
  CHECK(opened.rows() == 3);
  opened.key(Key::Down);
  opened.key(Key::Down);
  opened.key(Key::Enter);
  CHECK(opened.path() == models.path("layer10.npy"));
}

TEST_CASE("Tab and Right complete what is typed, and typing goes on behind it") {
  const Models models;
  Opened opened(models);
  opened.type("de");
  opened.key(Key::Tab);
  CHECK(opened.rows() == 1);
  opened.type("in");
  opened.key(Key::Right);
  opened.key(Key::Enter);
  CHECK(opened.path() == models.path("deep/inner.npy"));
  CHECK_FALSE(opened.bench.workbench.view().panels_hidden);  // Tab was the field's
}

TEST_CASE("a typed path::tensor and a synthetic source are opened") {
  const Models models;
  Opened opened(models);
  opened.type(models.path("deep") + "/inner.npy::inner");
  opened.key(Key::Enter);
  CHECK(opened.bench.workbench.experiment().source ==
        SourceSpec{models.path("deep/inner.npy"), "inner", std::nullopt});
  opened.key(Key::O, kCtrl);
  opened.type("synthetic:ramp?shape=8x8");
  opened.key(Key::KeypadEnter);
  REQUIRE(opened.bench.workbench.experiment().source.synthetic);
  CHECK(opened.bench.snapshot().tensor().shape == Shape{8, 8});
}

TEST_CASE("the mouse: a click chooses, two open; crumbs, places and heads") {
  const Models models;
  Opened opened(models);
  opened.click("browse.row.2");
  CHECK(opened.shown());
  opened.bench.headless.double_click("browse.row.0");
  opened.settle();
  CHECK(opened.rows() == 1);
  const std::size_t depth = crumbs_of(models.root()).size();
  opened.click("browse.crumb." + std::to_string(depth - 1));
  CHECK(opened.rows() == 3);
  opened.click("browse.sort.name");
  CHECK(opened.bench.workbench.preferences().browse.descending);
  opened.click("browse.sort.size");
  CHECK(opened.bench.workbench.preferences().browse.order == BrowseOrder::Size);
  CHECK_FALSE(opened.bench.workbench.preferences().browse.descending);
  opened.click("browse.all");
  CHECK(opened.rows() == 4);
  opened.click("browse.place.0");
  CHECK(opened.shown());
  opened.key(Key::Escape);
  opened.key(Key::O, kCtrl);
  opened.bench.headless.double_click("browse.row.1");
  opened.settle();
  CHECK_FALSE(opened.shown());
}

TEST_CASE("what is typed arrives after a click on a row") {
  const Models models;
  Opened opened(models);
  opened.click("browse.row.1");
  opened.type("10");
  CHECK(opened.rows() == 1);
}

TEST_CASE("bookmarks are kept, gone to and taken away") {
  const Models models;
  Opened opened(models);
  const std::vector<std::string>& bookmarks = opened.bench.workbench.preferences().browse.bookmarks;
  opened.click("browse.bookmark");
  REQUIRE(bookmarks == std::vector{models.root()});
  opened.key(Key::Enter);  // into deep
  opened.key(Key::D, kCtrl);
  REQUIRE(bookmarks == std::vector{models.root(), models.path("deep")});
  // Home, the current folder, then the bookmarks.
  const auto places = browse_places(opened.bench.workbench.preferences().browse);
  const auto place = std::find_if(places.begin(), places.end(),
                                  [&](const BrowsePlace& p) { return p.path == models.root(); });
  const std::string number = std::to_string(place - places.begin());
  opened.click("browse.place." + number);
  CHECK(opened.rows() == 3);
  opened.key(Key::Enter);
  opened.key(ui::nth_key(Key::Digit1, static_cast<int>(place - places.begin())), kAlt);
  CHECK(opened.rows() == 3);
  opened.click("browse.forget." + number);
  CHECK(bookmarks == std::vector{models.path("deep")});
}

TEST_CASE("hidden files by Ctrl+H, another folder's by Alt+Up") {
  const Models models;
  test::write_file(models.path(".secret.npy"), "x");
  Opened opened(models);
  opened.key(Key::H, kCtrl);
  CHECK(opened.rows() == 4);
  opened.key(Key::Up, kAlt);
  CHECK(opened.bench.headless.has("browse.path"));
  CHECK(opened.bench.workbench.preferences().browse.hidden);
}

TEST_CASE("saving: the answer comes to whoever asked, a file that is there is asked for") {
  const Models models;
  Bench bench;
  // A panel would ask so.
  std::vector<BrowseChoice> choices;
  const auto ask = [&](const std::string& proposal) {
    BrowseRequest request;
    request.mode = BrowseMode::Save;
    request.title = "Save the plot";
    request.proposal = proposal;
    request.extensions = {".svg"};
    request.chosen = [&](Frame&, const BrowseChoice& choice) { choices.push_back(choice); };
    bench.workbench.requests().browse = std::move(request);
    bench.settle();
    bench.settle();
  };
  ask(models.path("curve"));
  REQUIRE(bench.headless.has("browse.ok"));
  bench.headless.type("curve2");  // over what was proposed, which is selected
  bench.headless.key(Key::Enter);
  bench.settle();
  REQUIRE(choices.size() == 1);
  CHECK(choices[0].path == models.path("curve2.svg"));
  CHECK_FALSE(bench.headless.has("browse.ok"));

  test::write_file(models.path("there.svg"), "old");
  for (const bool by_key : {false, true}) {
    choices.clear();
    ask(models.path("there.svg"));
    bench.headless.key(Key::Enter);
    bench.settle();
    bench.settle();
    REQUIRE(bench.headless.has("browse.replace"));
    bench.headless.key(Key::Enter);  // once more is no answer
    bench.settle();
    bench.settle();
    CHECK(choices.empty());
    REQUIRE(bench.headless.has("browse.keep"));
    bench.headless.key(Key::Escape);
    bench.settle();
    CHECK_FALSE(bench.headless.has("browse.replace"));
    REQUIRE(bench.headless.has("browse.ok"));
    bench.headless.key(Key::Enter);
    bench.settle();
    bench.settle();
    if (by_key)
      bench.headless.key(Key::Enter, kCtrl);
    else
      bench.headless.click("browse.replace");
    bench.settle();
    REQUIRE(choices.size() == 1);
    CHECK(choices[0].replaces);
    CHECK(choices[0].path == models.path("there.svg"));
  }
}

TEST_CASE("F07: the browser draws names and folders of any bytes") {
  const Models models;
  const std::string odd = models.path("odd\n\xff \u202e folder");
  fs::create_directory(odd);
  for (const char* name : {"\xff\xfe.npy", "line\nfeed.npy", "%s%n.npy", "##id.npy"})
    fs::copy_file(models.path("layer2.npy"), fs::path(odd) / name);
  fs::copy_file(models.path("layer2.npy"), fs::path(odd) / (std::string(251, 'n') + ".npy"));
  Opened opened(models, 900, 600);
  opened.type("odd");
  opened.key(Key::Tab);
  CHECK(opened.rows() == 5);
  opened.type("\\xff");
  opened.key(Key::D, kCtrl);
  opened.key(Key::Enter);
  CHECK(opened.path() == odd + "/\xff\xfe.npy");
  CHECK(opened.bench.snapshot().tensor().shape == Shape{3, 4});
  CHECK(opened.bench.workbench.preferences().browse.recent.front() == odd);
  opened.key(Key::O, kCtrl);
  CHECK(opened.rows() == 5);
}

TEST_CASE("the browser fits into any window") {
  const Models models;
  for (const auto& [width, height, scale] :
       std::vector<std::tuple<int, int, float>>{{1280, 800, 2}, {640, 400, 1}, {320, 200, 1}}) {
    Opened opened(models, width, height, scale);
    opened.key(Key::Down);
    opened.bench.headless.wheel("browse.list", -1);
    opened.type("l");
    CHECK(opened.shown());
  }
  Bench tiny(models.path("layer2.npy"), 40, 30);
  tiny.headless.key(Key::O, kCtrl);
  tiny.settle();
  tiny.headless.type("l");
  tiny.headless.key(Key::Enter);
  tiny.settle();
}
