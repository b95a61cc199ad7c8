// The format of lesson files: what a step keeps of the one before, what is refused and how.
#include "app/lessons/lesson_json.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "app/lessons/library.h"
#include "app/lessons/step_run.h"
#include "tests/paths.h"

namespace bitloupe {
namespace {

std::string lesson_of(const std::string& steps) {
  return R"({"bitloupe_lesson":1,"key":"k","title":"T","summary":"S","steps":[)" + steps + "]}";
}
// A step with these members besides its words.
std::string step_with(const std::string& members) {
  return R"({"title":"t","text":"words")" + (members.empty() ? "" : "," + members) + "}";
}

Lesson read(const std::string& text) {
  const Result<Lesson> lesson = parse_lesson(text, "l.json", "/data");
  REQUIRE_MESSAGE(lesson.ok(), (lesson ? "" : lesson.error().message));
  return *lesson;
}

std::string refusal(const std::string& text) {
  const Result<Lesson> lesson = parse_lesson(text, "l.json", "");
  REQUIRE_MESSAGE(!lesson.ok(), text);
  CHECK(lesson.error().code == ErrorCode::BadInput);
  CHECK(lesson.error().message.starts_with("l.json: "));
  CHECK(lesson.error().message.find('\n') == std::string::npos);
  return lesson.error().message;
}
std::string refused_step(const std::string& members) { return refusal(lesson_of(step_with(members))); }
std::string refused_claim(const std::string& members) {
  return refused_step(R"("claims":[{"text":"c",)" + members + "}]");
}

bool says(const std::string& message, const std::string& words) {
  if (message.find(words) != std::string::npos) return true;
  MESSAGE(message);
  return false;
}

Check check_of(const std::string& members) {
  return read(lesson_of(step_with(R"("claims":[{"text":"c",)" + members + "}]"))).steps[0].claims[0].check;
}

struct Folder {
  std::string path =
      (std::filesystem::temp_directory_path() / ("bitloupe_lessons_" + std::to_string(getpid()))).string();
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() { std::filesystem::remove_all(path); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path + "/" + name, std::ios::binary) << text;
  }
};

}  // namespace

TEST_CASE("a step names what differs from the step before") {
  const Lesson lesson = read(lesson_of(
      step_with(R"("state":{"experiment":{"source":"synthetic:uniform?shape=4x4","quant":{"format":"int4",)"
                R"("calibration":{"method":"percentile","percentile":99}}},)"
                R"("view":{"flip":true,"selected":3,"viewport":{"fit":false}}})") +
      "," + step_with(R"("state":{"experiment":{"quant":{"calibration":"mse"}},"view":{"flip":null}})") +
      "," + step_with("") + "," +
      step_with(R"("state":{"experiment":{"source":"x.npy::w","quant":{"format":null}}})")));
  REQUIRE(lesson.steps.size() == 4);
  const LessonStep &first = lesson.steps[0], &second = lesson.steps[1], &fourth = lesson.steps[3];
  CHECK(first.experiment.source.synthetic->kind == "uniform");
  CHECK(first.experiment.quant.format == integer_format(4, true));
  CHECK(first.experiment.quant.calibration.percentile == 99);
  CHECK(first.view.flip);
  CHECK(first.view.selected == 3);
  CHECK_FALSE(first.view.viewport.fit);

  CHECK(second.experiment.source == first.experiment.source);
  CHECK(second.experiment.quant.format == integer_format(4, true));
  CHECK(second.experiment.quant.calibration.method == CalibrationMethod::Mse);
  CHECK_FALSE(second.view.flip);
  CHECK(second.view.selected == 3);
  CHECK(lesson.steps[2].experiment == second.experiment);
  CHECK(lesson.steps[2].view == second.view);

  // Another tensor is looked at as a whole; its path starts at the lesson's folder.
  CHECK(fourth.experiment.source.path == "/data/x.npy");
  CHECK(fourth.experiment.source.tensor == "w");
  CHECK_FALSE(fourth.experiment.source.synthetic.has_value());
  CHECK(fourth.experiment.quant.format == QuantSpec{}.format);
  CHECK(fourth.experiment.quant.calibration.method == CalibrationMethod::Mse);
  CHECK_FALSE(fourth.view.selected.has_value());
  CHECK(fourth.view.viewport.fit);
}

TEST_CASE("the source may be what a session writes") {
  const Lesson lesson = read(lesson_of(step_with(
      R"("state":{"experiment":{"source":{"path":"","tensor":"","synthetic":{"kind":"laplace","shape":[3]}}}})")));
  CHECK(lesson.steps[0].experiment.source.synthetic->kind == "laplace");
}

