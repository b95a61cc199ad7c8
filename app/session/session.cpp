#include "app/session/session.h"

#include <algorithm>
#include <utility>

#include "app/view_json.h"
#include "core/experiment_json.h"
#include "core/json_fields.h"

namespace bitloupe {
namespace {

constexpr std::size_t kMostSources = 10000, kMostNotices = 20;

const Fields<SourcePlace>& place_fields() {
  static const Fields<SourcePlace> fields = {
      field("absolute", &SourcePlace::absolute),
      field("relative", &SourcePlace::relative),
  };
  return fields;
}

// A list of structs, or of anything that is read by a function.
template <class Item, class Read>
Status read_list(std::vector<Item>& into, const Json& value, const JsonPlace& place, const Read& read) {
  if (!value.is_array()) return wrong_type(place.path, value, "a list");
  if (value.size() > kMostSources)
    return bad_argument(place.path + ": expected at most " + std::to_string(kMostSources) +
                        " entries (found " + std::to_string(value.size()) + ")");
  std::vector<Item> list;
  for (std::size_t i = 0; i < value.size(); ++i) {
    Item item;
    const JsonPlace here{place.path + "[" + std::to_string(i) + "]", place.rules};
    if (Status status = read(item, value[i], here); !status) return status;
    list.push_back(std::move(item));
  }
  into = std::move(list);
  return Ok{};
}

template <class T>
Status take(Result<T> result, T& into) {
  if (!result) return result.error();
  into = std::move(*result);
  return Ok{};
}

Json write_sources(const SessionText& text) {
  Json list = Json::array();
  for (const SourceSpec& source : text.session.sources) list.push_back(Json::parse(to_json(source)));
  return list;
}

Status read_sources(SessionText& text, const Json& value, const JsonPlace& place) {
  return read_list(text.session.sources, value, place,
                   [](SourceSpec& source, const Json& item, const JsonPlace& here) {
                     return take(parse_source_json(json_text(item), here.path, here.rules), source);
                   });
}

Json write_places(const SessionText& text) {
  Json list = Json::array();
  for (const SourcePlace& place : text.places) list.push_back(write_fields(place_fields(), place));
  return list;
}

Status read_places(SessionText& text, const Json& value, const JsonPlace& place) {
  return read_list(text.places, value, place,
                   [](SourcePlace& entry, const Json& item, const JsonPlace& here) {
                     return read_fields(place_fields(), item, here, entry);
                   });
}

constexpr std::uint32_t kMostSteps = 1000;

Json write_lesson(const SessionText& text) {
  const OpenLesson& lesson = text.session.lesson;
  if (lesson.key.empty()) return nullptr;
  return Json{{"key", to_value(lesson.key)}, {"step", lesson.step + 1}};
}

// One that cannot be read is none: no work hangs on it.
Status read_lesson(SessionText& text, const Json& value, const JsonPlace& place) {
  if (value.is_null()) return Ok{};
  const auto key = value.is_object() ? value.find("key") : value.end();
  const auto step = value.is_object() ? value.find("step") : value.end();
  OpenLesson lesson;
  std::uint32_t number = 1;
  if (key == value.end() || !key->is_string() || !read_value(*key, place.member("key"), lesson.key) ||
      (step != value.end() && !read_value(*step, place.member("step"), number)) || number < 1 ||
      number > kMostSteps) {
    place.skip(place.path + ": no lesson could be read here; none is open.");
    return Ok{};
  }
  lesson.step = number - 1;
  text.session.lesson = std::move(lesson);
  return Ok{};
}

const Fields<SessionText>& session_fields() {
  static const Fields<SessionText> fields = {
      {kSessionKey, [](const SessionText&) { return Json(kSessionVersion); },
       [](SessionText&, const Json&, const JsonPlace&) -> Status { return Ok{}; }},  // read before the others
      {"program", [](const SessionText&) { return Json("bitloupe " BITLOUPE_VERSION); },
       [](SessionText&, const Json&, const JsonPlace&) -> Status { return Ok{}; }},
      {"title", [](const SessionText& text) { return to_value(text.session.title); },
       [](SessionText& text, const Json& value, const JsonPlace& place) {
         return read_value(value, place, text.session.title);
       }},
      {"experiment", [](const SessionText& text) { return Json::parse(to_json(text.session.experiment)); },
       [](SessionText& text, const Json& value, const JsonPlace& place) {
         return take(parse_experiment_json(json_text(value), place.path, place.rules),
                     text.session.experiment);
       }},
      {"view", [](const SessionText& text) { return Json::parse(to_json(text.session.view)); },
       [](SessionText& text, const Json& value, const JsonPlace& place) {
         return take(parse_view_json(json_text(value), place.path, place.rules), text.session.view);
       }},
      {"sources", write_sources, read_sources},
      {"lesson", write_lesson, read_lesson},
      {"saved_as", [](const SessionText& text) { return to_value(text.session.saved_as); },
       [](SessionText& text, const Json& value, const JsonPlace& place) {
         return read_value(value, place, text.session.saved_as);
       }},
      {"files", write_places, read_places},
  };
  return fields;
}

Result<int> version_of(const Json& document) {
  const auto found = document.is_object() ? document.find(std::string(kSessionKey)) : document.end();
  if (!document.is_object() || found == document.end())
    return bad_input("not a session (it has no member '" + std::string(kSessionKey) + "')");
  int version = 0;
  if (const Status read = read_value(*found, {std::string(kSessionKey), {}}, version); !read)
    return read.error();
  if (version < 1)
    return bad_input(std::string(kSessionKey) + ": expected a version from 1 up (found " +
                     std::to_string(version) + ")");
  return version;
}

std::string versions(int found) {
  return "session version " + std::to_string(found) + ", this program writes " +
         std::to_string(kSessionVersion);
}

Error named(const std::string& name, const Error& error) {
  return {ErrorCode::BadInput, name + ": " + error.message};
}

}  // namespace

std::string to_json(const Session& session, const std::vector<SourcePlace>& places) {
  return json_text(write_fields(session_fields(), {session, places, {}}), 1) + '\n';
}

Result<SessionText> parse_session(std::string_view text, const std::string& name) {
  if (text.empty()) return bad_input(name + ": not a session (the file is empty)");
  const Result<Json> document = parse_json(text, name);
  if (!document) return Error{ErrorCode::BadInput, document.error().message};
  const Result<int> version = version_of(*document);
  if (!version) return named(name, version.error());
  const bool newer = *version > kSessionVersion;
  SessionText read;
  std::vector<std::string> skipped;
  const JsonRules rules{newer, false, &skipped};
  const JsonRules view_rules{newer, newer, &skipped};
  Json rest = *document;
  Json view = Json::object();
  if (const auto found = rest.find("view"); found != rest.end()) {
    view = *found;
    rest.erase("view");
  }
  Status status = read_fields(session_fields(), rest, {"", rules}, read);
  if (status) status = take(parse_view_json(json_text(view), "view", view_rules), read.session.view);
  if (!status)
    return named(name, newer ? Error{ErrorCode::BadInput, "made by a newer version (" + versions(*version) +
                                                              "): " + status.error().message}
                             : status.error());
  SourceSpec& source = read.session.experiment.source;
  if (source.path.empty() && !source.synthetic) source.synthetic.emplace();  // as the program starts
  if (newer)
    read.notices.push_back("The session was made by a newer version (" + versions(*version) + "); " +
                           (skipped.empty() ? "all of it was understood."
                                            : std::to_string(skipped.size()) + " members were passed over."));
  if (skipped.size() > kMostNotices) skipped.resize(kMostNotices);
  read.notices.insert(read.notices.end(), skipped.begin(), skipped.end());
  return read;
}

bool looks_like_session(std::string_view beginning) {
  const std::size_t first = beginning.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && beginning[first] == '{' &&
         beginning.find('\0') == std::string_view::npos &&
         beginning.find('"' + std::string(kSessionKey) + '"') != std::string_view::npos;
}

}  // namespace bitloupe
