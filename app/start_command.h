// What the command line of the window and of `render` says to start with.
#pragma once

#include <string>

#include "app/cli/start_options.h"
#include "app/session/start.h"
#include "core/result.h"

namespace bitloupe {

// `session_file`: the value of --session, empty for none; SOURCE may name a session too, which its content
// says. Options of the quantizer come on top of the session's.
Result<Start> start_from(const cli::StartOptions& options, const std::string& session_file,
                         const cli::Globals& globals = {});

}  // namespace bitloupe
