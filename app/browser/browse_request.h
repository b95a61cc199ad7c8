// What is asked of the file browser, and its answer. Anybody who needs a file asks like this, from an action,
// a panel or a view:
//
//   BrowseRequest request;
//   request.mode = BrowseMode::Save;
//   request.title = "Save the plot";
//   request.proposal = "histogram.svg";              // or an absolute path
//   request.file_kind = "Pictures";
//   request.extensions = {".svg", ".png"};
//   request.chosen = [](Frame& frame, const BrowseChoice& choice) { … };
//   frame.requests.browse = std::move(request);
//
// The browser opens after the frame (or the desktop's dialog, where the person prefers that). `chosen` is
// called inside a later frame, on the frame's thread, at most once; never where it was cancelled. Nothing is
// written or opened by the browser itself.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/source.h"

namespace bitloupe {

struct Frame;

enum class BrowseMode { Open, Save };

struct BrowseChoice {
  // Absolute; any bytes but NUL. Open: it was there a moment ago. Save: its folder was there, and where a
  // file of that name was, the person agreed to replace it.
  std::string path;
  bool replaces = false;  // Save
  SourceSpec source;      // Open with `sources`: what was asked for; `path` is empty for a synthetic one
};

struct BrowseRequest {
  BrowseMode mode = BrowseMode::Open;
  std::string title = "Open";
  // Save: the name to begin with, cleaned for every file system (F22), or an absolute path. Open: a file or
  // folder to begin at. Empty: the folder that was used last.
  std::string proposal;
  std::string file_kind = "Tensor files";
  // Open: the only files listed, unless the person wants all. Save: the first is appended to a name that has
  // none of them. Empty: any.
  std::vector<std::string> extensions;
  bool sources = false;  // Open: PATH::TENSOR and synthetic:… are answers too
  std::function<void(Frame&, const BrowseChoice&)> chosen;
};

// What Ctrl+O asks: a source or a session, which is then opened.
BrowseRequest open_source_request();

}  // namespace bitloupe
