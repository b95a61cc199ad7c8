#include "app/lessons/progress.h"

#include "core/json_fields.h"

namespace bitloupe {
namespace {

using Entry = LessonProgress::Entry;

constexpr std::size_t kMostSteps = 1000, kMostLessons = 1000;

Status read_step(const Json& value, const JsonPlace& place, std::size_t& into) {
  std::uint32_t number = 0;
  const Status status = read_value(value, place, number);
  if (!status || number < 1 || number > kMostSteps)
    return wrong_type(place.path, value, "a step from 1 to " + std::to_string(kMostSteps));
  into = number - 1;
  return Ok{};
}

Field<Entry> steps_field(std::string_view key, std::set<std::size_t> Entry::*member) {
  return {key,
          [member](const Entry& entry) {
            Json list = Json::array();
            for (const std::size_t step : entry.*member) list.push_back(step + 1);
            return list;
          },
          [member](Entry& entry, const Json& value, const JsonPlace& place) -> Status {
            if (!value.is_array() || value.size() > kMostSteps)
              return wrong_type(place.path, value, "a list of steps");
            for (std::size_t i = 0; i < value.size(); ++i) {
              std::size_t step = 0;
              const JsonPlace here{place.path + "[" + std::to_string(i) + "]", place.rules};
              if (Status status = read_step(value[i], here, step); !status) return status;
              (entry.*member).insert(step);
            }
            return Ok{};
          }};
}

const Fields<Entry>& entry_fields() {
  static const Fields<Entry> fields = {
      {"step", [](const Entry& entry) { return Json(entry.step + 1); },
       [](Entry& entry, const Json& value, const JsonPlace& place) {
         return read_step(value, place, entry.step);
       }},
      steps_field("seen", &Entry::seen),
      steps_field("solved", &Entry::solved),
  };
  return fields;
}

Json write_lessons(const LessonProgress& progress) {
  Json object = Json::object();
  for (const auto& [key, entry] : progress.lessons) object[key] = write_fields(entry_fields(), entry);
  return object;
}

Status read_lessons(LessonProgress& progress, const Json& value, const JsonPlace& place) {
  if (!value.is_object() || value.size() > kMostLessons) return wrong_type(place.path, value, "an object");
  for (const auto& [key, item] : value.items()) {
    Entry entry;
    if (Status status = read_fields(entry_fields(), item, place.member(key), entry); !status) return status;
    progress.lessons[key] = std::move(entry);
  }
  return Ok{};
}

const Fields<LessonProgress>& progress_fields() {
  static const Fields<LessonProgress> fields = {field("open", &LessonProgress::open),
                                                {"lessons", write_lessons, read_lessons}};
  return fields;
}

}  // namespace

std::string to_json(const LessonProgress& progress, int indent) {
  return json_text(write_fields(progress_fields(), progress), indent);
}

Result<LessonProgress> parse_progress_json(std::string_view text, const std::string& name,
                                           const JsonRules& rules) {
  const Result<Json> document = parse_json(text, name);
  if (!document) return document.error();
  LessonProgress progress;
  if (Status status = read_fields(progress_fields(), *document, {"", rules}, progress); !status)
    return Error{status.error().code, name + ": " + status.error().message};
  return progress;
}

}  // namespace bitloupe
