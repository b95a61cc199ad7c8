#include "app/session/session_requests.h"

#include "app/frame.h"
#include "app/session/session_file.h"

namespace bitloupe {

namespace {

BrowseRequest session_request() {
  BrowseRequest request;
  request.file_kind = "Sessions";
  request.extensions = {kSessionExtension};
  return request;
}

}  // namespace

BrowseRequest open_session_request() {
  BrowseRequest request = session_request();
  request.title = "Open session";
  request.chosen = [](Frame& f, const BrowseChoice& choice) { f.requests.session.open = choice.path; };
  return request;
}

BrowseRequest save_session_request(const Frame& frame) {
  BrowseRequest request = session_request();
  request.mode = BrowseMode::Save;
  request.title = "Save session";
  request.proposal = frame.session.path;
  if (request.proposal.empty())
    request.proposal =
        (frame.sources.tabs.empty() ? "session" : tab_name(frame.sources, frame.sources.active)) +
        kSessionExtension;
  request.chosen = [](Frame& f, const BrowseChoice& choice) { f.requests.session.save_as = choice.path; };
  return request;
}

}  // namespace bitloupe
