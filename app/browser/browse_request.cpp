#include "app/browser/browse_request.h"

#include "app/browser/file_preview.h"
#include "app/frame.h"
#include "app/session/session_file.h"

namespace bitloupe {

BrowseRequest open_source_request() {
  BrowseRequest request;
  request.title = "Open";
  request.extensions = tensor_extensions();
  request.extensions.emplace_back(kSessionExtension);
  request.sources = true;
  request.chosen = [](Frame& frame, const BrowseChoice& choice) {
    frame.requests.sources.push_back(choice.source);
  };
  return request;
}

}  // namespace bitloupe
