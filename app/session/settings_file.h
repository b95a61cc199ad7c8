// The settings file: read at the start, written under a lock so that two windows do not undo each other.
#pragma once

#include <string>
#include <vector>

#include "app/session/settings.h"
#include "core/io/atomic_file.h"
#include "core/result.h"

namespace bitloupe {

inline constexpr std::uint64_t kMaxSettingsBytes = 4 << 20;
inline constexpr double kSettingsLockSeconds = 1;

struct LoadedSettings {
  Settings settings;
  std::vector<std::string>
      notices;  // for the person: a file that was put aside, members that were passed over
};

// `folder` need not exist. A file that is no settings (empty, cut short, 1 GB, not JSON) is renamed to
// settings.json.bad and the defaults are taken; one that cannot be read is left alone.
LoadedSettings load_settings(const std::string& folder);

// Writes what changed from `base` to `mine` into the file, whatever else it holds by now. Waits at most
// kSettingsLockSeconds for the other window's lock, then writes without it. Makes the folder.
Status save_settings(const std::string& folder, const Settings& base, const Settings& mine,
                     const WriteOptions& options = {});

std::string settings_path(const std::string& folder);

}  // namespace bitloupe
