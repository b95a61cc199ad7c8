// Sessions in the window: saving, opening, the journal, the start page, driven headless with folders of our
// own.
#include "app/session/desk.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "app/session/session_file.h"
#include "app/session/settings_file.h"
#include "app/ui/compat.h"
#include "app/workbench.h"
#include "core/quant/spec_text.h"
#include "tests/app/headless.h"
#include "tests/core/io_support.h"

namespace bitloupe {
namespace {

namespace fs = std::filesystem;
using test::TemporaryFolder;

constexpr ui::Modifiers kCtrl{.ctrl = true}, kCtrlShift{.ctrl = true, .shift = true};

Experiment on(const std::string& source) {
  Experiment experiment;
  experiment.source = *parse_source(source);
  return experiment;
}

// One run of the program on the folder "home".
class Run {
 public:
  explicit Run(const TemporaryFolder& folder, const std::string& source = "synthetic:gaussian?shape=32x48",
               bool start_page = false)
      : workbench_(
            on(source), painter_, [] {}, desk_in(folder.path("home"), start_page)),
        headless([this] { workbench_.frame(); }) {
    settle();
  }

  void settle() {
    for (int i = 0; i < 6; ++i) {
      headless.step();
      workbench_.lanes().wait_idle();
    }
    // What was saved is heard of in the next frame, and may want something else written.
    for (int i = 0; i < 2; ++i) {
      workbench_.desk().write_now();
      headless.step(2);
    }
    workbench_.desk().write_now();
  }
  void ask(const SessionRequests& requests) {
    workbench_.request(requests);
    settle();
  }
  void save_as(const std::string& path) {
    SessionRequests requests;
    requests.save_as = path;
    ask(requests);
  }
  const SessionStatus& status() { return workbench_.desk().status(); }
  Workbench& workbench() { return workbench_; }
  void set(const char* key, const char* value) {
    REQUIRE(set_key(workbench_.experiment().quant, key, value));
    settle();
  }

 private:
  static std::unique_ptr<Desk> desk_in(const std::string& folder, bool start_page) {
    DeskOptions options;
    options.folders = Folders{folder, folder};
    options.start_page = start_page;
    return std::make_unique<Desk>(std::move(options));
  }
  test::RecordingPainter painter_;
  Workbench workbench_;

 public:
  test::Headless headless;
};

void write_npy(const std::string& path) {
  test::write_text(path, test::npy_bytes("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }",
                                         std::string(48, '\1')));
}

// A run of the program in a process of its own that changes the format and dies.
void crashed_run(const TemporaryFolder& folder, const char* format, const std::string& session = "") {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    DeskOptions options;
    options.folders = Folders{folder.path("home"), folder.path("home")};
    Desk desk(std::move(options));
    Experiment experiment = on("synthetic:gaussian?shape=32x48");
    ViewState view;
    Preferences preferences;
    const DeskWork work{experiment, view, preferences, true};
    desk.begin(work, session);
    if (*format && !set_key(experiment.quant, "format", format)) ::_exit(1);
    view.grid_mode = GridMode::Codes;
    desk.frame({}, work);
    desk.write_now();
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WIFSIGNALED(status));
}

}  // namespace

