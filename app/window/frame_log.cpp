#include "app/window/frame_log.h"

#include <algorithm>
#include <iomanip>

namespace bitloupe {

Status FrameLog::open(const std::string& path) {
  if (path.empty()) return Ok{};
  file_.open(path, std::ios::trunc);
  if (!file_) return Error{ErrorCode::Io, path + ": the frame log cannot be written"};
  file_ << "event_ms,submit_ms,publish_ms,swap_ms,values,stage\n" << std::fixed << std::setprecision(3);
  return Ok{};
}

void FrameLog::edited(const Experiment& experiment, double event, double submit) {
  if (file_.is_open()) waiting_.push_back({experiment, event, submit});
}

void FrameLog::shown(const std::shared_ptr<const Snapshot>& snapshot, double publish, double swap) {
  if (!file_.is_open() || !snapshot || snapshot->id == last_shown_ || waiting_.empty()) return;
  // Only a picture with numbers counts: scales alone come earlier.
  if (!snapshot->report && !snapshot->error) return;
  last_shown_ = snapshot->id;
  const auto newest = std::find_if(waiting_.rbegin(), waiting_.rend(),
                                   [&](const Edit& edit) { return edit.experiment == snapshot->experiment; });
  if (newest == waiting_.rend()) return;
  for (auto edit = waiting_.begin(); edit != newest.base(); ++edit)
    file_ << edit->event * 1e3 << ',' << edit->submit * 1e3 << ',' << std::max(publish, edit->submit) * 1e3
          << ',' << swap * 1e3 << ',' << snapshot->tensor().count() << ','
          << (snapshot->exact ? "exact" : "sample") << '\n';
  waiting_.erase(waiting_.begin(), newest.base());
  file_.flush();
}

}  // namespace bitloupe
