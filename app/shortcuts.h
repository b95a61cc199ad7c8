// The keys of the window, read once a frame and turned into requests and changes of the view.
#pragma once

#include "app/frame.h"

namespace bitloupe {

void read_shortcuts(Frame& frame);

}  // namespace bitloupe
