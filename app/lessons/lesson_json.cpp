#include "app/lessons/lesson_json.h"

#include <algorithm>
#include <utility>

#include "app/lessons/check_json.h"
#include "app/lessons/lesson_state.h"

namespace bitloupe {
namespace {

constexpr std::string_view kVersionKey = "bitloupe_lesson";
constexpr std::size_t kMostSteps = 64, kMostClaims = 16, kMostChecks = 8, kMostParagraphs = 32;
constexpr std::size_t kLongestKey = 64, kLongestText = 4000;

Status read_text(const Json& value, const JsonPlace& place, std::string& into) {
  if (Status status = read_value(value, place, into); !status) return status;
  if (!value.is_string() || into.empty()) return wrong_type(place.path, value, "a text");
  if (into.size() > kLongestText)
    return bad_argument(place.path + ": " + std::to_string(into.size()) +
                        " bytes of text, expected at most " + std::to_string(kLongestText));
  if (const auto unknown = unknown_number(into))
    return bad_argument(place.path + ": {" + *unknown + "} is no measure");
  return Ok{};
}

template <class T>
Field<T> text_field_of(std::string_view key, std::string T::*member) {
  return {key, nullptr, [member](T& object, const Json& value, const JsonPlace& place) {
            return read_text(value, place, object.*member);
          }};
}

Status check_length(const Json& list, const JsonPlace& place, std::size_t most) {
  if (!list.is_array()) return wrong_type(place.path, list, "a list");
  if (list.size() <= most) return Ok{};
  return bad_argument(place.path + ": " + std::to_string(list.size()) + " entries, expected at most " +
                      std::to_string(most));
}

JsonPlace entry_of(const JsonPlace& place, std::size_t i) {
  return {place.path + "[" + std::to_string(i) + "]", place.rules};
}

// One text, or a list of them.
Status read_texts(const Json& value, const JsonPlace& place, std::vector<std::string>& into) {
  if (value.is_string()) return read_text(value, place, into.emplace_back());
  if (Status length = check_length(value, place, kMostParagraphs); !length) return length;
  for (std::size_t i = 0; i < value.size(); ++i)
    if (Status status = read_text(value[i], entry_of(place, i), into.emplace_back()); !status) return status;
  return Ok{};
}

// --- Claims and questions.
const Fields<Claim>& claim_fields() {
  static const Fields<Claim> fields = [] {
    Fields<Claim> made = {text_field_of("text", &Claim::text)};
    for (const Field<Check>& field : check_fields())
      made.push_back(
          {field.key, nullptr, [read = field.read](Claim& claim, const Json& value, const JsonPlace& place) {
             return read(claim.check, value, place);
           }});
    return made;
  }();
  return fields;
}

Status read_claims(LessonStep& step, const Json& list, const JsonPlace& place) {
  if (Status length = check_length(list, place, kMostClaims); !length) return length;
  for (std::size_t i = 0; i < list.size(); ++i) {
    Claim& claim = step.claims.emplace_back();
    const JsonPlace here = entry_of(place, i);
    if (Status status = read_fields(claim_fields(), list[i], here, claim); !status) return status;
    if (claim.text.empty()) return bad_argument(here.member("text").path + ": missing");
    if (Status status = complete_check(claim.check, here); !status) return status;
  }
  return Ok{};
}

Status read_checks(LessonQuestion& question, const Json& list, const JsonPlace& place) {
  if (Status length = check_length(list, place, kMostChecks); !length) return length;
  for (std::size_t i = 0; i < list.size(); ++i) {
    Check& check = question.checks.emplace_back();
    const JsonPlace here = entry_of(place, i);
    if (Status status = read_fields(check_fields(), list[i], here, check); !status) return status;
    if (Status status = complete_check(check, here); !status) return status;
    if (check.needs_runs())
      return bad_argument(here.path +
                          ": the checks of a question are about the setting at hand (found quant)");
  }
  return Ok{};
}

Status read_question(LessonStep& step, const Json& value, const JsonPlace& place) {
  static const Fields<LessonQuestion> fields = {text_field_of("text", &LessonQuestion::text),
                                                text_field_of("hint", &LessonQuestion::hint),
                                                {"checks", nullptr, read_checks}};
  LessonQuestion& question = step.question.emplace();
  if (Status status = read_fields(fields, value, place, question); !status) return status;
  if (question.text.empty()) return bad_argument(place.member("text").path + ": missing");
  if (question.checks.empty()) return bad_argument(place.member("checks").path + ": expected at least one");
  return Ok{};
}

// --- Steps and the whole.
Fields<LessonStep> step_fields(LessonState& state) {
  return {
      text_field_of("title", &LessonStep::title),
      {"text", nullptr,
       [](LessonStep& step, const Json& value, const JsonPlace& place) {
         return read_texts(value, place, step.text);
       }},
      {"formulas", nullptr,
       [](LessonStep& step, const Json& value, const JsonPlace& place) {
         return read_texts(value, place, step.formulas);
       }},
      {"element", nullptr,
       [](LessonStep& step, const Json& value, const JsonPlace& place) {
         return read_value(value, place, step.element);
       }},
      {"state", nullptr,
       [&state](LessonStep&, const Json& value, const JsonPlace& place) { return state.take(value, place); }},
      {"claims", nullptr, read_claims},
      {"question", nullptr, read_question},
  };
}

Status read_steps(Lesson& lesson, const Json& list, const JsonPlace& place, const std::string& folder) {
  if (Status length = check_length(list, place, kMostSteps); !length) return length;
  if (list.empty()) return bad_argument(place.path + ": expected at least one step");
  LessonState state(folder);
  const Fields<LessonStep> fields = step_fields(state);
  for (std::size_t i = 0; i < list.size(); ++i) {
    LessonStep& step = lesson.steps.emplace_back();
    const JsonPlace here = entry_of(place, i);
    if (Status status = read_fields(fields, list[i], here, step); !status) return status;
    if (step.title.empty()) return bad_argument(here.member("title").path + ": missing");
    if (step.text.empty()) return bad_argument(here.member("text").path + ": missing");
    if (Status status = state.set(step, here.member("state")); !status) return status;
  }
  return Ok{};
}

Status read_key(Lesson& lesson, const Json& value, const JsonPlace& place) {
  if (Status status = read_text(value, place, lesson.key); !status) return status;
  const bool plain = std::all_of(lesson.key.begin(), lesson.key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
  if (plain && lesson.key.size() <= kLongestKey) return Ok{};
  return wrong_type(place.path, value, "lower-case letters, digits and '-', at most 64");
}

Status read_version(const Json& value, const JsonPlace& place) {
  int version = 0;
  if (Status status = read_value(value, place, version); !status) return status;
  if (version == kLessonVersion) return Ok{};
  return bad_argument(place.path + ": this program reads version " + std::to_string(kLessonVersion) +
                      " of the format (found " + std::to_string(version) + ")");
}

Status read_lesson(Lesson& lesson, const Json& document, const std::string& folder) {
  if (!document.is_object()) return wrong_type("", document, "one JSON object");
  const auto version = document.find(std::string(kVersionKey));
  if (version == document.end())
    return bad_argument("no lesson: the member '" + std::string(kVersionKey) + "' is missing");
  // First: what another version means by the other members is not known.
  if (Status status = read_version(*version, {std::string(kVersionKey), {}}); !status) return status;
  const Fields<Lesson> fields = {
      {kVersionKey, nullptr, [](Lesson&, const Json&, const JsonPlace&) -> Status { return Ok{}; }},
      {"key", nullptr, read_key},
      text_field_of("title", &Lesson::title),
      text_field_of("summary", &Lesson::summary),
      {"steps", nullptr,
       [&](Lesson& into, const Json& value, const JsonPlace& place) {
         return read_steps(into, value, place, folder);
       }},
  };
  if (Status status = read_fields(fields, document, {}, lesson); !status) return status;
  for (const auto& [key, missing] : {std::pair{"key", lesson.key.empty()},
                                     {"title", lesson.title.empty()},
                                     {"summary", lesson.summary.empty()},
                                     {"steps", lesson.steps.empty()}})
    if (missing) return bad_argument(std::string(key) + ": missing");
  return Ok{};
}

}  // namespace

Result<Lesson> parse_lesson(std::string_view text, const std::string& name, const std::string& folder) {
  const Result<Json> document = parse_json(text, name);
  if (!document) return Error{ErrorCode::BadInput, document.error().message};
  Lesson lesson;
  if (Status status = read_lesson(lesson, *document, folder); !status)
    return Error{ErrorCode::BadInput, name + ": " + status.error().message};
  return lesson;
}

}  // namespace bitloupe
