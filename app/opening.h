// Opening: everything by which sources come to the window and stay there: typed paths, dropped files, the
// desktop's dialog, tabs, and files that change on disk. It edits the experiment's source; it neither loads
// nor draws.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/banner.h"
#include "app/browser/native_dialog.h"
#include "app/dropped_files.h"
#include "app/file_watch.h"
#include "app/frame.h"
#include "app/open_sources.h"
#include "app/workers.h"

namespace bitloupe {

class Lanes;

class Opening {
 public:
  // What it works on, all of which outlives it.
  struct Window {
    Experiment& experiment;
    ViewState& view;
    Preferences& preferences;
    Lanes& lanes;
  };
  Opening(const Window& window, Workers& workers);

  // From outside of a frame, or by a request. Nothing here waits.
  void open(const std::string& source_text);
  void open(const std::vector<SourceSpec>& sources);  // the first is shown, the others are tabs
  void drop(const std::vector<std::string>& paths);

  void look_at_file() { watch_.look_now(); }  // whether it changed: the window came to the front

  // Before a frame: takes what the workers found.
  void update();
  const std::vector<Banner>& banners() const { return banners_; }
  const OpenSources& sources() const { return sources_; }
  // A session's: the tabs before its experiment's source is followed.
  void set_sources(const std::vector<SourceSpec>& sources);

  // The tensor on screen changed from what `shown` was to what `snapshot` shows: its view is put back where
  // the tab remembers one. False where it does not: the caller lays it out.
  bool restore_view(const Snapshot& snapshot, const std::string& tensor);
  // What is on screen now is what the tab remembers.
  void remember_view(const Snapshot& snapshot, const std::string& tensor);

  // Inside a frame: the desktop's dialog gave an answer.
  void answer(Frame& frame);
  // After a frame. The source's tab is the active one from here on.
  void carry_out(Requests& asked);
  // What the program's own browser is to ask now, and where it begins.
  std::optional<BrowseRequest> take_browse() { return std::exchange(browse_, std::nullopt); }
  std::string start_folder() const;
  // A session file that was named or dropped.
  std::optional<std::string> take_session() { return std::exchange(session_, std::nullopt); }
  std::optional<std::string> take_notice() { return std::exchange(notice_, std::nullopt); }

 private:
  void show(const SourceSpec& source);
  void browse(BrowseRequest request);
  void take_dropped();
  void watch_file();
  void fill_banners();

  Window window_;
  Workers& workers_;
  std::string folder_;  // the process's own: what relative paths start from
  OpenSources sources_;
  std::vector<Banner> banners_;
  struct Named {          // what a text names
    std::string session;  // the path of a session file; empty: a source
    SourceSpec source;
  };
  Later<Named> naming_;
  std::optional<std::string> session_;
  DroppedFiles dropped_;
  bool found_one_ = false;  // of the files dropped last
  FileWatch watch_;
  NativeDialog dialog_;
  std::optional<BrowseRequest> browse_;
  std::optional<std::string> notice_;
};

}  // namespace bitloupe