TEST_CASE("a session is saved and opened again: experiment, view, title, recent files") {
  const TemporaryFolder folder;
  const std::string path = folder.path("work.bitloupe");
  Experiment experiment;
  ViewState view;
  {
    Run run(folder);
    CHECK(run.workbench().take_wishes().title == "synthetic gaussian · Bitloupe");
    run.set("format", "int4");
    CHECK(run.status().unsaved);
    CHECK(run.workbench().take_wishes().title.starts_with("• synthetic"));
    run.workbench().view().viewport = {false, 3, 4, 10, 12};
    run.workbench().view().selected = 100;
    run.save_as(path);
    CHECK(run.status().path == path);
    CHECK_FALSE(run.status().unsaved);
    CHECK(run.workbench().take_wishes().title == "work · synthetic gaussian · Bitloupe");
    run.workbench().view().log_count = false;
    run.settle();
    CHECK(run.status().unsaved);
    run.headless.key(ui::Key::S, kCtrl);
    run.settle();
    CHECK_FALSE(run.status().unsaved);
    experiment = run.workbench().experiment();
    view = run.workbench().view();
    run.workbench().desk().finish(false);
  }
  Run run(folder, "synthetic:laplace?shape=7x5x3");
  REQUIRE(run.status().recent.size() == 1);
  CHECK(run.status().recent[0].path == path);
  run.workbench().open(path);
  run.settle();
  CHECK(run.workbench().experiment() == experiment);
  CHECK(run.workbench().view() == view);
  CHECK_FALSE(run.status().unsaved);
  CHECK(run.status().name == "work");
}

TEST_CASE("a session on the command line is looked at as it was saved") {
  const TemporaryFolder folder;
  const std::string path = folder.path("s.bitloupe");
  Session session;
  session.experiment = on("synthetic:gaussian?shape=6x30x20");
  session.view.slice = {1, 0, {0, 0, 7}};
  session.view.viewport = {false, 1, 2, 5, 3};
  REQUIRE(write_session_file(path, session));
  test::RecordingPainter painter;
  Workbench workbench(session.experiment, painter, [] {});
  Start start;
  start.session = read_session_file(path)->session;
  start.is_session = start.given = true;
  start.session_path = path;
  start.notices = {"A notice."};
  workbench.start_with(start);
  test::Headless headless([&] { workbench.frame(); });
  for (int i = 0; i < 5; ++i) {
    headless.step();
    workbench.lanes().wait_idle();
  }
  CHECK(workbench.view().slice == session.view.slice);
  CHECK(workbench.view().viewport == session.view.viewport);
  CHECK_FALSE(workbench.desk().status().unsaved);
  CHECK(workbench.desk().status().path == path);
}

TEST_CASE("F18: a session that cannot be opened leaves what is on screen, and its file where it is") {
  const TemporaryFolder folder;
  Run run(folder);
  const Experiment before = run.workbench().experiment();
  test::write_text(folder.path("bad.bitloupe"), "{\"bitloupe_session\": 1, \"view\": 3}");
  run.workbench().open(folder.path("bad.bitloupe"));
  run.settle();
  CHECK(run.workbench().experiment() == before);
  CHECK(run.status().path.empty());
  CHECK(fs::exists(folder.path("bad.bitloupe")));
  CHECK(run.workbench().notice().find("view: expected an object (found 3)") != std::string::npos);
}

TEST_CASE("U13: a session that cannot be saved says so and stays unsaved") {
  const TemporaryFolder folder;
  Run run(folder);
  run.set("format", "int4");
  fs::create_directory(folder.path("d.bitloupe"));
  run.save_as(folder.path("d.bitloupe"));
  CHECK(run.status().unsaved);
  CHECK(run.status().path.empty());
  CHECK(run.workbench().notice().find("directory") != std::string::npos);
}