TEST_CASE("a step's view keeps the reader's layout unless it says otherwise") {
  const Lesson lesson = read(lesson_of(step_with(R"("state":{"view":{"flip":true,"left_width":300}})")));
  ViewState mine;
  mine.left_width = 250;
  mine.right_width = 260;
  mine.lesson_width = 400;
  mine.panels_hidden = true;
  mine.curve_folded = true;
  mine.log_count = false;
  const ViewState shown = step_view(lesson.steps[0], mine);
  CHECK(shown.flip);
  CHECK(shown.left_width == 300);
  CHECK(shown.right_width == 260);
  CHECK(shown.lesson_width == 400);
  CHECK(shown.panels_hidden);
  CHECK_FALSE(shown.curve_folded);
  CHECK(shown.log_count);
}

TEST_CASE("checks: terms, relations, other settings") {
  const Check plain = check_of(R"("check":"max_abs_error","at_most":"half_step")");
  CHECK(plain.term.measure->key == "max_abs_error");
  CHECK(plain.bound.measure->key == "half_step");
  CHECK(plain.relation == Relation::AtMost);
  CHECK_FALSE(plain.needs_runs());

  const Check gain = check_of(
      R"("check":"sqnr_db","quant":{"format":"int6"},"minus":{"quant":{"format":"int5"}},"between":[5,7])");
  CHECK(gain.combine == Combine::Minus);
  CHECK(gain.other.measure == gain.term.measure);  // its own measure where none is named
  CHECK(gain.bound.number == 5);
  CHECK(gain.upper.number == 7);
  CHECK(gain.needs_runs());

  const Check ratio = check_of(R"("check":"mse","over":"step_variance","above":{"quant":{"format":"int9"}})");
  CHECK(ratio.combine == Combine::Over);
  CHECK(ratio.other.measure->key == "step_variance");
  CHECK(ratio.bound.measure->key == "mse");
}

TEST_CASE("unknown members are refused with the nearest known one") {
  CHECK(says(refusal(R"({"bitloupe_lesson":1,"titel":"x"})"),
             "unknown key 'titel'; the nearest known one is title"));
  CHECK(
      says(refused_step(R"("claim":[])"), "steps[0]: unknown key 'claim'; the nearest known one is claims"));
  CHECK(says(refused_step(R"("state":{"wiev":{}})"),
             "steps[0].state: unknown key 'wiev'; the nearest known one is view"));
  CHECK(says(refused_step(R"("state":{"view":{"flp":true}})"), "nearest known one is flip"));
  CHECK(says(refused_step(R"("state":{"experiment":{"quant":{"formt":"int4"}}})"),
             "nearest known one is format"));
  CHECK(says(refused_step(R"("state":{"experiment":{"source":"synthetic:gausian"}})"), "gaussian"));
  CHECK(says(refused_claim(R"("check":"mse","at_mots":1)"),
             "steps[0].claims[0]: unknown key 'at_mots'; the nearest known one is at_most"));
  CHECK(says(refused_claim(R"("check":"sqnr","above":1)"),
             "unknown measure 'sqnr'; the nearest known one is sqnr_db"));
  CHECK(says(refused_claim(R"("check":"mse","quant":{"formt":"int4"},"above":1)"),
             "claims[0].quant: unknown key 'formt'"));
  CHECK(says(refused_step(R"("formulas":["s = {stepp}"])"), "steps[0].formulas[0]: {stepp} is no measure"));
}

TEST_CASE("missing and wrong members are named") {
  CHECK(says(refusal("{}"), "bitloupe_lesson"));
  CHECK(says(refusal("[]"), "one JSON object"));
  CHECK(says(refusal("{"), "not JSON text"));
  CHECK(says(refusal(R"({"bitloupe_lesson":2,"news":1})"), "version 1"));
  CHECK(says(refusal(R"({"bitloupe_lesson":1,"key":"k","title":"T","summary":"S"})"), "steps: missing"));
  CHECK(says(refusal(R"({"bitloupe_lesson":1,"key":"A b","title":"T","summary":"S","steps":[]})"),
             "key: expected lower-case"));
  CHECK(says(refusal(lesson_of("")), "at least one step"));
  CHECK(says(refusal(lesson_of(R"({"title":"t"})")), "steps[0].text: missing"));
  CHECK(says(refusal(lesson_of(R"({"text":"t"})")), "steps[0].title: missing"));
  CHECK(says(refusal(lesson_of(R"({"title":7})")), "steps[0].title: expected a text (found 7)"));
  CHECK(says(refused_claim(R"("check":"mse")"), "needs one of at_most"));
  CHECK(says(refused_claim(R"("at_most":1)"), "claims[0].check: missing"));
  CHECK(says(refused_claim(R"("check":"mse","at_most":1,"below":2)"), "one relation"));
  CHECK(says(refused_claim(R"("check":"mse","minus":"mse","over":"mse","at_most":1)"), "not both"));
  CHECK(says(refused_claim(R"("check":"mse","between":[1])"), "two numbers"));
  CHECK(says(refused_step(R"("question":{"text":"q"})"), "question.checks: expected at least one"));
  CHECK(says(refused_step(
                 R"("question":{"text":"q","checks":[{"check":"mse","quant":{"format":"int4"},"below":1}]})"),
             "the setting at hand"));
}

