// Banner: one line above the workspace about something that goes on or has to be decided, with links. It
// never covers anything and needs no answer.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/plot/canvas.h"

namespace bitloupe {

struct Frame;

struct BannerLink {
  std::string_view key;  // names it in the registry: "banner.disk.reload"
  std::string_view text, help;
  void (*run)(Frame& frame);
};

struct Banner {
  std::string_view key;  // "disk"
  std::string text;      // one line; shortened in its middle where there is no room
  std::vector<BannerLink> links;
};

// The frame's banners, one below the other, from the top of `area`; returns the height they took.
float draw_banners(Frame& frame, Rect area);

}  // namespace bitloupe
