// The way past the refusal of a file that can be read in part.
#pragma once

#include <string_view>

#include "app/frame.h"

namespace bitloupe {

bool may_open_anyway(const Frame& frame);

inline constexpr const char* kOpenAnyway = "Open anyway";
// A link at the cursor; nothing where there is no such way.
void open_anyway_link(Frame& frame, std::string_view id);

}  // namespace bitloupe
