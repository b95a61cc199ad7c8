// The lesson beside the workspace, driven by hand: pages, reset, proofs, question, progress, layout.
#include <doctest/doctest.h>

#include <algorithm>

#include "app/layout.h"
#include "app/palette.h"
#include "tests/app/bench.h"

namespace bitloupe {
namespace {

using test::Bench;
using ui::Key;

constexpr ui::Modifiers kAlt{.alt = true}, kShift{.shift = true}, kCtrl{.ctrl = true};
constexpr const char* kKey = "scale-and-clipping";

struct LessonBench : Bench {
  explicit LessonBench(std::size_t step = 0, int width = 1280, int height = 800, float scale = 1)
      : Bench("synthetic:gaussian?shape=8x8", width, height, scale) {
    tutor().start(tutor().library().find(kKey), step);
    settle();
  }
  Tutor& tutor() { return workbench.tutor(); }
  const LessonStep& step() { return tutor().step(); }
  bool as_set() {
    return workbench.experiment() == step().experiment &&
           !tutor().changed(workbench.experiment(), workbench.view());
  }
  void press(const std::string& id) {
    headless.click(id);
    settle();
  }
  void reveal(const std::string& id) { headless.reveal(id, "panel.lesson"); }
};

}  // namespace

TEST_CASE("Next and Back turn the pages, each with its state, each one step of undo") {
  LessonBench bench;
  CHECK(bench.as_set());
  bench.press("lesson.next");
  CHECK(bench.tutor().step_index() == 1);
  CHECK(bench.as_set());
  CHECK(bench.workbench.view().grid_mode == GridMode::Signal);
  bench.press("lesson.next");
  CHECK(bench.workbench.view().grid_mode == GridMode::Values);
  CHECK(bench.as_set());
  bench.press("lesson.back");
  CHECK(bench.tutor().step_index() == 1);
  CHECK(bench.as_set());
  // Back, Next, Next are three steps; the lesson's page stays.
  const std::vector<LessonStep>& steps = bench.tutor().lesson()->steps;
  for (const std::size_t expected : std::vector<std::size_t>{2, 1, 0}) {
    bench.headless.key(Key::Z, kCtrl);
    bench.settle();
    CHECK(bench.workbench.experiment() == steps[expected].experiment);
  }
  CHECK(bench.tutor().step_index() == 1);
}

TEST_CASE("the dots go to any step; at the ends there is nothing further but the end") {
  LessonBench bench;
  bench.press("lesson.back");
  CHECK(bench.tutor().step_index() == 0);
  bench.press("lesson.step.6");
  CHECK(bench.tutor().step_index() == 5);
  CHECK(bench.as_set());
  const Experiment last = bench.workbench.experiment();
  bench.press("lesson.next");  // Finish
  CHECK(bench.tutor().lesson() == nullptr);
  CHECK_FALSE(bench.headless.has("panel.lesson"));
  CHECK(bench.workbench.experiment() == last);
  CHECK(bench.tutor().progress().lessons.at(kKey).step == 0);
}

TEST_CASE("Reset takes back what was changed and says nothing before") {
  LessonBench bench(4);
  bench.press("lesson.reset");
  CHECK(bench.as_set());
  bench.spec().format.bits = 3;
  bench.spec().calibration.method = CalibrationMethod::Percentile;
  bench.workbench.view().flip = true;
  bench.settle();
  CHECK_FALSE(bench.as_set());
  bench.press("lesson.reset");
  CHECK(bench.as_set());
  CHECK_FALSE(bench.workbench.view().flip);
  // One step of undo.
  bench.headless.key(Key::Z, kCtrl);
  bench.settle();
  CHECK(bench.spec().format.bits == 3);
  // A change of the view alone can be reset too; the layout is the reader's.
  bench.press("lesson.reset");
  bench.workbench.view().left_width = 250;
  bench.settle();
  CHECK(bench.as_set());
  bench.workbench.view().grid_mode = GridMode::Codes;
  bench.settle();
  CHECK_FALSE(bench.as_set());
  bench.press("lesson.reset");
  CHECK(bench.as_set());
  CHECK(bench.workbench.view().left_width == 250);
}

TEST_CASE("Prove it decides from all values and follows every change") {
  LessonBench bench(1);
  CHECK_FALSE(bench.tutor().claim(0).asked);
  bench.reveal("lesson.prove.1");
  bench.press("lesson.prove.1");
  Tutor::Answer answer = bench.tutor().claim(0);
  REQUIRE((answer.asked && answer.proof && answer.current));
  CHECK(answer.proof->holds);
  CHECK(answer.proof->values == 256);
  CHECK_FALSE(bench.tutor().claim(1).asked);
  bench.spec().rounding = Rounding::TowardZero;
  bench.settle();
  answer = bench.tutor().claim(0);
  REQUIRE((answer.proof && answer.current));
  CHECK_FALSE(answer.proof->holds);
  bench.press("lesson.reset");
  answer = bench.tutor().claim(0);
  REQUIRE((answer.proof && answer.current));
  CHECK(answer.proof->holds);
  // Another page begins with its claims open.
  bench.press("lesson.next");
  CHECK_FALSE(bench.tutor().claim(0).asked);
}

TEST_CASE("claims about other settings are decided beside the frames") {
  LessonBench bench(2);
  bench.headless.key(Key::P, kAlt);
  bench.settle();
  for (std::size_t i = 0; i < bench.step().claims.size(); ++i) {
    const Tutor::Answer answer = bench.tutor().claim(i);
    REQUIRE((answer.proof && answer.current));
    CHECK(answer.proof->holds);
    CHECK(answer.proof->lines.size() == 3);  // both numbers and their difference
  }
  // Other data, the same claim: a constant has no error whatever the bits.
  bench.workbench.experiment().source.synthetic->parameters = {{"min", {1.0}}, {"max", {1.0}}};
  bench.settle();
  const Tutor::Answer answer = bench.tutor().claim(0);
  REQUIRE((answer.proof && answer.current));
  CHECK_FALSE(answer.proof->holds);
}

TEST_CASE("the question's state is live; it counts as solved once the hand rests there") {
  LessonBench bench(4, 1600, 1000);
  REQUIRE(bench.tutor().question().size() == 2);
  CHECK_FALSE(bench.tutor().solved_now());
  CHECK_FALSE(bench.tutor().solved());
  const double best = bench.snapshot().curve->best.threshold,
               widest = bench.snapshot().curve->points.back().threshold;
  REQUIRE(best < widest / 2);

  // Dragged through the minimum and on: not solved. The axis is logarithmic.
  const Rect curve = bench.headless.rect("curve");
  const Point handle = bench.headless.center("curve.threshold");
  bench.headless.move(handle);
  bench.headless.step();
  bench.headless.press_button(true);
  bool passed = false;
  for (float x = handle.x; x > curve.x + 60; x -= 4) {
    bench.headless.move({x, handle.y});
    bench.settle();
    passed = passed || bench.tutor().solved_now();
  }
  CHECK(passed);
  bench.headless.press_button(false);
  bench.settle();
  CHECK_FALSE(bench.tutor().solved_now());
  CHECK_FALSE(bench.tutor().solved());

  // The method's own pick has the least error, but not by hand.
  bench.spec().calibration.method = CalibrationMethod::Mse;
  bench.settle();
  CHECK(bench.tutor().question()[0].holds);
  CHECK_FALSE(bench.tutor().solved());

  bench.spec().calibration.method = CalibrationMethod::Manual;
  bench.spec().calibration.lo = -best * 1.01;
  bench.spec().calibration.hi = best * 1.01;
  bench.settle();
  CHECK(bench.tutor().solved_now());
  CHECK(bench.tutor().solved());
  bench.press("lesson.reset");
  CHECK_FALSE(bench.tutor().solved_now());
  CHECK(bench.tutor().solved());  // stays
  CHECK(bench.tutor().progress().lessons.at(kKey).solved.contains(4));
}

TEST_CASE("the hint is shown when it is asked for") {
  LessonBench bench;
  bench.reveal("lesson.hint");
  bench.press("lesson.hint");
  CHECK(bench.tutor().hint_shown);
  CHECK_FALSE(bench.headless.has("lesson.hint"));
  bench.press("lesson.next");
  CHECK_FALSE(bench.tutor().hint_shown);
}

TEST_CASE("the question and its hint stay in sight while the words scroll") {
  LessonBench bench;
  for (std::size_t step = 0; step < 6; ++step) {
    bench.tutor().go(step);
    bench.settle();
    bench.tutor().ask_all();  // proofs make the words longer
    bench.settle();
    CAPTURE(step);
    REQUIRE(bench.headless.has("lesson.hint"));
    const Rect hint = bench.headless.rect("lesson.hint");
    CHECK(hint.height == 20);  // all of it
    CHECK(hint.bottom() <= bench.headless.rect("lesson.next").y);
  }
}

TEST_CASE("keys turn pages, reset, prove, fold and close") {
  LessonBench bench;
  bench.headless.key(Key::N, kAlt);
  bench.settle();
  CHECK(bench.tutor().step_index() == 1);
  bench.spec().format.bits = 9;
  bench.headless.key(Key::R, kAlt);
  bench.settle();
  CHECK(bench.as_set());
  bench.headless.key(Key::B, kAlt);
  bench.settle();
  CHECK(bench.tutor().step_index() == 0);
  bench.headless.key(Key::L, kAlt);
  bench.settle();
  CHECK(bench.workbench.view().lesson_folded);
  CHECK(bench.headless.rect("panel.lesson").width == kLessonStrip);
  bench.press("lesson.step.3");
  CHECK(bench.tutor().step_index() == 2);
  CHECK(bench.workbench.view().lesson_folded);
  bench.press("lesson.fold");
  CHECK_FALSE(bench.workbench.view().lesson_folded);
  bench.press("lesson.close");
  CHECK(bench.tutor().lesson() == nullptr);
  bench.headless.key(Key::N, kAlt);
  bench.settle();
  CHECK(bench.tutor().lesson() == nullptr);
}

TEST_CASE("the list starts a lesson and goes on where the reader left off; so does the palette") {
  Bench bench;
  bench.headless.key(Key::F1, kShift);
  bench.headless.step(2);
  bench.headless.click(std::string("lessons.") + kKey);
  bench.settle();
  Tutor& tutor = bench.workbench.tutor();
  REQUIRE(tutor.lesson());
  CHECK_FALSE(bench.headless.has("lessons.close"));
  CHECK(tutor.step_index() == 0);
  bench.headless.click("lesson.step.4");
  bench.settle();
  bench.headless.click("lesson.close");
  bench.settle();
  CHECK(tutor.lesson() == nullptr);
  bench.headless.key(Key::P, {.ctrl = true, .shift = true});
  bench.headless.step(2);
  bench.headless.type("zero point and");
  bench.headless.key(Key::Enter);
  bench.settle();
  REQUIRE(tutor.lesson());
  CHECK(tutor.step_index() == 3);
  CHECK(bench.workbench.experiment() == tutor.step().experiment);
}

TEST_CASE("progress that is put in place shows its lesson without touching the state") {
  Bench bench;
  const Experiment mine = bench.workbench.experiment();
  LessonProgress progress;
  progress.open = kKey;
  progress.lessons[kKey].step = 2;
  bench.workbench.tutor().progress() = progress;
  bench.settle();
  CHECK(bench.headless.has("panel.lesson"));
  CHECK(bench.workbench.tutor().step_index() == 2);
  CHECK(bench.workbench.experiment() == mine);
  CHECK(bench.workbench.tutor().changed(mine, bench.workbench.view()));
  // A step or a lesson that is no longer there.
  bench.workbench.tutor().progress().lessons[kKey].step = 99;
  bench.settle();
  CHECK(bench.workbench.tutor().step_index() == 5);
  bench.workbench.tutor().progress().open = "gone";
  bench.settle();
  CHECK_FALSE(bench.headless.has("panel.lesson"));
  CHECK(bench.workbench.tutor().progress().open.empty());
}

TEST_CASE("a closed lesson gives back the reader's layout where the reader left the step's") {
  LessonBench bench;
  CHECK(bench.workbench.view().curve_folded);  // as the step wants it
  bench.press("lesson.close");
  CHECK_FALSE(bench.workbench.view().curve_folded);
  bench.tutor().start(bench.tutor().library().find(kKey), 0);
  bench.settle();
  bench.workbench.view().lesson_width = 333;  // the reader's own hand
  bench.workbench.view().curve_folded = false;
  bench.settle();
  bench.press("lesson.close");
  CHECK(bench.workbench.view().lesson_width == 333);
  CHECK_FALSE(bench.workbench.view().curve_folded);
}

TEST_CASE("closing from the menu, and finishing, leave no frame without its lesson") {
  LessonBench bench(5);
  bench.headless.click("menu.help");
  bench.headless.click("menu.help.close_lesson");
  bench.settle();
  CHECK(bench.tutor().lesson() == nullptr);
}

TEST_CASE("the lesson's column fits beside the others at every size") {
  struct Size {
    int width, height;
    float scale;
  };
  for (const Size& size : std::vector<Size>{{1280, 800, 1},
                                            {1920, 1080, 1},
                                            {1920, 1080, 2},
                                            {1280, 800, 2},
                                            {900, 600, 1},
                                            {3840, 2160, 2}}) {
    CAPTURE(size.width);
    CAPTURE(size.scale);
    LessonBench bench(0, size.width, size.height, size.scale);
    for (std::size_t step = 0; step < 6; ++step) {
      bench.tutor().go(step);
      bench.tutor().ask_all();
      bench.settle();
      const auto& widgets = ui::widgets();
      const Rect panel = bench.headless.rect("panel.lesson");
      CHECK(panel.right() == doctest::Approx(size.width));
      for (auto a = widgets.begin(); a != widgets.end(); ++a) {
        const std::string& id = a->first;
        const Rect r = a->second.rect;
        if (id.starts_with("lesson.")) {
          CHECK_MESSAGE(!a->second.text_clipped, id);
          CHECK_MESSAGE((r.x >= panel.x && r.right() <= panel.right() + 0.5f && r.y >= panel.y &&
                         r.bottom() <= panel.bottom() + 0.5f),
                        id);
        }
        if (a->second.kind != ui::WidgetKind::Region || id == "panel.lesson") continue;
        CHECK_MESSAGE((r.right() <= panel.x + 0.5f || r.bottom() <= panel.y || r.y >= panel.bottom()), id);
      }
      for (const char* id : {"lesson.back", "lesson.next", "lesson.reset"}) CHECK(bench.headless.has(id));
    }
  }
}

TEST_CASE("layout: the inspector folds for a lesson first, then columns shrink, then the left folds") {
  ViewState view;
  CHECK(make_layout(1280, 800, 1, view, false).right());
  const Layout narrow = make_layout(1280, 800, 1, view, true);
  CHECK_FALSE(narrow.right());
  CHECK(narrow.left());
  CHECK(narrow.lesson.width == view.lesson_width);
  CHECK(narrow.center.right() == narrow.lesson.x);
  CHECK(make_layout(1600, 1000, 1, view, true).right());
  const Layout shrunk = make_layout(960, 540, 1, view, true);
  CHECK(shrunk.left());
  CHECK(shrunk.lesson.width < view.lesson_width);
  CHECK(shrunk.center.width >= 410);
  CHECK_FALSE(make_layout(880, 540, 1, view, true).left());
  view.panels_hidden = true;
  const Layout alone = make_layout(1920, 1080, 1, view, true);
  CHECK_FALSE(alone.left());
  CHECK(alone.lesson.width == view.lesson_width);
  view.lesson_folded = true;
  CHECK(make_layout(1920, 1080, 1, view, true).lesson.width == kLessonStrip);
  for (const float width : {1.0f, 20.0f, 100.0f, 300.0f, 500.0f}) {
    const Layout tiny = make_layout(width, 50, 1, ViewState{}, true);
    CHECK(tiny.center.width >= 0);
    CHECK(tiny.lesson.right() <= width + 0.5f);
  }
}

TEST_CASE("the splitter makes the lesson wider") {
  LessonBench bench(0, 1920, 1080);
  const float before = bench.headless.rect("panel.lesson").width;
  bench.headless.drag("splitter.lesson", -60, 0);
  CHECK(bench.headless.rect("panel.lesson").width == doctest::Approx(static_cast<double>(before) + 60));
  CHECK(bench.as_set());
}

}  // namespace bitloupe
