// Desk: what the program keeps beside the picture: the session file, settings, recent files, the journal. The
// workbench asks it once a frame; files are written on a thread of its own.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/session/folders.h"
#include "app/session/journal.h"
#include "app/session/late_writer.h"
#include "app/session/session.h"
#include "app/session/settings.h"
#include "app/session/status.h"

namespace bitloupe {

class FileCalls;

struct DeskOptions {
  std::optional<Folders> folders;  // none: everything stays in memory (tests, `render`)
  double autosave_seconds = 5, settings_seconds = 1;
  bool start_page = false;             // show it where it has something to offer
  std::function<void()> wake = [] {};  // called from any thread when there is something new to show
  FileCalls* calls = nullptr;          // null: the operating system's
};

// What the desk watches and, where a session is opened, replaces.
struct DeskWork {
  Experiment& experiment;
  ViewState& view;
  Preferences& preferences;
  bool settled = false;  // the experiment's tensor is on screen: the view is what the person sees
  const LessonProgress* lessons = nullptr;  // null: nothing to keep
  bool own_layout = true;                   // false while a lesson shares the window out
  std::vector<SourceSpec> sources = {};  // that are open, in the order of their tabs; empty: the experiment's
};

// What the workbench has to do after a request.
struct DeskEffects {
  bool replaced = false;            // experiment and view are those of another session
  std::vector<SourceSpec> sources;  // with `replaced`: what it has open,
  OpenLesson lesson;                // and the lesson beside it
  bool closes = false;              // the window may close now
};

class Desk {
 public:
  explicit Desk(DeskOptions options = {});
  ~Desk();  // writes what is due
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  // As they were read; after two crashes in a row (U27) the defaults, until the person asks for them.
  const Settings& settings() const { return settings_; }
  const SessionStatus& status() const { return status_; }

  // Once, before the first frame: what the program starts with counts as saved. `path`: the session file that
  // it came from; empty for none.
  void begin(const DeskWork& work, const std::string& path, const std::string& title = "");
  // The window has this size now, and shall have it at the next start.
  void window_resized(int width, int height);
  // A file was loaded: it is a recent one now.
  void opened(const std::string& path, bool lenient = false);
  // Opens a session file, or asks first what becomes of unsaved changes.
  void open(const std::string& path, const DeskWork& work, DeskEffects& effects);
  // Carries out what was asked, then looks at what changed. At the end of every frame.
  DeskEffects frame(const SessionRequests& asked, const DeskWork& work);
  // May the window close? If not, the question is asked, and an effect tells when it was answered.
  bool may_close();

  void say(std::string notice);  // a line for the person; from any thread
  // For the notice line, one at a time: saved, cannot be saved, put aside.
  std::optional<std::string> take_notice();

  // The end of the program. `unsaved_lives`: what is unsaved is offered again at the next start (the system
  // ends the program); else it was given up.
  void finish(bool unsaved_lives);

  void write_now();  // all that is due; for tests

 private:
  // A view that was opened is arranged for its tensor in the first frames that show it.
  static constexpr int kFramesToSettle = 3;
  enum class Then { Nothing, Close, Open, Restore };
  struct Saved {  // what the writer has to say of a save
    Status status = Ok{};
    std::string path;
    Session session;
    bool in_place_would_do = false;
  };

  void start();
  void read_lost_work(const std::string& folder);
  void observe(const DeskWork& work);
  void observe_settings(const DeskWork& work);
  void take_saved();
  void discard_lost(const std::string& id);
  void save(const std::string& path, const DeskWork& work, bool in_place = false);
  void answer(Answer answer, const DeskWork& work, DeskEffects& effects);
  void go_on(const DeskWork& work, DeskEffects& effects);
  bool asks(Then then, const std::string& what);
  void open_now(const std::string& path, const DeskWork& work, DeskEffects& effects);
  void restore_now(const std::string& id, const DeskWork& work, DeskEffects& effects);
  void take_session(Session session, const std::string& path, const DeskWork& work, DeskEffects& effects);
  void change_recent(const SessionRequests& asked);
  void use_settings(const DeskWork& work);
  void set_path(const std::string& path, const std::string& title);
  Session current(const DeskWork& work) const;
  void write_journal(const std::string& key, const DeskWork& work, double seconds,
                     std::function<void()> then = nullptr);
  void write_settings();
  void say_once(const std::string& notice);

  DeskOptions options_;
  Settings settings_, loaded_;  // loaded_: as they were read, whatever is in use
  Settings written_;            // what the file is known to hold; the writer's own once it runs
  SessionStatus status_;
  std::optional<WindowSize> window_;  // as it is shown
  std::string title_;                 // that the session was given, empty: its file's name will do
  Session saved_;                     // as the session file has it
  bool never_saved_ = false;          // restored work: no file has it
  int settled_frames_ = 0;
  Session noted_;  // as the journal has it, or will have
  bool journal_empty_ = true;
  std::optional<Journal> journal_;
  std::vector<LostWork> lost_;
  Then then_ = Then::Nothing;  // what waits for an answer
  std::string then_what_;
  std::string saving_;    // the path that is being written, empty: none
  bool go_on_ = false;    // once that is saved
  bool closing_ = false;  // the question was answered

  std::mutex mutex_;  // of the three below
  std::vector<std::string> notices_;
  std::set<std::string> said_;  // what is wrong for good is said once
  std::vector<Saved> saves_;
  LateWriter writer_;  // last: its jobs use all of the above
};

}  // namespace bitloupe
