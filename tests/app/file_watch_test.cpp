// Files that change on disk while they are shown.
#include "app/file_watch.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "tests/app/bench.h"
#include "tests/core/io_support.h"

using namespace bitloupe;
using test::Bench;

namespace {

namespace fs = std::filesystem;

std::string npy(char value, int columns = 4) {
  return test::npy_bytes(
      "{'descr': '|u1', 'fortran_order': False, 'shape': (3, " + std::to_string(columns) + "), }",
      std::string(static_cast<std::size_t>(columns) * 3, value));
}

// Waits until `ready`, looking at the file again and again; ten seconds at most.
template <class Ready>
bool soon(Ready ready) {
  for (int i = 0; i < 1000; ++i) {
    if (ready()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

bool comes(Bench& bench, std::string_view id) {
  return soon([&] {
    bench.workbench.came_to_front();
    bench.headless.step();
    return bench.headless.has(id);
  });
}

bool goes(Bench& bench, std::string_view id) {
  return soon([&] {
    bench.workbench.came_to_front();
    bench.headless.step();
    return !bench.headless.has(id);
  });
}

void set_time(const std::string& path, std::int64_t seconds) {
  const timespec times[2] = {{seconds, 0}, {seconds, 0}};
  REQUIRE(utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
}

}  // namespace

TEST_CASE("F09: a file that is written to, replaced or made longer is told apart from what was opened") {
  const test::TemporaryFolder folder;
  const std::string path = folder.path("a.npy");
  Workers workers([] {});
  FileWatch watch(workers);
  const auto change = [&] {
    watch.look_now();
    return watch.change();
  };
  const auto opened = [&] {
    fs::remove(path);
    test::write_file(path, npy('\1'));
    auto file = read_tensor_file(path);
    REQUIRE(file);
    watch.watch(path, std::make_shared<const TensorFile>(std::move(*file)));
  };
  opened();
  CHECK(change() == DiskChange::None);
  test::write_file(path, npy('\1') + "x");
  CHECK(soon([&] { return change() == DiskChange::Changed; }));
  watch.keep();
  CHECK(change() == DiskChange::None);
  test::write_file(path, npy('\1') + "xy");
  CHECK(soon([&] { return change() == DiskChange::Changed; }));

  opened();
  test::write_file(folder.path("b"), npy('\1'));
  fs::last_write_time(folder.path("b"), fs::last_write_time(path));
  fs::rename(folder.path("b"), path);  // of the same size and date
  CHECK(soon([&] { return change() == DiskChange::Changed; }));

  opened();
  fs::remove(path);
  CHECK(soon([&] { return change() == DiskChange::Deleted; }));
  watch.keep();
  CHECK(change() == DiskChange::None);
  test::write_file(path, npy('\1'));
  CHECK(soon([&] { return change() == DiskChange::Changed; }));
}

TEST_CASE("F16: a file that became older has changed as well") {
  const test::TemporaryFolder folder;
  const std::string path = folder.path("a.npy");
  test::write_file(path, npy('\1'));
  set_time(path, 4102444800);  // 2100
  Bench bench(path);
  set_time(path, -86400);  // 1969
  CHECK(comes(bench, "banner.disk.reload"));
}

TEST_CASE("F08: a file that is cut while open: a banner, and the view keeps what it had") {
  const test::TemporaryFolder folder;
  const std::string path = folder.path("a.npy");
  test::write_file(path, npy('\1'));
  Bench bench(path);
  const auto before = bench.snapshot().prepared;
  fs::resize_file(path, 90);
  REQUIRE(comes(bench, "banner.disk.reload"));
  CHECK(bench.snapshot().prepared == before);
  CHECK(bench.headless.has("pane.original"));
  bench.headless.click("banner.disk.reload");
  bench.settle();
  REQUIRE(bench.workbench.lanes().source().error);  // it is not whole
  CHECK(bench.headless.has("pane.original"));
  test::write_file(path, npy('\2'));
  REQUIRE(comes(bench, "banner.disk.reload"));
  bench.headless.click("banner.disk.reload");
  bench.settle();
  CHECK_FALSE(bench.workbench.lanes().source().error);
  CHECK(bench.snapshot().prepared->statistics.max == 2);
}

TEST_CASE("F09: reload takes the new file, keep leaves it until it changes once more") {
  const test::TemporaryFolder folder;
  const std::string path = folder.path("a.npy");
  test::write_file(path, npy('\1'));
  Bench bench(path);
  test::write_file(path, npy('\2', 6));
  REQUIRE(comes(bench, "banner.disk.keep"));
  bench.headless.click("banner.disk.keep");
  REQUIRE(goes(bench, "banner.disk"));
  CHECK(bench.snapshot().tensor().shape == Shape{3, 4});
  test::write_file(path, npy('\3', 7));
  REQUIRE(comes(bench, "banner.disk.reload"));
  bench.headless.click("banner.disk.reload");
  REQUIRE(goes(bench, "banner.disk"));
  CHECK(bench.snapshot().tensor().shape == Shape{3, 7});
  CHECK(bench.snapshot().prepared->statistics.max == 3);
}

TEST_CASE("F09: every change of a shard is told, whichever was kept before") {
  const test::TemporaryFolder folder;
  const auto write_shard = [&](const std::string& tensor, char value) {
    const std::string header = "{\"" + tensor + R"(":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}})";
    test::write_file(folder.path(tensor + ".safetensors"), std::string(1, static_cast<char>(header.size())) +
                                                               std::string(7, '\0') + header +
                                                               std::string(16, value));
  };
  write_shard("a", '\1');
  write_shard("b", '\1');
  const std::string index = folder.path("model.safetensors.index.json");
  test::write_file(index, R"({"weight_map":{"a":"a.safetensors","b":"b.safetensors"}})");
  Bench bench(index);
  REQUIRE_FALSE(bench.workbench.lanes().source().error);
  for (const char* changed : {"a", "b", "b"}) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));  // a file's times may be that coarse
    write_shard(changed, '\2');
    REQUIRE(comes(bench, "banner.disk.keep"));
    bench.headless.click("banner.disk.keep");
    REQUIRE(goes(bench, "banner.disk"));
  }
}