TEST_CASE("unsaved changes of a session are asked about before it is left") {
  const TemporaryFolder folder;
  const std::string path = folder.path("one.bitloupe"), other = folder.path("two.bitloupe");
  Session second;
  second.experiment = on("synthetic:laplace?shape=8x8");
  REQUIRE(write_session_file(other, second));
  Run run(folder);
  CHECK(run.workbench().may_close());
  run.set("format", "int5");
  CHECK(run.workbench().may_close());  // without a file nobody is held up
  run.save_as(path);
  run.set("format", "int6");

  run.workbench().open(other);
  run.settle();
  CHECK(run.headless.has("question.save"));
  CHECK(run.status().path == path);
  run.headless.click("question.cancel");
  run.settle();
  CHECK_FALSE(run.headless.has("question.save"));
  CHECK(run.status().path == path);

  run.workbench().open(other);
  run.settle();
  run.headless.click("question.save");
  run.settle();
  CHECK(run.status().path == other);
  CHECK(run.workbench().experiment().source == second.experiment.source);
  CHECK(read_session_file(path)->session.experiment.quant.format.bits == 6);

  run.set("format", "int3");
  CHECK_FALSE(run.workbench().may_close());
  run.settle();
  CHECK(run.headless.has("question.discard"));
  run.headless.key(ui::Key::Escape);
  run.settle();
  CHECK_FALSE(run.headless.has("question.discard"));
  run.headless.key(ui::Key::Q, kCtrl);
  run.settle();
  CHECK_FALSE(run.workbench().take_wishes().quit);
  run.headless.click("question.discard");
  run.settle();
  CHECK(run.workbench().take_wishes().quit);
  CHECK(run.workbench().may_close());
  CHECK(read_session_file(other)->session.experiment.quant.format.bits == 8);
}

TEST_CASE("a save that fails keeps the window open") {
  const TemporaryFolder folder;
  fs::create_directory(folder.path("sub"));
  Run run(folder);
  run.save_as(folder.path("sub/s.bitloupe"));
  run.set("format", "int4");
  fs::remove_all(folder.path("sub"));
  CHECK_FALSE(run.workbench().may_close());
  run.settle();
  run.headless.click("question.save");
  run.settle();
  CHECK_FALSE(run.workbench().take_wishes().quit);
  CHECK(run.status().unsaved);
}

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
    run.workbench().desk().finish(false);
  }
  std::string id;
  {
    Run run(folder, "synthetic:gaussian", true);
    REQUIRE(run.status().lost.size() == 1);
    id = run.status().lost[0].id;
    run.headless.click("start.restore." + id);
    run.settle();
    CHECK(run.workbench().experiment().quant.format.bits == 3);
    CHECK(run.workbench().view().grid_mode == GridMode::Codes);
    CHECK(run.status().unsaved);
    CHECK_FALSE(run.headless.has("start"));
    CHECK(run.status().lost.empty());
    // A crash now loses nothing: this run's own journal has it, and the old one is gone.
    CHECK(lost_work(folder.path("home")).empty());
    int journals = 0;
    for (const auto& file : fs::directory_iterator(folder.path("home")))
      journals += file.path().filename().string().starts_with("run-") && file.path().extension() == ".json";
    CHECK(journals == 1);
    run.workbench().desk().finish(false);
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
    run.workbench().desk().finish(false);
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
    run.workbench().desk().finish(false);
  }
  const std::vector<LostWork> left = lost_work(folder.path("home"));
  REQUIRE(left.size() == 1);
  test::write_text(left[0].path, "{\"bitloupe_session\":1,");
  Run run(folder, "synthetic:gaussian", true);
  CHECK(run.status().lost.empty());
  CHECK(fs::exists(left[0].path + ".bad"));
  CHECK(run.workbench().notice().find(".bad") != std::string::npos);
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
    CHECK(run.workbench().preferences().zoom == 2);
    CHECK(run.workbench().view().left_width == 400);
    run.workbench().desk().finish(false);
  }
  crashed_run(folder, "");
  crashed_run(folder, "");
  {
    Run run(folder, "synthetic:gaussian", true);
    CHECK(run.status().safe_start);
    CHECK(run.status().start_page);
    CHECK(run.workbench().preferences().zoom == 1);
    run.workbench().preferences().appearance = ui::Appearance::Light;
    run.settle();
    CHECK(load_settings(folder.path("home")).settings.preferences.zoom == 2);
    CHECK(load_settings(folder.path("home")).settings.preferences.appearance == ui::Appearance::Light);
    run.headless.click("start.use_settings");
    run.settle();
    CHECK(run.workbench().preferences().zoom == 2);
    CHECK(run.workbench().view().left_width == 400);
    CHECK_FALSE(run.status().safe_start);
    run.workbench().desk().finish(false);
  }
  Run run(folder);
  CHECK_FALSE(run.status().safe_start);
  CHECK(run.workbench().preferences().zoom == 2);
}

