// How strictly a JSON document is read. Files that a person writes are read strictly; those of a newer
// version of the program, and its own settings, pass over what is not understood and say so.
#pragma once

#include <string>
#include <vector>

namespace bitloupe {

struct JsonRules {
  bool skip_unknown = false;     // members with an unknown key
  bool skip_unreadable = false;  // members of the wrong type or with an unknown value keep their default
  std::vector<std::string>* skipped = nullptr;  // the messages about what was passed over; may be null
};

}  // namespace bitloupe
