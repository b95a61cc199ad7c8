// What the "state" members of a lesson's steps add up to: each names only what differs from the step before.
// Included in .cpp files only.
#pragma once

#include <string>

#include "app/lessons/lesson.h"
#include "core/json_fields.h"

namespace bitloupe {

class LessonState {
 public:
  // Paths of sources that are not absolute start at `folder`.
  explicit LessonState(std::string folder);

  // One step's member: {"experiment":{"source","quant","kept"},"view":{...}}. A member of quant or view that
  // is null goes back to its default; a new source is looked at as a whole, whatever the view was.
  Status take(const Json& value, const JsonPlace& place);
  // Experiment and view as all steps up to this one make them. The error says which member is wrong, or why
  // they do not go together.
  Status set(LessonStep& step, const JsonPlace& place) const;

 private:
  Status take_experiment(const Json& value, const JsonPlace& place);
  Status take_source(const Json& value, const JsonPlace& place);

  std::string folder_;
  Json source_, quant_, kept_, view_;
};

}  // namespace bitloupe
