// The block microscope of the inspector: the stored block of the value that it explains, its bits in the
// order of storage, its bytes, its numbers and every element.
#pragma once

#include "app/frame.h"

namespace bitloupe {

// At the cursor; nothing where the element lies in no block.
void draw_block_panel(Frame& frame, std::uint64_t element);

}  // namespace bitloupe
