// What is asked of the file browser for sessions.
#pragma once

#include "app/browser/browse_request.h"

namespace bitloupe {

BrowseRequest open_session_request();
BrowseRequest save_session_request(const Frame& frame);  // beside or over the file that it has

}  // namespace bitloupe
