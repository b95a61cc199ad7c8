// What is left of a lesson when the program ends: how far the reader is, and the reader's own layout.
#include <doctest/doctest.h>

#include <memory>

#include "app/session/desk.h"
#include "app/workbench.h"
#include "tests/app/headless.h"
#include "tests/core/io_support.h"

namespace bitloupe {
namespace {

Experiment gaussian() {
  Experiment experiment;
  experiment.source = *parse_source("synthetic:gaussian?shape=8x8");
  return experiment;
}

// One run of the program with its settings in this folder.
struct Run {
  explicit Run(const std::string& folder, bool start_page = false)
      : workbench(
            gaussian(), painter, [] {}, desk_in(folder, start_page)),
        headless([this] { workbench.frame(); }) {
    settle();
  }
  ~Run() { workbench.desk().finish(unsaved_lives); }
  bool unsaved_lives = false;
  void settle() {
    for (int i = 0; i < 6; ++i) {
      headless.step();
      workbench.lanes().wait_idle();
    }
    workbench.desk().write_now();
  }
  void start(std::size_t step) {
    workbench.tutor().start(workbench.tutor().library().find("scale-and-clipping"), step);
    settle();
  }
  static std::unique_ptr<Desk> desk_in(const std::string& folder, bool start_page) {
    DeskOptions options;
    options.folders = Folders{folder, folder};
    options.start_page = start_page;
    return std::make_unique<Desk>(std::move(options));
  }
  test::RecordingPainter painter;
  Workbench workbench;
  test::Headless headless;
};

}  // namespace

TEST_CASE("how far the reader is stays from one run to the next; no lesson is open then") {
  const test::TemporaryFolder folder;
  LessonProgress::Entries entries;
  {
    Run run(folder.path("home"));
    run.start(1);
    run.workbench.experiment().quant.format = integer_format(6, true);  // solves the question
    run.settle();
    run.headless.click("lesson.next");
    run.settle();
    entries = run.workbench.tutor().progress().lessons;
    CHECK(entries.at("scale-and-clipping").step == 2);
    CHECK(entries.at("scale-and-clipping").solved.contains(1));
  }
  Run run(folder.path("home"));
  CHECK(run.workbench.tutor().progress().lessons == entries);
  CHECK(run.workbench.tutor().lesson() == nullptr);
  CHECK_FALSE(run.headless.has("panel.lesson"));
}

TEST_CASE("what a lesson does to the layout is no setting; what the reader does is") {
  const test::TemporaryFolder folder;
  {
    Run run(folder.path("home"));
    run.start(0);
    CHECK(run.workbench.view().curve_folded);
    run.workbench.view().lesson_width = 350;
    run.settle();
  }  // ends with the lesson open
  {
    Run run(folder.path("home"));
    CHECK_FALSE(run.workbench.view().curve_folded);
    run.start(0);
    run.workbench.view().lesson_width = 350;
    run.settle();
    run.headless.click("lesson.close");
    run.settle();
  }
  Run run(folder.path("home"));
  CHECK_FALSE(run.workbench.view().curve_folded);
  CHECK(run.workbench.view().lesson_width == 350);
}

TEST_CASE("a session has its lesson, and so has work that is restored") {
  const test::TemporaryFolder folder;
  const std::string path = folder.path("s.bitloupe");
  {
    Run run(folder.path("home"));
    run.start(2);
    SessionRequests save;
    save.save_as = path;
    run.workbench.request(save);
    run.settle();
    run.headless.click("lesson.next");  // after the session was saved
    run.settle();
    CHECK(run.workbench.desk().status().unsaved);
    run.unsaved_lives = true;
  }
  Run run(folder.path("home"), true);
  REQUIRE(run.workbench.desk().status().lost.size() == 1);
  const auto place = [&] {
    const Tutor& tutor = run.workbench.tutor();
    return tutor.lesson() ? tutor.lesson()->key + " " + std::to_string(tutor.step_index()) : "none";
  };
  run.headless.click("start.restore." + run.workbench.desk().status().lost.front().id);
  run.settle();
  CHECK(place() == "scale-and-clipping 3");
  CHECK(run.headless.has("panel.lesson"));
  CHECK_FALSE(run.workbench.tutor().changed(run.workbench.experiment(), run.workbench.view()));
  SessionRequests open;
  open.open = path;
  run.workbench.request(open);
  run.settle();
  run.headless.click("question.discard");  // of what was restored
  run.settle();
  CHECK(place() == "scale-and-clipping 2");
  CHECK_FALSE(run.workbench.desk().status().unsaved);
  run.headless.click("lesson.close");
  run.settle();
  CHECK(place() == "none");
  CHECK(run.workbench.desk().status().unsaved);
}

TEST_CASE("a lesson that is started from the start page leaves it") {
  const test::TemporaryFolder folder;
  {
    Run run(folder.path("home"));
    run.workbench.desk().opened(folder.path("some.npy"));  // something to offer
    run.settle();
  }
  Run run(folder.path("home"), true);
  REQUIRE(run.headless.has("start"));
  run.headless.click("start.lessons");
  run.settle();
  run.headless.click("lessons.scale-and-clipping");
  run.settle();
  CHECK_FALSE(run.headless.has("start"));
  CHECK(run.headless.has("panel.lesson"));
  CHECK(run.workbench.experiment() == run.workbench.tutor().step().experiment);
}

}  // namespace bitloupe
