#include "app/session/desk.h"

#include <chrono>
#include <utility>

#include "app/session/session_file.h"
#include "app/session/settings_file.h"
#include "app/session/time_text.h"
#include "core/io/atomic_file.h"
#include "core/io/display_text.h"

namespace bitloupe {
namespace {

constexpr int kCrashesUntilDefaults = 2;
constexpr std::size_t kMostLost = 20;

std::int64_t now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(since).count();
}

OpenLesson open_lesson(const LessonProgress& progress) {
  const auto entry = progress.lessons.find(progress.open);
  return {progress.open, entry == progress.lessons.end() ? 0 : entry->second.step};
}

}  // namespace

Desk::Desk(DeskOptions options) : options_(std::move(options)) {
  if (options_.folders) start();
  written_ = settings_;
  status_.recent = settings_.recent;
  status_.start_page =
      options_.start_page && (!status_.recent.empty() || !status_.lost.empty() || status_.safe_start);
}

// Whoever did not say how the program ends leaves its unsaved work to the next start.
Desk::~Desk() { finish(true); }

void Desk::start() {
  LoadedSettings loaded = load_settings(options_.folders->config);
  for (std::string& notice : loaded.notices) say(std::move(notice));
  settings_ = loaded_ = std::move(loaded.settings);
  Result<Journal> journal = Journal::begin(options_.folders->state);
  if (!journal) return say("Settings and unsaved work stay in memory: " + journal.error().message);
  journal_.emplace(std::move(*journal));
  if (journal_->crashes() >= kCrashesUntilDefaults) {
    status_.safe_start = true;
    settings_ = Settings{};
    settings_.recent = loaded_.recent;
  }
  read_lost_work(options_.folders->state);
}

void Desk::read_lost_work(const std::string& folder) {
  lost_ = lost_work(folder);
  if (lost_.size() > kMostLost) lost_.resize(kMostLost);
  std::erase_if(lost_, [this](const LostWork& work) {
    const Result<SessionFile> file = read_session_file(work.path);
    if (!file) {
      put_aside(work);
      say("Work of an earlier run cannot be restored; it is kept as " + displayed_path(work.path + ".bad") +
          " (" + file.error().message + ").");
      return true;
    }
    const Session& session = file->session;
    const std::string source = to_text(session.experiment.source);
    std::string title = session.title;
    if (title.empty()) title = session_name(session.saved_as.empty() ? source : session.saved_as);
    status_.lost.push_back({work.id, title, displayed_path(source), time_text(work.written, now())});
    return false;
  });
}

void Desk::begin(const DeskWork& work, const std::string& path, const std::string& title) {
  settings_.preferences = work.preferences;
  settings_.panels = panel_sizes(work.view);
  if (work.lessons) settings_.lessons = work.lessons->lessons;
  written_ = settings_;
  set_path(path, title);
  saved_ = current(work);
  noted_ = saved_;
  if (!path.empty()) opened(path);
}

void Desk::set_path(const std::string& path, const std::string& title) {
  status_.path = path;
  title_ = title;
  status_.name = path.empty() || !title.empty() ? title : session_name(path);
}

void Desk::opened(const std::string& path, bool lenient) {
  note_opened(settings_.recent, absolute_path(path), now(), lenient);
  status_.recent = settings_.recent;
  status_.start_page = false;
  write_settings();
}

Session Desk::current(const DeskWork& work) const {
  const std::vector<SourceSpec> own = {work.experiment.source};
  return {title_,
          work.experiment,
          work.view,
          work.sources.empty() ? own : work.sources,
          work.lessons ? open_lesson(*work.lessons) : OpenLesson{},
          status_.path};
}

void Desk::observe(const DeskWork& work) {
  observe_settings(work);
  if (settled_frames_ < kFramesToSettle) {
    saved_.view = work.view;
    settled_frames_ = work.settled ? settled_frames_ + 1 : 0;
  }
  const bool edited = work.experiment != saved_.experiment;
  ViewState seen = work.view;
  apply(panel_sizes(saved_.view), seen);  // how the window is shared out is no change of a session
  const Session shown = current(work);
  const bool looked = !status_.path.empty() && (seen != saved_.view || shown.sources != saved_.sources ||
                                                shown.lesson != saved_.lesson);
  status_.unsaved = never_saved_ || edited || looked;
  if (!status_.unsaved) {
    if (journal_ && !journal_empty_) writer_.post("journal", 0, [this] { journal_->clear(); });
    journal_empty_ = true;
    return;
  }
  if (!journal_empty_ && shown == noted_) return;
  write_journal("journal", work, options_.autosave_seconds);
}

void Desk::observe_settings(const DeskWork& work) {
  Settings now = settings_;
  now.preferences = work.preferences;
  if (work.own_layout) now.panels = panel_sizes(work.view);
  if (work.lessons) now.lessons = work.lessons->lessons;
  if (now == settings_) return;
  settings_ = std::move(now);
  write_settings();
}

void Desk::window_resized(int width, int height) {
  const WindowSize size{width, height};
  // The size that it opens with may be one that was asked for once, on the command line.
  if (!window_) window_ = size;
  if (*window_ == size) return;
  window_ = settings_.window = size;
  write_settings();
}

void Desk::write_settings() {
  if (!options_.folders) return;
  writer_.post("settings", options_.settings_seconds, [this, mine = settings_] {
    const Status saved = save_settings(options_.folders->config, written_, mine);
    if (saved)
      written_ = mine;
    else
      say_once("Settings stay in memory: " + saved.error().message);
  });
}

void Desk::write_journal(const std::string& key, const DeskWork& work, double seconds,
                         std::function<void()> then) {
  noted_ = current(work);
  journal_empty_ = false;
  if (!journal_) return;
  writer_.post(key, seconds, [this, session = noted_, then = std::move(then)] {
    const Status written = write_file_atomically(journal_->path(), to_json(with_absolute_paths(session)));
    if (!written) return say_once("Unsaved work stays in memory: " + written.error().message);
    if (then) then();
  });
}

void Desk::say(std::string notice) {
  {
    const std::lock_guard lock(mutex_);
    notices_.push_back(std::move(notice));
  }
  options_.wake();
}

void Desk::say_once(const std::string& notice) {
  {
    const std::lock_guard lock(mutex_);
    if (!said_.insert(notice).second) return;
  }
  say(notice);
}

std::optional<std::string> Desk::take_notice() {
  const std::lock_guard lock(mutex_);
  if (notices_.empty()) return std::nullopt;
  std::string notice = std::move(notices_.front());
  notices_.erase(notices_.begin());
  return notice;
}

void Desk::write_now() { writer_.flush(); }

void Desk::finish(bool unsaved_lives) {
  writer_.flush();
  if (!journal_) return;
  if (unsaved_lives)
    journal_->leave();
  else
    journal_->end();
  journal_.reset();
}

}  // namespace bitloupe
