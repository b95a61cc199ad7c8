// Sessions in the window: saving, opening, the questions before they are left.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>

#include "app/session/session_file.h"
#include "app/start_command.h"
#include "app/ui/compat.h"
#include "core/quant/spec_text.h"
#include "tests/app/desk_run.h"
#include "tests/core/faulty_calls.h"

namespace bitloupe {
namespace {

namespace fs = std::filesystem;
using test::experiment_on;
using test::Run;
using test::TemporaryFolder;
using test::write_npy;

constexpr ui::Modifiers kCtrl{.ctrl = true}, kCtrlShift{.ctrl = true, .shift = true};

}  // namespace

TEST_CASE("a session is saved and opened again: experiment, view, title, recent files") {
  const TemporaryFolder folder;
  const std::string path = folder.path("work.bitloupe");
  Experiment experiment;
  ViewState view;
  {
    Run run(folder);
    CHECK(run.workbench.take_wishes().title == "synthetic gaussian · Bitloupe");
    run.set("format", "int4");
    CHECK(run.status().unsaved);
    CHECK(run.workbench.take_wishes().title.starts_with("• synthetic"));
    run.workbench.view().viewport = {false, 3, 4, 10, 12};
    run.workbench.view().selected = 100;
    run.save_as(path);
    CHECK(run.status().path == path);
    CHECK_FALSE(run.status().unsaved);
    CHECK(run.workbench.take_wishes().title == "work · synthetic gaussian · Bitloupe");
    run.workbench.view().log_count = false;
    run.settle();
    CHECK(run.status().unsaved);
    run.headless.key(ui::Key::S, kCtrl);
    run.settle();
    CHECK_FALSE(run.status().unsaved);
    experiment = run.workbench.experiment();
    view = run.workbench.view();
    run.leave();
  }
  Run run(folder, "synthetic:laplace?shape=7x5x3");
  REQUIRE(run.status().recent.size() == 1);
  CHECK(run.status().recent[0].path == path);
  run.workbench.open(path);
  run.settle();
  CHECK(run.workbench.experiment() == experiment);
  CHECK(run.workbench.view() == view);
  CHECK_FALSE(run.status().unsaved);
  CHECK(run.status().name == "work");
}

TEST_CASE("a session on the command line is looked at as it was saved") {
  const TemporaryFolder folder;
  const std::string path = folder.path("s.bitloupe");
  Session session;
  session.experiment = experiment_on("synthetic:gaussian?shape=6x30x20");
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

TEST_CASE("what the command line starts with: a source, a session by its content, options on top") {
  const TemporaryFolder folder;
  const std::string path = folder.path("s.npy");
  Session session;
  session.experiment = experiment_on("synthetic:laplace?shape=8x8");
  REQUIRE(set_key(session.experiment.quant, "format", "int4"));
  REQUIRE(set_key(session.experiment.quant, "scale-type", "f16"));
  session.view.flip = true;
  REQUIRE(write_session_file(path, session));
  cli::StartOptions options;
  options.spec = std::make_shared<cli::SpecOptions>();
  CHECK_FALSE(start_from(options, "", {})->given);
  CHECK(start_from(options, "", {})->session.experiment.source.synthetic.has_value());
  options.source = path;
  options.spec->assignments = {{"format", "int3"}};
  for (const bool option : {false, true}) {
    if (option) options.source.clear();
    const Result<Start> start = start_from(options, option ? path : "", {});
    REQUIRE(start.ok());
    CHECK(start->given);
    CHECK(start->is_session);
    CHECK(start->session_path == path);
    CHECK(start->session.view.flip);
    CHECK(start->session.experiment.source == session.experiment.source);
    CHECK(start->session.experiment.quant.format.bits == 3);
    CHECK(start->session.experiment.quant.scale_type == ScaleType::F16);
  }
  options.source = path;
  CHECK(start_from(options, path, {}).error().code == ErrorCode::BadArgument);
  write_npy(folder.path("t.bitloupe"));
  options.source = folder.path("t.bitloupe");
  CHECK_FALSE(start_from(options, "", {})->is_session);
  CHECK(start_from(options, "", {})->session.experiment.source.path == options.source);
}

TEST_CASE("F18: a session that cannot be opened leaves what is on screen, and its file where it is") {
  const TemporaryFolder folder;
  Run run(folder);
  const Experiment before = run.workbench.experiment();
  test::write_file(folder.path("bad.bitloupe"), "{\"bitloupe_session\": 1, \"view\": 3}");
  run.workbench.open(folder.path("bad.bitloupe"));
  run.settle();
  CHECK(run.workbench.experiment() == before);
  CHECK(run.status().path.empty());
  CHECK(fs::exists(folder.path("bad.bitloupe")));
  CHECK(run.workbench.notice().find("view: expected an object (found 3)") != std::string::npos);
}

TEST_CASE("U13: a session that cannot be saved says so and stays unsaved") {
  const TemporaryFolder folder;
  Run run(folder);
  run.set("format", "int4");
  fs::create_directory(folder.path("d.bitloupe"));
  run.save_as(folder.path("d.bitloupe"));
  CHECK(run.status().unsaved);
  CHECK(run.status().path.empty());
  CHECK(run.workbench.notice().find("directory") != std::string::npos);
}

TEST_CASE("unsaved changes of a session are asked about before it is left") {
  const TemporaryFolder folder;
  const std::string path = folder.path("one.bitloupe"), other = folder.path("two.bitloupe");
  Session second;
  second.experiment = experiment_on("synthetic:laplace?shape=8x8");
  REQUIRE(write_session_file(other, second));
  Run run(folder);
  CHECK(run.workbench.may_close());
  run.set("format", "int5");
  CHECK(run.workbench.may_close());  // without a file nobody is held up
  run.save_as(path);
  run.set("format", "int6");

  run.workbench.open(other);
  run.settle();
  CHECK(run.headless.has("question.save"));
  CHECK(run.status().path == path);
  run.headless.click("question.cancel");
  run.settle();
  CHECK_FALSE(run.headless.has("question.save"));
  CHECK(run.status().path == path);

  run.workbench.open(other);
  run.settle();
  run.headless.click("question.save");
  run.settle();
  CHECK(run.status().path == other);
  CHECK(run.workbench.experiment().source == second.experiment.source);
  CHECK(read_session_file(path)->session.experiment.quant.format.bits == 6);

  run.set("format", "int3");
  CHECK_FALSE(run.workbench.may_close());
  run.settle();
  CHECK(run.headless.has("question.discard"));
  run.headless.key(ui::Key::Escape);
  run.settle();
  CHECK_FALSE(run.headless.has("question.discard"));
  run.headless.key(ui::Key::Q, kCtrl);
  run.settle();
  CHECK_FALSE(run.workbench.take_wishes().quit);
  run.headless.click("question.discard");
  run.settle();
  CHECK(run.workbench.take_wishes().quit);
  CHECK(run.workbench.may_close());
  CHECK(read_session_file(other)->session.experiment.quant.format.bits == 8);
}

TEST_CASE("a save that fails keeps the window open") {
  const TemporaryFolder folder;
  fs::create_directory(folder.path("sub"));
  Run run(folder);
  run.save_as(folder.path("sub/s.bitloupe"));
  run.set("format", "int4");
  fs::remove_all(folder.path("sub"));
  CHECK_FALSE(run.workbench.may_close());
  run.settle();
  run.headless.click("question.save");
  run.settle();
  CHECK_FALSE(run.workbench.take_wishes().quit);
  CHECK(run.status().unsaved);
}

TEST_CASE("U20: the command line that prints the same numbers goes to the clipboard") {
  const TemporaryFolder folder;
  Run run(folder);
  run.set("format", "int4");
  run.headless.key(ui::Key::C, kCtrlShift);
  CHECK(std::string(ImGui::GetClipboardText()) ==
        "bitloupe quantize 'synthetic:gaussian?shape=32x48&seed=1' --format int4");
}

TEST_CASE("U14: a file system without replacing is written in place only after asking; a full disk never") {
  const TemporaryFolder folder;
  const std::string path = folder.path("s.bitloupe");
  test::FaultyCalls calls;
  Run run(folder, "synthetic:gaussian?shape=32x48", false, &calls);
  run.save_as(path);
  run.set("format", "int4");
  const auto fail_rename = [&](int error) {
    calls = test::FaultyCalls();
    calls.only = "rename";
    calls.fail_at = 1;
    calls.error = error;
  };
  const auto saved_bits = [&] { return read_session_file(path)->session.experiment.quant.format.bits; };
  fail_rename(ENOSPC);
  run.headless.key(ui::Key::S, kCtrl);
  run.settle();
  CHECK_FALSE(run.headless.has("question.save"));
  CHECK(run.workbench.notice().find("No space") != std::string::npos);
  CHECK(run.status().unsaved);
  fail_rename(EXDEV);
  run.headless.key(ui::Key::S, kCtrl);
  run.settle();
  REQUIRE(run.headless.has("question.save"));
  run.headless.click("question.cancel");
  run.settle();
  CHECK(saved_bits() == 8);
  // The question before leaving comes first, then this one, and then the window closes.
  CHECK_FALSE(run.workbench.may_close());
  fail_rename(EPERM);
  run.settle();
  run.headless.click("question.save");
  run.settle();
  REQUIRE(run.headless.has("question.cancel"));
  CHECK_FALSE(run.headless.has("question.discard"));
  CHECK_FALSE(run.workbench.take_wishes().quit);
  fail_rename(EPERM);
  run.headless.click("question.save");
  run.settle();
  CHECK(saved_bits() == 4);
  CHECK(run.workbench.take_wishes().quit);
}

TEST_CASE("a session without a file is asked for one, and an existing file is replaced only when confirmed") {
  const TemporaryFolder folder;
  const std::string path = folder.path("new.bitloupe");
  Run run(folder);
  run.set("format", "int4");
  run.headless.key(ui::Key::S, kCtrl);
  run.settle();
  REQUIRE(run.headless.has("browse.path"));
  run.headless.enter("browse.path", folder.path("new"));
  run.settle();
  CHECK(run.status().path == path);
  CHECK(read_session_file(path).ok());
  CHECK_FALSE(run.headless.has("browse.path"));

  test::write_file(folder.path("other.bitloupe"), "something else");
  run.headless.key(ui::Key::S, kCtrlShift);
  run.settle();
  run.headless.enter("browse.path", folder.path("other"));
  run.settle();
  REQUIRE(run.headless.has("browse.replace"));
  CHECK(run.status().path == path);
  run.headless.click("browse.replace");
  run.settle();
  CHECK(run.status().path == folder.path("other.bitloupe"));
  CHECK(read_session_file(folder.path("other.bitloupe")).ok());
}

TEST_CASE("a session's own title is kept, and the width of a panel is no change of it") {
  const TemporaryFolder folder;
  const std::string path = folder.path("file.bitloupe");
  Session session;
  session.experiment = experiment_on("synthetic:laplace?shape=8x8");
  session.title = "Lecture 3";
  REQUIRE(write_session_file(path, session));
  Run run(folder);
  run.workbench.open(path);
  run.settle();
  CHECK(run.status().name == "Lecture 3");
  run.workbench.view().left_width = 400;
  run.settle();
  CHECK_FALSE(run.status().unsaved);
  run.set("format", "int4");
  run.headless.key(ui::Key::S, kCtrl);
  run.settle();
  CHECK(read_session_file(path)->session.title == "Lecture 3");
}

}  // namespace bitloupe
