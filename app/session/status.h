// What panels see of sessions, settings and lost work, and what they may ask for. Plain values: no files
// here.
#pragma once

#include <string>
#include <vector>

#include "app/session/recent.h"

namespace bitloupe {

// Work that a crash left behind, as the start page lists it.
struct LostSession {
  std::string id, title, source, written;  // "synthetic:gaussian?...", "today 14:03"
};

// What the program has to ask before it goes on.
struct Question {
  enum class Kind { None, Unsaved, InPlace };
  Kind kind = Kind::None;
  std::string name;  // of the session, or of the file
};
enum class Answer { None, Save, Discard, Cancel };

struct SessionStatus {
  std::string path;  // of the session file; empty: not saved yet
  std::string name;  // of the session file for people; empty: not saved yet
  bool unsaved = false;
  bool start_page = false;
  bool safe_start = false;  // after crashes in a row: the person's settings are not in use
  RecentFiles recent;
  std::vector<LostSession> lost;
  Question question;
};

inline const SessionStatus kNoSession;

struct SessionRequests {
  bool save = false;               // into the file that it has, or one that is asked for
  bool choose_file = false;        // ask where to save
  std::string save_as, open;       // paths of session files
  std::string restore, discard;    // ids of lost work
  std::string pin, unpin, forget;  // paths of recent files
  bool show_start_page = false, leave_start_page = false, use_settings = false;
  Answer answer = Answer::None;
};

}  // namespace bitloupe
