#include "app/open_anyway.h"

#include "app/ui/widgets.h"

namespace bitloupe {

bool may_open_anyway(const Frame& frame) {
  return frame.source.error && frame.source.error->can_be_lenient() && !frame.experiment.source.lenient;
}

void open_anyway_link(Frame& frame, std::string_view id) {
  if (!may_open_anyway(frame)) return;
  if (ui::link(id, kOpenAnyway, "Shows what can be read of it, with what is odd as warnings."))
    frame.experiment.source.lenient = true;
}

}  // namespace bitloupe
