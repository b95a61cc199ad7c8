// The lessons that are part of the program: each reads, each state runs, each claim holds where it is made.
#include <doctest/doctest.h>

#include <set>

#include "app/embedded.h"
#include "app/lessons/lesson_json.h"
#include "app/lessons/library.h"
#include "app/lessons/step_run.h"
#include "tests/app/bench.h"

namespace bitloupe {
namespace {

const LessonLibrary& built_in() {
  static const LessonLibrary library = load_lessons("");
  return library;
}

bool holds(const std::vector<Check>& checks, const std::shared_ptr<const Snapshot>& snapshot) {
  bool all = !checks.empty();
  for (const Check& check : checks) {
    const auto proof = prove(check, snapshot);
    REQUIRE(proof.ok());
    all = all && proof->holds;
  }
  return all;
}

// The step's result with another spec.
std::shared_ptr<const Snapshot> changed(const LessonStep& step, void (*change)(QuantSpec&)) {
  LessonStep other = step;
  change(other.experiment.quant);
  const auto snapshot = run_step(other, nullptr);
  REQUIRE_MESSAGE(snapshot.ok(), (snapshot ? "" : snapshot.error().message));
  return *snapshot;
}

std::shared_ptr<const Snapshot> result_of(const LessonStep& step) {
  return changed(step, [](QuantSpec&) {});
}

const Lesson& first_lesson() {
  const auto lesson = built_in().find("scale-and-clipping");
  REQUIRE(lesson);
  return *lesson;
}

}  // namespace

TEST_CASE("every embedded lesson reads; keys and titles are its own") {
  CHECK(built_in().problems.empty());
  std::size_t files = 0;
  for (const EmbeddedFile& file : embedded_files()) files += file.name.starts_with("assets/lessons/") ? 1 : 0;
  CHECK(files > 0);
  CHECK(built_in().lessons.size() == files);
  std::set<std::string> titles;
  for (const auto& lesson : built_in().lessons) CHECK(titles.insert(lesson->title).second);
}

TEST_CASE("every step runs without an error and every claim holds on all its values") {
  for (const auto& lesson : built_in().lessons) {
    std::shared_ptr<const Snapshot> before;
    for (const LessonStep& step : lesson->steps) {
      CAPTURE(lesson->key);
      CAPTURE(step.title);
      const auto snapshot = run_step(step, before);
      REQUIRE_MESSAGE(snapshot.ok(), (snapshot ? "" : snapshot.error().message));
      before = *snapshot;
      const auto proofs = prove_claims(step, before);
      REQUIRE(proofs.ok());
      for (std::size_t i = 0; i < proofs->size(); ++i) {
        const Proof& proof = (*proofs)[i];
        CHECK_MESSAGE(proof.holds, step.claims[i].text, ": ", proof.verdict);
        CHECK(proof.values == before->prepared->statistics.count);
        CHECK_FALSE(proof.lines.empty());
      }
      if (step.question) CHECK_FALSE(holds(step.question->checks, before));
    }
  }
}

TEST_CASE("claims are measured, not written down: spoilt states make them false") {
  const std::vector<LessonStep>& steps = first_lesson().steps;
  REQUIRE(steps.size() == 6);
  const auto spoilt = [&](std::size_t step, std::size_t claim, void (*change)(QuantSpec&)) {
    const auto proof = prove(steps[step].claims[claim].check, changed(steps[step], change));
    REQUIRE(proof.ok());
    CHECK_MESSAGE(!proof->holds, steps[step].claims[claim].text, ": ", proof->verdict);
  };
  spoilt(0, 0, [](QuantSpec& spec) { spec.format.bits = 5; });
  spoilt(0, 1, [](QuantSpec& spec) { spec.calibration.method = CalibrationMethod::Mse; });
  const auto toward_zero = [](QuantSpec& spec) { spec.rounding = Rounding::TowardZero; };
  spoilt(1, 0, toward_zero);
  spoilt(1, 1, toward_zero);
  // Clipped hard, bits no longer matter.
  const auto narrow = [](QuantSpec& spec) {
    spec.calibration.method = CalibrationMethod::Manual;
    spec.calibration.lo = -0.2;
    spec.calibration.hi = 0.2;
  };
  spoilt(2, 0, narrow);
  spoilt(2, 1, narrow);
  spoilt(3, 0, [](QuantSpec& spec) { spec.format.bits = 8; });
  spoilt(3, 1, narrow);
  spoilt(4, 0, [](QuantSpec& spec) { spec.format.bits = 8; });
  spoilt(4, 1, [](QuantSpec& spec) { spec.format.bits = 8; });
  spoilt(5, 0, [](QuantSpec& spec) { spec.format.bits = 8; });
  spoilt(5, 2, [](QuantSpec& spec) { spec.scale_type = ScaleType::F16; });
}

TEST_CASE("questions are solved by what their step teaches") {
  const std::vector<LessonStep>& steps = first_lesson().steps;
  const auto solves = [&](std::size_t step, void (*change)(QuantSpec&)) {
    CHECK_MESSAGE(holds(steps[step].question->checks, changed(steps[step], change)), steps[step].title);
  };
  const auto fails = [&](std::size_t step, void (*change)(QuantSpec&)) {
    CHECK_MESSAGE(!holds(steps[step].question->checks, changed(steps[step], change)), steps[step].title);
  };
  solves(0, [](QuantSpec& spec) { spec.format.bits = 5; });
  fails(0, [](QuantSpec& spec) {
    spec.calibration.method = CalibrationMethod::Manual;
    spec.calibration.lo = -0.6;
    spec.calibration.hi = 0.6;
  });
  solves(1, [](QuantSpec& spec) { spec.format.bits = 6; });
  fails(1, [](QuantSpec& spec) { spec.format.bits = 5; });
  fails(1, [](QuantSpec& spec) { spec.format.bits = 7; });
  solves(2, [](QuantSpec& spec) { spec.format.bits = 7; });
  fails(2, [](QuantSpec& spec) { spec.format.bits = 6; });
  fails(2, [](QuantSpec& spec) { spec.format.bits = 8; });
  solves(3, [](QuantSpec& spec) { spec.scheme = Scheme::Affine; });
  fails(3, [](QuantSpec& spec) { spec.format.bits = 5; });
  // By hand only, and within 2 %.
  fails(4, [](QuantSpec& spec) { spec.calibration.method = CalibrationMethod::Mse; });
  const auto start = result_of(steps[4]);
  REQUIRE(start->curve);
  for (const double off : {0.6, 0.97, 1.0, 1.03, 1.6}) {
    LessonStep dragged = steps[4];
    Calibration& calibration = dragged.experiment.quant.calibration;
    calibration.method = CalibrationMethod::Manual;
    calibration.hi = start->curve->best.threshold * off;
    calibration.lo = -calibration.hi;
    CAPTURE(off);
    CHECK(holds(steps[4].question->checks, result_of(dragged)) == (off > 0.9 && off < 1.1));
  }
  solves(5, [](QuantSpec& spec) { spec.granularity = {GranularityKind::Channel, 1, 32}; });
  fails(5, [](QuantSpec& spec) { spec.granularity = {GranularityKind::Channel, 0, 32}; });
  fails(5, [](QuantSpec& spec) { spec.format.bits = 6; });
}

TEST_CASE("formulas of the steps find all their numbers") {
  for (const auto& lesson : built_in().lessons)
    for (const LessonStep& step : lesson->steps) {
      const auto snapshot = result_of(step);
      std::vector<std::string> texts = step.formulas;
      texts.insert(texts.end(), step.text.begin(), step.text.end());
      for (const std::string& text : texts) {
        const std::string shown = with_numbers(text, snapshot.get());
        CHECK_MESSAGE(shown.find_first_of("{}") == std::string::npos, shown);
        CHECK_MESSAGE(shown.find("–") == std::string::npos, shown);
      }
    }
  CHECK(with_numbers("s = {step}.", nullptr) == "s = –.");
}

TEST_CASE("in the window every step shows its state and nothing else has changed") {
  test::Bench bench("synthetic:gaussian?shape=8x8", 1280, 800);
  for (const auto& lesson : built_in().lessons)
    for (std::size_t i = 0; i < lesson->steps.size(); ++i) {
      bench.workbench.tutor().start(lesson, i);
      bench.settle();
      CAPTURE(lesson->key);
      CAPTURE(i);
      const Snapshot& snapshot = bench.snapshot();
      CHECK_FALSE(snapshot.error.has_value());
      CHECK(snapshot.experiment == lesson->steps[i].experiment);
      CHECK(bench.workbench.view() == step_view(lesson->steps[i], bench.workbench.view()));
      CHECK_FALSE(bench.workbench.tutor().changed(bench.workbench.experiment(), bench.workbench.view()));
    }
}

}  // namespace bitloupe