TEST_CASE("a state that no program can have is refused") {
  CHECK(says(refused_step(R"("state":{"experiment":{"quant":{"format":"e4m3fn","scheme":"affine"}}})"),
             "affine"));
  CHECK(says(
      refused_step(
          R"("state":{"experiment":{"source":"synthetic:gaussian?shape=4","quant":{"granularity":"channel:3"}}})"),
      "axis"));
  CHECK(says(refused_step(R"("state":{"experiment":{"source":"synthetic:gaussian?std=-1"}})"), "std"));
}

TEST_CASE("a number that does not exist makes a claim undecided, not an error") {
  const Lesson lesson = read(lesson_of(step_with(
      R"("state":{"experiment":{"source":"synthetic:gaussian?shape=4x4","quant":{"format":"e4m3fn"}}},)"
      R"("claims":[{"text":"c","check":"max_abs_error","at_most":"half_step"},)"
      R"({"text":"c","check":"mse","quant":{"scheme":"affine"},"below":1}])")));
  const auto snapshot = run_step(lesson.steps[0], nullptr);
  REQUIRE(snapshot.ok());
  const auto proofs = prove_claims(lesson.steps[0], *snapshot);
  REQUIRE(proofs.ok());
  for (const Proof& proof : *proofs) CHECK_FALSE(proof.holds);
  CHECK(says((*proofs)[0].verdict, "step"));
  CHECK(says((*proofs)[1].verdict, "affine"));
}

TEST_CASE("verdicts say how the numbers really stand") {
  const Lesson lesson = read(lesson_of(step_with(
      R"("state":{"experiment":{"source":"synthetic:ramp?shape=64","quant":{"format":"int4"}}},)"
      R"("claims":[{"text":"c","check":"bits","below":4},{"text":"c","check":"bits","at_most":4},)"
      R"({"text":"c","check":"bits","equals":5},{"text":"c","check":"bits","between":[5,6]},)"
      R"({"text":"c","check":"clipped_fraction","equals":0},{"text":"c","check":"set_by_hand","equals":1}])")));
  const auto snapshot = run_step(lesson.steps[0], nullptr);
  REQUIRE(snapshot.ok());
  const auto proofs = prove_claims(lesson.steps[0], *snapshot);
  REQUIRE(proofs.ok());
  std::vector<std::string> verdicts;
  std::string held;
  for (const Proof& proof : *proofs) {
    verdicts.push_back(proof.verdict);
    held += proof.holds ? 'y' : 'n';
  }
  CHECK(held == "nynnyn");
  CHECK(verdicts == std::vector<std::string>{"4 = 4", "4 ≤ 4", "4 < 5", "4 < 5", "0 % = 0 %", "no"});
}

TEST_CASE("the format's description: its example is a lesson, its table has every measure") {
  std::ifstream file(bitloupe::test::root_dir() + "/assets/lessons/README.md");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::size_t begin = text.find("```json"), end = text.find("```", begin + 3);
  REQUIRE(end != std::string::npos);
  const Lesson lesson = read(text.substr(begin + 7, end - begin - 7));
  const auto snapshot = run_step(lesson.steps[0], nullptr);
  REQUIRE(snapshot.ok());
  CHECK((*prove_claims(lesson.steps[0], *snapshot))[0].holds);
  CHECK_FALSE(prove(lesson.steps[0].question->checks[0], *snapshot)->holds);
  for (const Measure& measure : measures()) {
    std::string help(measure.help);
    for (std::size_t at = help.find('|'); at != std::string::npos; at = help.find('|', at + 2))
      help.insert(at, "\\");
    const std::string row = "| `" + std::string(measure.key) + "` | " + help + " |";
    CHECK_MESSAGE(text.find(row) != std::string::npos, row);
  }
}

