#include "app/lessons/library.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <span>
#include <system_error>
#include <utility>

#include "app/embedded.h"
#include "app/lessons/lesson_json.h"
#include "core/io/byte_source.h"
#include "core/io/display_text.h"
#include "core/text.h"
#include "core/text_distance.h"

namespace bitloupe {
namespace {

constexpr std::string_view kEmbedded = "assets/lessons/", kExtension = ".json";
constexpr std::uint64_t kMostBytes = 1 << 20;
constexpr std::size_t kMostFiles = 500;

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

void add(LessonLibrary& library, Result<Lesson> lesson) {
  if (!lesson) return library.problems.push_back(lesson.error());
  auto& lessons = library.lessons;
  const auto same = std::find_if(lessons.begin(), lessons.end(),
                                 [&](const auto& known) { return known->key == lesson->key; });
  auto shared = std::make_shared<const Lesson>(std::move(*lesson));
  if (same == lessons.end())
    lessons.push_back(std::move(shared));
  else if ((*same)->path.empty())
    *same = std::move(shared);
  else
    library.problems.push_back(bad_input(displayed_path(shared->path) + ": key '" + shared->key +
                                         "' is that of " + displayed_path((*same)->path) + " too"));
}

// The folder's lesson files by name; none where it cannot be read.
std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error))
    if (entry->path().extension() == kExtension) paths.push_back(entry->path().string());
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

std::shared_ptr<const Lesson> LessonLibrary::find(std::string_view key) const {
  for (const auto& lesson : lessons)
    if (lesson->key == key) return lesson;
  return nullptr;
}

std::string lesson_folder() {
  const auto set = [](const char* name) {
    const char* value = std::getenv(name);
    // The specification has relative paths ignored.
    return value != nullptr && value[0] == '/' ? std::string(value) : std::string();
  };
  if (const std::string data = set("XDG_DATA_HOME"); !data.empty()) return data + "/bitloupe/lessons";
  if (const std::string home = set("HOME"); !home.empty()) return home + "/.local/share/bitloupe/lessons";
  return "";
}

LessonLibrary load_lessons(const std::string& folder) {
  LessonLibrary library;
  for (const EmbeddedFile& file : embedded_files())
    if (file.name.starts_with(kEmbedded))
      add(library, parse_lesson(file.bytes, std::string(file.name.substr(kEmbedded.size())), ""));
  if (folder.empty()) return library;
  const std::vector<std::string> paths = files_in(folder);
  for (std::size_t i = 0; i < std::min(paths.size(), kMostFiles); ++i)
    add(library, read_lesson_file(paths[i]));
  if (paths.size() > kMostFiles)
    library.problems.push_back(bad_input(displayed_path(folder) + ": " + std::to_string(paths.size()) +
                                         " lesson files, only the first " + std::to_string(kMostFiles) +
                                         " by name were read"));
  return library;
}

Result<Lesson> read_lesson_file(const std::string& path) {
  const auto file = open_file(path);
  if (!file) return file.error();
  const std::uint64_t size = (*file)->size();
  if (size > kMostBytes)
    return bad_input(displayed_path(path) + ": too large for a lesson (found " + std::to_string(size) +
                     " bytes, expected at most " + std::to_string(kMostBytes) + ")");
  std::string text(static_cast<std::size_t>(size), '\0');
  if (Status read = (*file)->read(0, std::as_writable_bytes(std::span(text))); !read) return read.error();
  Result<Lesson> lesson = parse_lesson(text, displayed_path(path), folder_of(path));
  if (lesson) lesson->path = path;
  return lesson;
}

Result<LessonPlace> find_lesson(const LessonLibrary& library, const std::string& name) {
  const std::size_t colon = name.ends_with(kExtension) ? std::string::npos : name.rfind(':');
  const std::string key = name.substr(0, colon);
  LessonPlace place;
  if (key.ends_with(kExtension)) {
    Result<Lesson> lesson = read_lesson_file(key);
    if (!lesson) return lesson.error();
    place.lesson = std::make_shared<const Lesson>(std::move(*lesson));
  } else {
    place.lesson = library.find(key);
  }
  if (!place.lesson) {
    std::vector<std::string_view> keys;
    for (const auto& lesson : library.lessons) keys.push_back(lesson->key);
    return bad_argument("unknown lesson " + in_quotes(key) + "; the nearest known one is " +
                        std::string(nearest_name(key, keys)));
  }
  if (colon == std::string::npos) return place;
  const auto step = parse_integer<std::size_t>(name.substr(colon + 1));
  const std::size_t steps = place.lesson->steps.size();
  if (!step || *step < 1 || *step > steps)
    return bad_argument("lesson " + key + ": there is no step " + in_quotes(name.substr(colon + 1)) +
                        " (expected 1 to " + std::to_string(steps) + ")");
  place.step = *step - 1;
  return place;
}

}  // namespace bitloupe
