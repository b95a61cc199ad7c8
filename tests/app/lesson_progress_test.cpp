#include <doctest/doctest.h>

#include <random>

#include "app/lessons/progress.h"

namespace bitloupe {

TEST_CASE("progress reads back equal") {
  std::mt19937 random(3);
  for (int n = 0; n < 300; ++n) {
    LessonProgress progress;
    if (random() % 2 == 0) progress.open = "lesson-" + std::to_string(random() % 5);
    for (unsigned lesson = static_cast<unsigned>(random() % 4); lesson > 0; --lesson) {
      LessonProgress::Entry& entry = progress.lessons["lesson-" + std::to_string(lesson)];
      entry.step = static_cast<unsigned>(random() % 64);
      for (unsigned step = static_cast<unsigned>(random() % 8); step > 0; --step)
        entry.seen.insert(random() % 64);
      for (unsigned step = static_cast<unsigned>(random() % 3); step > 0; --step)
        entry.solved.insert(random() % 64);
    }
    const std::string text = to_json(progress, n % 2 == 0 ? -1 : 1);
    const auto again = parse_progress_json(text, "p.json");
    REQUIRE_MESSAGE(again.ok(), text);
    REQUIRE(*again == progress);
  }
  CHECK(parse_progress_json("{}", "p.json").value() == LessonProgress{});
}

TEST_CASE("progress: steps count from 1; wrong members are named") {
  LessonProgress progress;
  progress.open = "a";
  progress.lessons["a"] = {1, {0, 1}, {0}};
  CHECK(to_json(progress) == R"({"open":"a","lessons":{"a":{"step":2,"seen":[1,2],"solved":[1]}}})");
  const auto refused = [](const char* text) {
    const auto parsed = parse_progress_json(text, "p.json");
    REQUIRE_FALSE(parsed.ok());
    return parsed.error().message;
  };
  CHECK(refused(R"({"lessons":{"a":{"step":0}}})") ==
        "p.json: lessons.a.step: expected a step from 1 to 1000 (found 0)");
  CHECK(refused(R"({"lessons":{"a":{"stp":1}}})") ==
        "p.json: lessons.a: unknown key 'stp'; the nearest known one is step");
  CHECK(refused(R"({"lessons":[]})") == "p.json: lessons: expected an object (found array)");
  CHECK(refused(R"({"open":1})") == "p.json: open: expected a text (found 1)");
  // Of a newer program: what is not understood is passed over.
  std::vector<std::string> skipped;
  const auto newer = parse_progress_json(R"({"open":"a","stars":3,"lessons":{"a":{"step":2,"mood":1}}})",
                                         "p.json", {.skip_unknown = true, .skipped = &skipped});
  REQUIRE(newer.ok());
  CHECK(newer->lessons.at("a").step == 1);
  CHECK(skipped.size() == 2);
}

}  // namespace bitloupe
