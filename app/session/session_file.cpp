#include "app/session/session_file.h"

#include <algorithm>
#include <filesystem>
#include <span>
#include <system_error>
#include <utility>

#include "core/io/byte_source.h"
#include "core/io/display_text.h"
#include "core/io/tensor_file.h"
#include "core/io/text_file.h"

namespace bitloupe {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kBeginning = 4096;  // bytes that are looked at to tell a session

bool exists(const std::string& path) {
  std::error_code ignored;
  return !path.empty() && fs::exists(path, ignored);
}

// The folder with its links resolved: ".." of a relative path goes up from where the folder really is.
fs::path real_folder(const std::string& file) {
  std::error_code error;
  const fs::path folder = fs::path(absolute_path(file)).parent_path();
  const fs::path real = fs::weakly_canonical(folder, error);
  return error ? folder : real;
}

// The file's own name is kept, even where it is a link: what the link points to may be replaced (hub caches).
std::string relative_to(const fs::path& folder, const std::string& file) {
  const fs::path from = real_folder(file);
  return (from.lexically_relative(folder) / fs::path(file).filename()).lexically_normal().string();
}

std::vector<SourceSpec*> sources_of(Session& session) {
  std::vector<SourceSpec*> all = {&session.experiment.source};
  for (SourceSpec& source : session.sources) all.push_back(&source);
  std::erase_if(all, [](const SourceSpec* source) { return source->synthetic || source->path.empty(); });
  return all;
}

// Points the sources to where their files are now.
void find_sources(Session& session, const std::vector<SourcePlace>& places, const std::string& path,
                  std::vector<std::string>& notices) {
  const fs::path folder = real_folder(path);
  for (SourceSpec* source : sources_of(session)) {
    const auto place = std::find_if(places.begin(), places.end(),
                                    [&](const SourcePlace& p) { return p.absolute == source->path; });
    const std::string beside = place == places.end() || place->relative.empty()
                                   ? std::string()
                                   : (folder / place->relative).lexically_normal().string();
    const std::string before = source->path;
    if (exists(beside))
      source->path = beside;
    else if (before.starts_with('/') || exists(before))
      continue;
    else  // written by hand, and meant from the session's folder
      source->path = (folder / before).lexically_normal().string();
    std::error_code ignored;
    if (before.starts_with('/') && !fs::equivalent(before, source->path, ignored))
      notices.push_back("Opened " + displayed_path(source->path) + " in place of " + displayed_path(before) +
                        ".");
  }
}

}  // namespace

std::string absolute_path(const std::string& path) {
  std::error_code error;
  const fs::path made = fs::absolute(path, error);
  return error ? path : made.string();
}

Result<SessionFile> read_session_file(const std::string& path) {
  const Result<std::string> text = read_text_file(path, kMaxSessionBytes, "session");
  if (!text) return text.error();
  Result<SessionText> parsed = parse_session(*text, displayed_path(path));
  if (!parsed) return parsed.error();
  SessionFile file{std::move(parsed->session), std::move(parsed->notices)};
  find_sources(file.session, parsed->places, path, file.notices);
  std::sort(file.notices.begin(), file.notices.end());
  file.notices.erase(std::unique(file.notices.begin(), file.notices.end()), file.notices.end());
  return file;
}

Session with_absolute_paths(Session session) {
  for (SourceSpec* source : sources_of(session)) source->path = absolute_path(source->path);
  return session;
}

Status write_session_file(const std::string& path, Session session, const WriteOptions& options) {
  session = with_absolute_paths(std::move(session));
  const fs::path folder = real_folder(path);
  std::vector<SourcePlace> places;
  for (const SourceSpec* source : sources_of(session)) {
    const SourcePlace place{source->path, relative_to(folder, source->path)};
    if (std::find(places.begin(), places.end(), place) == places.end()) places.push_back(place);
  }
  return write_file_atomically(path, to_json(session, places), options);
}

bool is_session_file(const std::string& path) {
  const auto file = open_file(path);
  if (!file) return false;
  std::string beginning(std::min((*file)->size(), kBeginning), '\0');
  if (!(*file)->read(0, std::as_writable_bytes(std::span(beginning)))) return false;
  if (looks_like_session(beginning)) return true;
  return path.ends_with(kSessionExtension) && !read_tensor_file(path);
}

std::string session_name(const std::string& path) {
  const std::string name = path.substr(path.find_last_of('/') + 1);
  return name.ends_with(kSessionExtension) && name.size() > std::string_view(kSessionExtension).size()
             ? name.substr(0, name.size() - std::string_view(kSessionExtension).size())
             : name;
}

}  // namespace bitloupe
