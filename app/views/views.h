// The table of contents of the window: one row a workspace.
#pragma once

#include <span>
#include <string_view>

#include "app/frame.h"
#include "app/plot/canvas.h"

namespace bitloupe {

struct View {
  std::string_view key, label, help;
  void (*draw)(Frame& frame, Rect area);
};

std::span<const View> views();

}  // namespace bitloupe
