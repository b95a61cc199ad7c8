#include "app/window/test_log.h"

#include <cmath>

#include "core/text.h"

namespace bitloupe {
namespace {

bool same(const Rect& a, const Rect& b) {
  return a.x == b.x && a.y == b.y && a.width == b.width && a.height == b.height;
}

}  // namespace

Status TestLog::open(const std::string& path) {
  if (path.empty()) return Ok{};
  file_.open(path, std::ios::app);
  if (!file_) return Error{ErrorCode::Io, path + ": the test log cannot be written"};
  return Ok{};
}

void TestLog::frame(const std::map<std::string, ui::Widget>& widgets, const Snapshot* snapshot) {
  if (!file_.is_open()) return;
  ++frames_;
  write_widgets(widgets);
  if (snapshot && snapshot->id != snapshot_) write_snapshot(*snapshot);
  if (frames_ == 1) file_ << "first-frame\n";
  file_ << "frame " << frames_ << '\n';
  file_.flush();
}

void TestLog::write_widgets(const std::map<std::string, ui::Widget>& widgets) {
  bool changed = widgets.size() != rects_.size();
  for (const auto& [id, widget] : widgets) {
    const auto known = rects_.find(id);
    changed = changed || known == rects_.end() || !same(known->second, widget.rect);
  }
  if (!changed) return;
  rects_.clear();
  file_ << "widgets\n";
  for (const auto& [id, widget] : widgets) {
    const Rect& r = widget.rect;
    rects_[id] = r;
    file_ << "widget " << id << ' ' << std::lround(r.x) << ' ' << std::lround(r.y) << ' '
          << std::lround(r.width) << ' ' << std::lround(r.height) << '\n';
  }
}

void TestLog::write_snapshot(const Snapshot& snapshot) {
  snapshot_ = snapshot.id;
  file_ << "snapshot " << snapshot.id << (snapshot.exact ? " exact\n" : " sample\n");
  if (!snapshot.ranges || snapshot.ranges->empty()) return;
  const ClipRange range = snapshot.ranges->front();
  if (has_range_ && range == range_) return;
  has_range_ = true;
  range_ = range;
  file_ << "range " << number_text(static_cast<double>(range.lo)) << ' '
        << number_text(static_cast<double>(range.hi)) << '\n';
}

}  // namespace bitloupe
