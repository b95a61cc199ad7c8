// Session: all that a session file holds, as a plain value, and as JSON text. Knows nothing of files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/state.h"
#include "core/experiment.h"
#include "core/result.h"

namespace bitloupe {

// Grows when an older program would misunderstand a file. A new member alone is no reason.
inline constexpr int kSessionVersion = 1;
inline constexpr std::string_view kSessionKey = "bitloupe_session";  // the member that holds the version

// The lesson beside the workspace. It need not exist (any more).
struct OpenLesson {
  std::string key;       // empty: none
  std::size_t step = 0;  // from 0 here, from 1 in JSON
  bool operator==(const OpenLesson&) const = default;
};

struct Session {
  std::string title;  // empty: the file's name says it
  Experiment experiment;
  ViewState view;
  std::vector<SourceSpec> sources;  // what the source panel has open, experiment.source among them
  OpenLesson lesson;
  std::string saved_as;  // in a journal: the session file that the work belongs to
  bool operator==(const Session&) const = default;
};

// Where the files of a session lie: the path that its sources have, and the same from the session's folder.
struct SourcePlace {
  std::string absolute, relative;
  bool operator==(const SourcePlace&) const = default;
};

struct SessionText {
  Session session;
  std::vector<SourcePlace> places;
  // What a file of a newer version holds that was passed over, one sentence each; empty for our own.
  std::vector<std::string> notices;
};

std::string to_json(const Session& session, const std::vector<SourcePlace>& places = {});

// Errors name the file (`name`), the member, what was found and what was expected. A file of a newer version
// is read as far as it is understood; where its experiment is not, the error says so. Without a source it is
// the synthetic Gaussian that the program starts with.
Result<SessionText> parse_session(std::string_view text, const std::string& name);

// Does the beginning of a file look like a session? (Its text may be broken all the same.)
bool looks_like_session(std::string_view beginning);

}  // namespace bitloupe
