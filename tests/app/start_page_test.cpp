// Crashes, the start page, settings and recent files in the window.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>

#include "app/session/session_file.h"
#include "app/session/settings_file.h"
#include "core/quant/spec_text.h"
#include "tests/app/desk_run.h"

namespace bitloupe {
namespace {

namespace fs = std::filesystem;
using test::crashed_run;
using test::experiment_on;
using test::journals_in;
using test::Run;
using test::TemporaryFolder;
using test::write_npy;

constexpr ui::Modifiers kCtrl{.ctrl = true}, kCtrlShift{.ctrl = true, .shift = true};

}  // namespace

TEST_CASE("U27: the work of a crashed run is restored from the start page, and kept until then") {
  const TemporaryFolder folder;
  crashed_run(folder, "int3");
  {
    Run run(folder, "synthetic:gaussian", true);
    REQUIRE(run.status().lost.size() == 1);
    CHECK(run.status().start_page);
    CHECK(run.headless.has("start"));
    CHECK_FALSE(run.headless.has("panel.quantizer"));
    CHECK(run.status().lost[0].source.find("synthetic:gaussian") != std::string::npos);
    CHECK(run.status().lost[0].written.starts_with("today"));
    run.headless.key(ui::Key::Escape);  // U28: nothing dismisses it by accident
    run.headless.key(ui::Key::P, kCtrlShift);
    run.headless.key(ui::Key::Escape);
    run.headless.click_at({5, 400});
    CHECK(run.headless.has("start"));
    run.leave();
  }
  std::string id;
  {
    Run run(folder, "synthetic:gaussian", true);
    REQUIRE(run.status().lost.size() == 1);
    id = run.status().lost[0].id;
    run.headless.click("start.restore." + id);
    run.settle();
    CHECK(run.workbench.experiment().quant.format.bits == 3);
    CHECK(run.workbench.view().grid_mode == GridMode::Codes);
    CHECK(run.status().unsaved);
    CHECK_FALSE(run.headless.has("start"));
    CHECK(run.status().lost.empty());
    // A crash now loses nothing: this run's own journal has it, and the old one is gone.
    CHECK(lost_work(folder.path("home")).empty());
    CHECK(journals_in(folder.path("home")) == 1);
    run.leave();
  }
  Run run(folder, "synthetic:gaussian", true);
  CHECK(run.status().lost.empty());
}

TEST_CASE("U27: a restored session belongs to its file again") {
  const TemporaryFolder folder;
  const std::string path = folder.path("mine.bitloupe");
  {
    Run run(folder);
    run.save_as(path);
    run.leave();
  }
  crashed_run(folder, "int2", path);
  Run run(folder, "synthetic:gaussian", true);
  REQUIRE(run.status().lost.size() == 1);
  CHECK(run.status().lost[0].title == "mine");
  run.headless.click("start.restore." + run.status().lost[0].id);
  run.settle();
  CHECK(run.status().path == path);
  CHECK(run.status().unsaved);
  run.headless.key(ui::Key::S, kCtrl);
  run.settle();
  CHECK_FALSE(run.status().unsaved);
  CHECK(read_session_file(path)->session.experiment.quant.format.bits == 2);
}

TEST_CASE("U27: discarded work is gone, and work that cannot be read is put aside") {
  const TemporaryFolder folder;
  crashed_run(folder, "int3");
  crashed_run(folder, "int4");
  {
    Run run(folder, "synthetic:gaussian", true);
    REQUIRE(run.status().lost.size() == 2);
    run.headless.click("start.discard." + run.status().lost[0].id);
    run.settle();
    CHECK(run.status().lost.size() == 1);
    run.leave();
  }
  const std::vector<LostWork> left = lost_work(folder.path("home"));
  REQUIRE(left.size() == 1);
  test::write_file(left[0].path, "{\"bitloupe_session\":1,");
  Run run(folder, "synthetic:gaussian", true);
  CHECK(run.status().lost.empty());
  CHECK(fs::exists(left[0].path + ".bad"));
  CHECK(run.workbench.notice().find(".bad") != std::string::npos);
}

TEST_CASE("U27: after two crashes in a row the defaults are tried, and the settings are kept") {
  const TemporaryFolder folder;
  Settings own;
  own.preferences.zoom = 2;
  own.panels.left_width = 400;
  REQUIRE(save_settings(folder.path("home"), Settings{}, own));
  crashed_run(folder, "");
  {
    Run run(folder, "synthetic:gaussian", true);
    CHECK_FALSE(run.status().safe_start);
    CHECK(run.workbench.preferences().zoom == 2);
    CHECK(run.workbench.view().left_width == 400);
    run.leave();
  }
  crashed_run(folder, "");
  crashed_run(folder, "");
  {
    Run run(folder, "synthetic:gaussian", true);
    CHECK(run.status().safe_start);
    CHECK(run.status().start_page);
    CHECK(run.workbench.preferences().zoom == 1);
    run.workbench.preferences().appearance = ui::Appearance::Light;
    run.settle();
    CHECK(load_settings(folder.path("home")).settings.preferences.zoom == 2);
    CHECK(load_settings(folder.path("home")).settings.preferences.appearance == ui::Appearance::Light);
    run.headless.click("start.use_settings");
    run.settle();
    CHECK(run.workbench.preferences().zoom == 2);
    CHECK(run.workbench.view().left_width == 400);
    CHECK_FALSE(run.status().safe_start);
    run.leave();
  }
  Run run(folder);
  CHECK_FALSE(run.status().safe_start);
  CHECK(run.workbench.preferences().zoom == 2);
}

TEST_CASE("a run in which nothing was changed leaves no journal; one that is undone or saved clears it") {
  const TemporaryFolder folder;
  const auto journals = [&] { return journals_in(folder.path("home")); };
  Run run(folder);
  CHECK(journals() == 0);
  run.workbench.view().flip = true;
  run.settle();
  CHECK(journals() == 0);
  const QuantSpec before = run.workbench.experiment().quant;
  run.set("format", "int4");
  CHECK(journals() == 1);
  run.workbench.experiment().quant = before;
  run.settle();
  CHECK(journals() == 0);
  run.set("format", "int4");
  run.save_as(folder.path("s.bitloupe"));
  CHECK(journals() == 0);
}

TEST_CASE("settings and recent files are remembered, pinned and forgotten") {
  const TemporaryFolder folder;
  write_npy(folder.path("a.npy"));
  write_npy(folder.path("b.npy"));
  {
    Run run(folder, folder.path("a.npy"));
    run.workbench.preferences().zoom = 1.5f;
    run.workbench.preferences().shortcuts["view.fit"] = "X";
    run.workbench.view().right_width = 333;
    run.workbench.desk().window_resized(1280, 800);
    run.settle();
    CHECK(load_settings(folder.path("home")).settings.window == WindowSize{});  // asked for once
    run.workbench.desk().window_resized(1281, 801);
    run.workbench.open(folder.path("b.npy"));
    run.settle();
    run.workbench.open(folder.path("missing.npy"));
    run.settle();
    REQUIRE(run.status().recent.size() == 2);  // what could not be loaded is none
    SessionRequests pin;
    pin.pin = folder.path("a.npy");
    run.ask(pin);
    run.leave();
  }
  Run run(folder, "synthetic:gaussian", true);
  CHECK(run.workbench.preferences().zoom == 1.5f);
  CHECK(run.workbench.preferences().shortcuts.at("view.fit") == "X");
  CHECK(run.workbench.view().right_width == 333);
  CHECK(run.workbench.desk().settings().window == WindowSize{1281, 801});
  REQUIRE(run.headless.has("start.recent.1"));
  CHECK(run.status().recent[0].path == folder.path("a.npy"));
  CHECK(run.status().recent[0].pinned);
  run.headless.click("start.forget.1");
  run.settle();
  CHECK(run.status().recent.size() == 1);
  run.headless.click("start.pin.0");
  run.settle();
  CHECK_FALSE(run.status().recent[0].pinned);
  run.headless.click("start.recent.0");
  run.settle();
  CHECK(run.workbench.experiment().source.path == folder.path("a.npy"));
  CHECK_FALSE(run.headless.has("start"));
  run.headless.click("menu.file");
  run.headless.click("menu.file.start_page");
  run.settle();
  CHECK(run.headless.has("start"));
  run.headless.click("start.sample.laplace");
  run.settle();
  CHECK(run.workbench.experiment().source.synthetic->kind == "laplace");
  CHECK_FALSE(run.headless.has("start"));
}

TEST_CASE("the File menu opens a recent file") {
  const TemporaryFolder folder;
  write_npy(folder.path("a.npy"));
  Run run(folder, folder.path("a.npy"));
  run.workbench.open("synthetic:gaussian");
  run.settle();
  run.headless.click("menu.file");
  run.headless.hover("menu.file.recent", 0.5);
  run.headless.step(10, 0.2);
  run.headless.click("menu.file.recent.0");
  run.settle();
  CHECK(run.workbench.experiment().source.path == folder.path("a.npy"));
}

TEST_CASE("a file that was opened anyway opens from the list of recent ones") {
  const TemporaryFolder folder;
  const std::string header = R"({"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}})";
  const std::string path = folder.path("rest.safetensors");
  test::write_file(path, std::string(1, static_cast<char>(header.size())) + std::string(7, '\0') + header +
                             std::string(16, '\1') + "rest");
  {
    Run run(folder, path);
    CHECK(run.status().recent.empty());
    run.headless.click("source.lenient");
    run.settle();
    REQUIRE(run.status().recent.size() == 1);
    CHECK(run.status().recent[0].lenient);
    // The tab of a file that was refused takes it too.
    run.workbench.experiment().source.lenient = false;
    run.settle();
    REQUIRE(run.workbench.lanes().source().error);
    run.headless.click("menu.file");
    run.headless.hover("menu.file.recent", 0.5);
    run.headless.step(10, 0.2);
    run.headless.click("menu.file.recent.0");
    run.settle();
    CHECK_FALSE(run.workbench.lanes().source().error);
    run.leave();
  }
  {
    Run run(folder, "synthetic:gaussian", true);
    run.headless.click("start.recent.0");
    run.settle();
    CHECK(run.workbench.experiment().source.path == path);
    CHECK_FALSE(run.workbench.lanes().source().error);
    CHECK_FALSE(run.headless.has("start"));
    run.leave();
  }
  // Refused: the way past stands where the message does, on the page and in the middle of the window.
  Run run(folder, "synthetic:gaussian", true);
  run.workbench.open(path);
  run.settle();
  REQUIRE(run.headless.has("start"));
  run.headless.click("start.lenient");
  run.settle();
  CHECK_FALSE(run.workbench.lanes().source().error);
  Run other(folder, path);
  other.headless.click("explore.lenient");
  other.settle();
  CHECK_FALSE(other.workbench.lanes().source().error);
}

