// bitloupe render: the window's content as a picture, without a display.
#pragma once

#include "app/cli/command.h"

namespace bitloupe {

cli::Action declare_render(CLI::App& app);

}  // namespace bitloupe
