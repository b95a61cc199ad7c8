// LessonProgress: where the reader stands in every lesson, as a plain value and as JSON. Sessions and
// settings may keep it; it never sets the program's state.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "core/json_rules.h"
#include "core/result.h"

namespace bitloupe {

struct LessonProgress {
  // Steps count from 0 here and from 1 in JSON.
  struct Entry {
    std::size_t step = 0;
    std::set<std::size_t> seen, solved;
    bool operator==(const Entry&) const = default;
  };
  using Entries = std::map<std::string, Entry>;  // by the lesson's key
  std::string open;                              // the key of the lesson that is shown; empty: none
  Entries lessons;
  bool operator==(const LessonProgress&) const = default;
};

// {"open":"scale-and-clipping","lessons":{"scale-and-clipping":{"step":2,"seen":[1,2],"solved":[]}}}
std::string to_json(const LessonProgress& progress, int indent = -1);

// Lessons and steps need not exist (any more). Errors name `name`, the member, what was found and what was
// expected.
Result<LessonProgress> parse_progress_json(std::string_view text, const std::string& name,
                                           const JsonRules& rules = {});

}  // namespace bitloupe
