// bitloupe lesson [NAME]: lists the lessons; opens one in the window, or proves its claims without one.
#pragma once

#include "app/cli/command.h"

namespace bitloupe {

cli::Action declare_lesson(CLI::App& app);

}  // namespace bitloupe
