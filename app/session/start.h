// What the program starts with: a source, a session, or nothing that was asked for.
#pragma once

#include <string>
#include <vector>

#include "app/session/session.h"

namespace bitloupe {

struct Start {
  Session session;           // its view counts only where is_session
  bool is_session = false;   // session.view is meant, and kept
  bool given = false;        // a source or a session was named
  std::string session_path;  // the file that it came from; empty: none
  std::vector<std::string> notices;
};

}  // namespace bitloupe
