// bitloupe [FILE[::TENSOR]]: the window.
#pragma once

#include "app/cli/command.h"

namespace bitloupe {

cli::Action declare_window(CLI::App& app);

}  // namespace bitloupe
