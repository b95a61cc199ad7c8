// Lessons as JSON text; assets/lessons/README.md describes the format. Knows nothing of where files lie.
#pragma once

#include <string>
#include <string_view>

#include "app/lessons/lesson.h"
#include "core/result.h"

namespace bitloupe {

inline constexpr int kLessonVersion = 1;

// `name` is the file for messages; paths of sources that are not absolute start at `folder`. Whatever is
// wrong is one sentence that names the file, the member, what was found and what was expected: unknown
// members and measures (with the nearest known), missing ones, wrong types, states that no program can have.
Result<Lesson> parse_lesson(std::string_view text, const std::string& name, const std::string& folder);

}  // namespace bitloupe
