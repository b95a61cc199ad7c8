// DroppedFiles: looks into the files that were dropped on the window, one after the other, on a worker: which
// can be opened, and what to say of the others. F24: any number of them.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "app/workers.h"

namespace bitloupe {

class DroppedFiles {
 public:
  explicit DroppedFiles(Workers& workers);
  ~DroppedFiles();
  DroppedFiles(const DroppedFiles&) = delete;
  DroppedFiles& operator=(const DroppedFiles&) = delete;

  // Queued behind what is still being looked at. "file://" in front is understood (U22).
  void add(const std::vector<std::string>& paths);
  void cancel();  // files already found stay open

  struct Progress {
    std::size_t done = 0, all = 0;
    double seconds = 0;  // since the first of them was dropped
  };
  std::optional<Progress> progress() const;  // nothing while none is looked at

  // Files of tensors found since the last call, in the order of the drop.
  std::vector<std::string> take_found();
  // Once, when all were looked at: one line, empty where there is nothing to say.
  std::optional<std::string> take_summary();
  // A session among them: it is to be opened.
  std::optional<std::string> take_session();
  // A folder that was dropped alone: it is to be browsed.
  std::optional<std::string> take_folder();

 private:
  struct Shared;
  Workers& workers_;
  std::shared_ptr<Shared> shared_;
  std::stop_source stop_;
};

}  // namespace bitloupe
