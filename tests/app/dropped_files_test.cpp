// Files dropped on the window: any number of them, of any name.
#include <doctest/doctest.h>

#include <filesystem>

#include "app/browser/path_text.h"
#include "tests/app/bench.h"
#include "tests/core/io_support.h"

using namespace bitloupe;
using test::Bench;

namespace {

namespace fs = std::filesystem;

struct Files {
  explicit Files(int count) {
    const std::string npy =
        test::npy_bytes("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }", std::string(48, '\1'));
    for (int i = 0; i < count; ++i) {
      paths.push_back(folder.path("t" + std::to_string(i) + ".npy"));
      test::write_file(paths.back(), npy);
    }
  }
  test::TemporaryFolder folder;
  std::vector<std::string> paths;
};

void drop(Bench& bench, const std::vector<std::string>& paths) {
  bench.workbench.drop(paths);
  bench.settle();
}

std::size_t tabs(Bench& bench) { return bench.workbench.sources().tabs.size(); }

}  // namespace

TEST_CASE("U22: no files, URLs and names that are no UTF-8 are dropped") {
  const Files files(1);
  Bench bench("synthetic:gaussian");
  drop(bench, {});
  CHECK(bench.workbench.notice().empty());
  drop(bench, {"file:///tmp/\xff\xfe", "/no/such/file", "https://example.org/a.npy", "not a path\n"});
  CHECK(bench.workbench.experiment().source.synthetic);
  CHECK(bench.workbench.notice() ==
        "None of the 4 files dropped can be opened; the first: /tmp/\\xff\\xfe: no such file");
  drop(bench, {"https://example.org/a.npy"});
  CHECK(bench.workbench.notice() == "https://example.org/a.npy: only files of this machine can be opened");
  const std::string odd = files.folder.path("\xff odd\n name.npy");
  fs::copy_file(files.paths[0], odd);
  std::string url = "file://localhost";
  for (const char c : odd) {
    constexpr const char* kHex = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    if (c == '/')
      url += c;
    else
      url += {'%', kHex[byte / 16], kHex[byte % 16]};
  }
  drop(bench, {url});
  CHECK(bench.workbench.experiment().source.path == odd);
  CHECK(bench.snapshot().tensor().shape == Shape{3, 4});
  CHECK(bench.workbench.notice().empty());
  CHECK(bench.workbench.take_wishes().title == "• \\xff odd\\n name.npy · Bitloupe");
}

TEST_CASE("U22: of several dropped files the readable ones are opened, the first is shown") {
  const Files files(3);
  Bench bench("synthetic:gaussian");
  drop(bench, {"/no/such/file", files.paths[0], "/dev/null", files.paths[1], files.paths[2]});
  CHECK(bench.workbench.experiment().source.path == files.paths[0]);
  CHECK(tabs(bench) == 3);
  CHECK(bench.workbench.notice() ==
        "Opened 3 of 5 files dropped; 2 cannot be opened, the first: /no/such/file: no such file");
}

TEST_CASE("a folder that is dropped is browsed") {
  const Files files(2);
  Bench bench("synthetic:gaussian");
  drop(bench, {parent_folder(files.paths[0])});
  bench.settle();
  CHECK(bench.headless.has("browse.row.1"));
  CHECK(bench.workbench.experiment().source.synthetic);
}

TEST_CASE("F24: 500 files are dropped at once: one after the other, with one summary") {
  const Files files(500);
  Bench bench("synthetic:gaussian");
  std::vector<std::string> paths = files.paths;
  paths.insert(paths.begin() + 250, "/no/such/file");
  drop(bench, paths);
  CHECK(tabs(bench) == 500);
  CHECK(bench.workbench.experiment().source.path == files.paths[0]);
  CHECK(bench.workbench.notice() ==
        "Opened 500 of 501 files dropped; 1 cannot be opened, the first: /no/such/file: no such file");
  CHECK(bench.snapshot().tensor().shape == Shape{3, 4});
}

TEST_CASE("F24: a drop can be cancelled; what was opened stays, and frames go on meanwhile") {
  const Files files(1);
  // A FIFO without a writer is refused at once; a great many of them take their time.
  std::vector<std::string> paths(200'000, "/no/such/file");
  paths[0] = files.paths[0];
  Bench bench("synthetic:gaussian");
  bench.workbench.drop(paths);
  for (int i = 0; i < 100'000 && !bench.headless.has("banner.drop.cancel"); ++i) bench.headless.step();
  REQUIRE(bench.headless.has("banner.drop.cancel"));
  CHECK(bench.workbench.experiment().source.path == files.paths[0]);
  bench.headless.click("banner.drop.cancel");
  bench.headless.step(3);
  CHECK_FALSE(bench.headless.has("banner.drop"));
  CHECK(bench.workbench.notice().ends_with("of 200000 files dropped; the others were cancelled."));
  CHECK(tabs(bench) == 1);
  // Another drop begins anew.
  drop(bench, files.paths);
  CHECK(bench.workbench.experiment().source.path == files.paths[0]);
}

TEST_CASE("files dropped while others are looked into are queued behind them") {
  const Files files(40);
  Bench bench("synthetic:gaussian");
  bench.workbench.drop({files.paths.begin(), files.paths.begin() + 20});
  bench.workbench.drop({files.paths.begin() + 20, files.paths.end()});
  bench.settle();
  bench.settle();
  CHECK(tabs(bench) == 40);
}