TEST_CASE("a run in which nothing was changed leaves no journal; one that is undone or saved clears it") {
  const TemporaryFolder folder;
  const auto journals = [&] {
    int count = 0;
    for (const auto& file : fs::directory_iterator(folder.path("home")))
      count += file.path().filename().string().starts_with("run-") && file.path().extension() == ".json";
    return count;
  };
  Run run(folder);
  CHECK(journals() == 0);
  run.workbench().view().flip = true;
  run.settle();
  CHECK(journals() == 0);
  const QuantSpec before = run.workbench().experiment().quant;
  run.set("format", "int4");
  CHECK(journals() == 1);
  run.workbench().experiment().quant = before;
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
    run.workbench().preferences().zoom = 1.5f;
    run.workbench().preferences().shortcuts["view.fit"] = "X";
    run.workbench().view().right_width = 333;
    run.workbench().open(folder.path("b.npy"));
    run.settle();
    run.workbench().open(folder.path("missing.npy"));
    run.settle();
    REQUIRE(run.status().recent.size() == 2);  // what could not be loaded is none
    SessionRequests pin;
    pin.pin = folder.path("a.npy");
    run.ask(pin);
    run.workbench().desk().finish(false);
  }
  Run run(folder, "synthetic:gaussian", true);
  CHECK(run.workbench().preferences().zoom == 1.5f);
  CHECK(run.workbench().preferences().shortcuts.at("view.fit") == "X");
  CHECK(run.workbench().view().right_width == 333);
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
  CHECK(run.workbench().experiment().source.path == folder.path("a.npy"));
  CHECK_FALSE(run.headless.has("start"));
  run.headless.click("menu.file");
  run.headless.click("menu.file.start_page");
  run.settle();
  CHECK(run.headless.has("start"));
  run.headless.click("start.sample.laplace");
  run.settle();
  CHECK(run.workbench().experiment().source.synthetic->kind == "laplace");
  CHECK_FALSE(run.headless.has("start"));
}

TEST_CASE("the File menu opens a recent file") {
  const TemporaryFolder folder;
  write_npy(folder.path("a.npy"));
  Run run(folder, folder.path("a.npy"));
  run.workbench().open("synthetic:gaussian");
  run.settle();
  run.headless.click("menu.file");
  run.headless.hover("menu.file.recent", 0.5);
  run.headless.step(10, 0.2);
  run.headless.click("menu.file.recent.0");
  run.settle();
  CHECK(run.workbench().experiment().source.path == folder.path("a.npy"));
}

TEST_CASE("F17: without a folder everything works, with one notice") {
  const TemporaryFolder folder;
  test::write_text(folder.path("home"), "a file where the folder should be");
  Run run(folder, "synthetic:gaussian", true);
  CHECK(run.workbench().notice().find("stay in memory") != std::string::npos);
  CHECK_FALSE(run.status().start_page);
  run.workbench().preferences().zoom = 2;
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
    Workbench workbench(on("synthetic:gaussian?shape=8x8"), painter, [] {});
    test::Headless headless([&] { workbench.frame(); });
    workbench.preferences().zoom = 2;
    REQUIRE(set_key(workbench.experiment().quant, "format", "int4"));
    headless.step(4);
    workbench.desk().write_now();
  }
  ::unsetenv("BITLOUPE_CONFIG_DIR");
  CHECK(fs::is_empty(real));
}

TEST_CASE("U20: the command line that prints the same numbers goes to the clipboard") {
  const TemporaryFolder folder;
  Run run(folder);
  run.set("format", "int4");
  run.headless.key(ui::Key::C, kCtrlShift);
  CHECK(std::string(ImGui::GetClipboardText()) ==
        "bitloupe quantize 'synthetic:gaussian?shape=32x48&seed=1' --format int4");
}

}  // namespace bitloupe
