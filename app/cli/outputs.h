// The files that one command writes: checked before any work is done, written together or not at all.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"

namespace bitloupe::cli {

// Do these paths lead to distinct places, and (without `force`) does none of them exist? Empty paths are left
// out.
Status check_outputs(const std::vector<std::string>& paths, bool force);

}  // namespace bitloupe::cli