TEST_CASE("F10: a file that is deleted stays on screen, and comes back when it does") {
  const test::TemporaryFolder folder;
  const std::string path = folder.path("a.npy");
  test::write_file(path, npy('\1'));
  Bench bench(path);
  fs::remove(path);
  REQUIRE(comes(bench, "banner.disk.keep"));
  CHECK_FALSE(bench.headless.has("banner.disk.reload"));
  bench.spec().scheme = Scheme::Affine;
  CHECK(bench.snapshot().tensor().shape == Shape{3, 4});
  bench.headless.click("banner.disk.keep");
  REQUIRE(goes(bench, "banner.disk"));
  test::write_file(path, npy('\5'));
  REQUIRE(comes(bench, "banner.disk.reload"));
}

TEST_CASE("changed files are read again by themselves where that is wanted") {
  const test::TemporaryFolder folder;
  const std::string path = folder.path("a.npy");
  test::write_file(path, npy('\1'));
  Bench bench(path);
  test::write_file(path, npy('\2'));
  REQUIRE(comes(bench, "banner.disk.always"));
  bench.headless.click("banner.disk.always");
  bench.settle();
  CHECK(bench.workbench.preferences().reload_changed);
  CHECK(bench.snapshot().prepared->statistics.max == 2);
  test::write_file(path, npy('\3'));
  CHECK(soon([&] {
    bench.headless.step();
    const auto snapshot = bench.workbench.snapshot();
    return snapshot->prepared->statistics.max == 3;
  }));
  CHECK_FALSE(bench.headless.has("banner.disk"));
}

TEST_CASE("a file that changed behind another tab says so when it is gone back to") {
  const test::TemporaryFolder folder;
  const std::string path = folder.path("a.npy");
  test::write_file(path, npy('\1'));
  Bench bench(path);
  bench.workbench.open("synthetic:ramp?shape=4x4");
  bench.settle();
  test::write_file(path, npy('\2'));
  bench.headless.key(ui::Key::Tab, {.ctrl = true});
  bench.settle();
  CHECK(bench.snapshot().prepared->statistics.max == 1);
  CHECK(comes(bench, "banner.disk.reload"));
}
