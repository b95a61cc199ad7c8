// The lessons there are: those that are part of the program, and *.json in the person's own folder.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/lessons/lesson.h"
#include "core/result.h"

namespace bitloupe {

struct LessonLibrary {
  std::vector<std::shared_ptr<const Lesson>> lessons;  // the program's own first; keys are unique
  std::vector<Error> problems;                         // one a file that is no lesson; the others work
  std::shared_ptr<const Lesson> find(std::string_view key) const;  // null: there is none
};

// $XDG_DATA_HOME/bitloupe/lessons, else ~/.local/share/bitloupe/lessons; empty where neither is known.
std::string lesson_folder();

// `folder` need not exist. A lesson of the folder takes the place of the program's own with the same key; of
// two in the folder the second by name is a problem.
LessonLibrary load_lessons(const std::string& folder);

// One file; at most 1 MiB. Errors name it.
Result<Lesson> read_lesson_file(const std::string& path);

// "KEY" or "KEY:STEP" (from 1), or a path that ends in .json. Errors (BadArgument) name the nearest lesson,
// or how many steps there are; what a file is refused for is its reader's.
struct LessonPlace {
  std::shared_ptr<const Lesson> lesson;
  std::size_t step = 0;
};
Result<LessonPlace> find_lesson(const LessonLibrary& library, const std::string& name);

}  // namespace bitloupe
