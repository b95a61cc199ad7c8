// What the window shows, as text: for the clipboard and for readers that do not see it.
#pragma once

#include <string>

#include "app/frame.h"

namespace bitloupe {

// A few lines: source, tensor, spec in words, errors, what is seen of it and what is pinned.
std::string describe(const Frame& frame);

// The names and numbers of one element, with tabs between, for a spreadsheet.
std::string element_line(const Explanation& element);

// What Ctrl+C copies: what is under the pointer, else the element that the inspector explains. Empty for
// nothing.
std::string copy_text(const Frame& frame);

}  // namespace bitloupe