TEST_CASE("F17 U11: without a folder everything works, with one notice") {
  const TemporaryFolder folder;
  test::write_file(folder.path("home"), "a file where the folder should be");
  Run run(folder, "synthetic:gaussian", true);
  CHECK(run.workbench.notice().find("stay in memory") != std::string::npos);
  CHECK_FALSE(run.status().start_page);
  run.workbench.preferences().zoom = 2;
  run.set("format", "int4");
  CHECK(run.status().unsaved);
  run.save_as(folder.path("s.bitloupe"));
  CHECK(fs::exists(folder.path("s.bitloupe")));
}

TEST_CASE("without a desk the program reads and writes nothing beside its source") {
  const TemporaryFolder folder;
  const std::string real = folder.path("real");
  fs::create_directory(real);
  ::setenv("BITLOUPE_CONFIG_DIR", real.c_str(), 1);
  test::RecordingPainter painter;
  {
    Workbench workbench(experiment_on("synthetic:gaussian?shape=8x8"), painter, [] {});
    test::Headless headless([&] { workbench.frame(); });
    workbench.preferences().zoom = 2;
    REQUIRE(set_key(workbench.experiment().quant, "format", "int4"));
    headless.step(4);
    workbench.desk().write_now();
  }
  ::unsetenv("BITLOUPE_CONFIG_DIR");
  CHECK(fs::is_empty(real));
}

}  // namespace bitloupe
