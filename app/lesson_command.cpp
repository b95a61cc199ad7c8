#include "app/lesson_command.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "app/cli/json_writer.h"
#include "app/cli/table.h"
#include "app/lessons/library.h"
#include "app/lessons/step_run.h"
#include "app/window_command.h"
#include "core/experiment_json.h"

namespace bitloupe {

namespace {

using cli::JsonWriter;

struct Options {
  std::string name;
  bool prove = false;
  std::shared_ptr<WindowFlags> window;
};

std::optional<std::string> path_of(const Lesson& lesson) {
  if (lesson.path.empty()) return std::nullopt;
  return lesson.path;
}

void write_facts(JsonWriter& writer, const Lesson& lesson) {
  writer.member("key", lesson.key)
      .member("title", lesson.title)
      .member("summary", lesson.summary)
      .member("path", path_of(lesson));
}

// --- The list.
std::string list_json(const LessonLibrary& library) {
  JsonWriter writer;
  writer.begin_object().key("lessons").begin_array();
  for (const auto& lesson : library.lessons) {
    writer.begin_object();
    write_facts(writer, *lesson);
    writer.member("steps", lesson->steps.size()).end_object();
  }
  writer.end_array().end_object();
  return std::move(writer).finish();
}

std::string list_table(const LessonLibrary& library) {
  cli::Table table({{"name"}, {"steps", cli::Align::Right}, {"title"}, {"file"}});
  for (const auto& lesson : library.lessons)
    table.row({lesson->key, std::to_string(lesson->steps.size()), lesson->title, lesson->path});
  return table.text();
}

cli::Outcome list(const LessonLibrary& library, bool json) {
  cli::Outcome outcome{json ? list_json(library) : list_table(library), {}};
  if (library.problems.empty()) return outcome;
  outcome.error = library.problems.front();
  if (const std::size_t others = library.problems.size() - 1; others > 0)
    outcome.error->message +=
        "; " + std::to_string(others) + (others == 1 ? " other file" : " other files") + " likewise";
  return outcome;
}

// --- One lesson as a document.
void write_step(JsonWriter& writer, const LessonStep& step) {
  writer.begin_object()
      .member("title", step.title)
      .member_array("text", step.text)
      .member_array("formulas", step.formulas)
      .key("experiment")
      .raw(to_json(step.experiment));
  writer.key("claims").begin_array();
  for (const Claim& claim : step.claims) writer.value(claim.text);
  writer.end_array();
  if (step.question)
    writer.member("question", step.question->text);
  else
    writer.member("question", std::nullopt);
  writer.end_object();
}

std::string lesson_json(const Lesson& lesson) {
  JsonWriter writer;
  writer.begin_object();
  write_facts(writer, lesson);
  writer.key("steps").begin_array();
  for (const LessonStep& step : lesson.steps) write_step(writer, step);
  writer.end_array().end_object();
  return std::move(writer).finish();
}

// --- Its claims, proven.
struct ProvenClaim {
  std::size_t step = 0;
  const Claim* claim = nullptr;
  Proof proof;
};

Result<std::vector<ProvenClaim>> prove_lesson(const Lesson& lesson) {
  std::vector<ProvenClaim> proven;
  std::shared_ptr<const Snapshot> snapshot;
  for (std::size_t i = 0; i < lesson.steps.size(); ++i) {
    const LessonStep& step = lesson.steps[i];
    const auto in_step = [&](const Error& error) {
      return Error{error.code,
                   "lesson " + lesson.key + ", step " + std::to_string(i + 1) + ": " + error.message};
    };
    auto result = run_step(step, snapshot);
    if (!result) return in_step(result.error());
    snapshot = std::move(*result);
    auto proofs = prove_claims(step, snapshot);
    if (!proofs) return in_step(proofs.error());
    for (std::size_t claim = 0; claim < proofs->size(); ++claim)
      proven.push_back({i, &step.claims[claim], std::move((*proofs)[claim])});
  }
  return proven;
}

std::string proofs_json(const Lesson& lesson, const std::vector<ProvenClaim>& proven) {
  JsonWriter writer;
  writer.begin_object().member("key", lesson.key).key("claims").begin_array();
  for (const ProvenClaim& one : proven) {
    writer.begin_object()
        .member("step", one.step + 1)
        .member("claim", one.claim->text)
        .member("holds", one.proof.holds)
        .member("verdict", one.proof.verdict)
        .member("values", one.proof.values)
        .key("numbers")
        .begin_array();
    for (const Proof::Line& line : one.proof.lines)
      writer.begin_object().member("name", line.name).member("value", line.value).end_object();
    writer.end_array().end_object();
  }
  writer.end_array().end_object();
  return std::move(writer).finish();
}

std::string proofs_table(const std::vector<ProvenClaim>& proven) {
  cli::Table table({{"step", cli::Align::Right}, {"holds"}, {"verdict"}, {"claim"}});
  for (const ProvenClaim& one : proven)
    table.row(
        {std::to_string(one.step + 1), one.proof.holds ? "yes" : "NO", one.proof.verdict, one.claim->text});
  return table.text();
}

cli::Outcome prove_all(const Lesson& lesson, bool json) {
  const auto proven = prove_lesson(lesson);
  if (!proven) return {"", proven.error()};
  cli::Outcome outcome{json ? proofs_json(lesson, *proven) : proofs_table(*proven), {}};
  for (const ProvenClaim& one : *proven)
    if (!one.proof.holds && !outcome.error)
      outcome.error = bad_input("lesson " + lesson.key + ", step " + std::to_string(one.step + 1) +
                                ": a claim does not hold (" + one.proof.verdict + ")");
  return outcome;
}

cli::Outcome lesson(const Options& options, const cli::Globals& globals) {
  const LessonLibrary library = load_lessons(lesson_folder());
  if (options.name.empty()) {
    if (options.prove) return {"", bad_argument("--prove: expected the NAME of a lesson")};
    return list(library, globals.json);
  }
  const Result<LessonPlace> place = find_lesson(library, options.name);
  if (!place) return {"", place.error()};
  if (options.prove) return prove_all(*place->lesson, globals.json);
  if (globals.json) return {lesson_json(*place->lesson), {}};
  return open_window_at(*place, *options.window);
}

}  // namespace

cli::Action declare_lesson(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option("NAME", options->name,
                 "A lesson's name, NAME:STEP, or the path of a .json file [lists the lessons]")
      ->type_name("");
  app.add_flag("--prove", options->prove, "Prove every claim of the lesson, without a window");
  options->window = add_window_flags(app);
  return [options](const cli::Globals& globals) { return lesson(*options, globals); };
}

}  // namespace bitloupe