TEST_CASE("every measure has a name, a sentence, and a number of an ordinary result") {
  const Lesson lesson = read(lesson_of(step_with(
      R"("state":{"experiment":{"source":"synthetic:gaussian?shape=8x8","quant":{"format":"int4"}}})")));
  const auto snapshot = run_step(lesson.steps[0], nullptr);
  REQUIRE(snapshot.ok());
  for (const Measure& measure : measures()) {
    CAPTURE(std::string(measure.key));
    CHECK(find_measure(measure.key) == &measure);
    CHECK_FALSE(measure.label.empty());
    CHECK(measure.help.ends_with("."));
    REQUIRE(is_measured(measure, **snapshot));
    const Result<double> value = measure.value(**snapshot);
    REQUIRE_MESSAGE(value.ok(), (value ? "" : value.error().message));
    CHECK(*value == *value);
    CHECK_FALSE(measure_text(measure.unit, *value).empty());
  }
  const Snapshot unfinished;
  for (const Measure& measure : measures()) CHECK_FALSE(is_measured(measure, unfinished));
}

TEST_CASE("measures agree with the report and with their formulas") {
  const Lesson lesson = read(lesson_of(step_with(
      R"("state":{"experiment":{"source":"synthetic:half-normal?shape=64x16","quant":{"format":"int4",)"
      R"("scheme":"affine","calibration":"percentile:95"}}})")));
  const auto result = run_step(lesson.steps[0], nullptr);
  REQUIRE(result.ok());
  const Snapshot& s = **result;
  const auto value = [&](std::string_view key) { return *find_measure(key)->value(s); };
  const double scale = static_cast<double>(s.scales->groups.front().scale);
  CHECK(value("step") == scale);
  CHECK(value("half_step") == doctest::Approx(scale / 2).epsilon(1e-5));
  CHECK(value("half_step") > scale / 2);
  CHECK(value("step_variance") == doctest::Approx(scale * scale / 12));
  CHECK(value("zero_point") == -8);
  CHECK(value("codes") == 16);
  CHECK(value("mse") == doctest::Approx(value("mse_rounding") + value("mse_clipping")));
  CHECK(value("clipped") > 0);
  CHECK(value("clipped_fraction") == value("clipped") / 1024);
  CHECK(value("mse_excess") == doctest::Approx(value("mse") / value("best_mse") - 1));
  CHECK(value("sqnr_loss_db") == doctest::Approx(10 * std::log10(value("mse") / value("best_mse"))));
  CHECK(value("threshold_distance") ==
        doctest::Approx(std::abs(value("threshold") / value("best_threshold") - 1)));
  std::size_t zeroed = 0;
  for (const float x : *s.tensor().values)
    if (x != 0 && quantize_value(*s.quantizer, s.scales->groups.front(), x, 0).dequantized == 0) ++zeroed;
  CHECK(zeroed > 0);
  CHECK(value("zeroed_fraction") == static_cast<double>(zeroed) / 1024);
}

TEST_CASE("a bad file leaves the other lessons; an own lesson takes the place of a built-in one") {
  const Folder folder;
  const std::size_t built_in = load_lessons("").lessons.size();
  folder.write("a.json", lesson_of(step_with("")));
  folder.write("b.json", "{");
  folder.write("c.json", lesson_of(step_with("")));  // a's key again
  folder.write("d.txt", "not looked at");
  folder.write("e.json",
               R"({"bitloupe_lesson":1,"key":"scale-and-clipping","title":"Mine","summary":"S","steps":[)" +
                   step_with("") + "]}");
  folder.write("f.json", std::string(2 << 20, ' '));
  const LessonLibrary library = load_lessons(folder.path);
  CHECK(library.lessons.size() == built_in + 1);
  REQUIRE(library.problems.size() == 3);
  CHECK(says(library.problems[0].message, "b.json"));
  CHECK(says(library.problems[1].message, "c.json"));
  CHECK(says(library.problems[1].message, "a.json"));
  CHECK(says(library.problems[2].message, "too large"));
  CHECK(library.find("scale-and-clipping")->title == "Mine");
  CHECK(load_lessons(folder.path + "/nothing").problems.empty());
}

TEST_CASE("lessons are found by key, step and path") {
  const Folder folder;
  folder.write("a:b.json", lesson_of(step_with("") + "," + step_with("")));
  const LessonLibrary library = load_lessons(folder.path);
  CHECK(find_lesson(library, "k")->step == 0);
  CHECK(find_lesson(library, "k:2")->step == 1);
  CHECK(find_lesson(library, folder.path + "/a:b.json")->lesson->key == "k");
  CHECK(find_lesson(library, folder.path + "/a:b.json:2")->step == 1);
  for (const char* bad : {"k:3", "k:0", "k:x", "k:", "nothing", ""}) {
    const auto place = find_lesson(library, bad);
    CAPTURE(bad);
    REQUIRE_FALSE(place.ok());
    CHECK(place.error().code == ErrorCode::BadArgument);
  }
  CHECK(says(find_lesson(library, "scale-and-cliping").error().message, "scale-and-clipping"));
}

}  // namespace bitloupe
