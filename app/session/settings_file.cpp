#include "app/session/settings_file.h"

#include <filesystem>
#include <system_error>

#include "app/session/folders.h"
#include "core/io/display_text.h"
#include "core/io/file_lock.h"
#include "core/io/text_file.h"

namespace bitloupe {
namespace {

namespace fs = std::filesystem;

bool is_there(const std::string& path) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path, ignored));
}

// A file of our own that is of no use is put aside: the next start must not fail on it again, and nothing is
// deleted.
void put_aside(const std::string& path, const Error& error, std::vector<std::string>& notices) {
  std::string kept = path + ".bad";
  for (int n = 2; is_there(kept) && n < 10; ++n) kept = path + ".bad" + std::to_string(n);
  std::error_code failed;
  fs::rename(path, kept, failed);
  notices.push_back(error.message +
                    (failed ? "; the defaults are used."
                            : "; the defaults are used, the file is kept as " + displayed_path(kept) + "."));
}

}  // namespace

std::string settings_path(const std::string& folder) { return folder + "/settings.json"; }

LoadedSettings load_settings(const std::string& folder) {
  LoadedSettings loaded;
  if (folder.empty()) return loaded;
  const std::string path = settings_path(folder);
  if (!is_there(path)) return loaded;
  const Result<std::string> text = read_text_file(path, kMaxSettingsBytes, "settings file");
  std::error_code ignored;
  if (!text && text.error().code == ErrorCode::Io && !fs::is_directory(path, ignored)) {
    loaded.notices.push_back(text.error().message + "; the defaults are used.");
    return loaded;
  }
  const Error* error = text ? nullptr : &text.error();
  std::vector<std::string> skipped;
  Result<Settings> settings = text ? parse_settings(*text, displayed_path(path), skipped) : Settings{};
  if (!settings) error = &settings.error();
  if (error != nullptr) {
    put_aside(path, *error, loaded.notices);
    return loaded;
  }
  loaded.settings = std::move(*settings);
  for (const std::string& message : skipped)
    loaded.notices.push_back(displayed_path(path) + ": " + message + "; its default is used.");
  return loaded;
}

Status save_settings(const std::string& folder, const Settings& base, const Settings& mine,
                     const WriteOptions& options) {
  if (Status made = make_folder(folder); !made) return made;
  // Without a lock (a file system that knows none, a window that hangs) the last one to write wins.
  const auto lock = FileLock::take(folder + "/settings.lock", kSettingsLockSeconds);
  const std::string path = settings_path(folder);
  const Result<std::string> theirs =
      is_there(path) ? read_text_file(path, kMaxSettingsBytes, "settings file") : std::string();
  return write_file_atomically(path, merged(base, mine, theirs ? *theirs : std::string()), options);
}

}  // namespace bitloupe
