// What the desk does when it is asked: save, open, restore, and the questions before them.
#include <algorithm>
#include <utility>

#include "app/session/desk.h"
#include "app/session/session_file.h"
#include "core/io/atomic_file.h"
#include "core/io/display_text.h"

namespace bitloupe {

DeskEffects Desk::frame(const SessionRequests& asked, const DeskWork& work) {
  DeskEffects effects;
  take_saved();
  if (asked.answer != Answer::None) answer(asked.answer, work, effects);
  if (asked.save && !status_.path.empty()) save(status_.path, work);
  if (!asked.save_as.empty()) save(absolute_path(asked.save_as), work);
  if (!asked.open.empty()) open(asked.open, work, effects);
  if (!asked.restore.empty() && !asks(Then::Restore, asked.restore))
    restore_now(asked.restore, work, effects);
  if (!asked.discard.empty()) discard_lost(asked.discard);
  if (asked.use_settings) use_settings(work);
  if (asked.show_start_page) status_.start_page = true;
  if (asked.leave_start_page) status_.start_page = false;
  change_recent(asked);
  observe(work);
  if (go_on_ && saving_.empty()) go_on(work, effects);
  return effects;
}

void Desk::open(const std::string& path, const DeskWork& work, DeskEffects& effects) {
  if (!asks(Then::Open, path)) open_now(path, work, effects);
}

bool Desk::may_close() { return closing_ || !asks(Then::Close, ""); }

// Only a session that has a file asks: who just looked at something is not held up at the door.
bool Desk::asks(Then then, const std::string& what) {
  if (status_.path.empty() || !status_.unsaved) return false;
  then_ = then;
  then_what_ = what;
  status_.question = {Question::Kind::Unsaved, status_.name};
  return true;
}

void Desk::answer(Answer answer, const DeskWork& work, DeskEffects& effects) {
  const Question question = std::exchange(status_.question, {});
  if (question.kind == Question::Kind::None) return;
  if (answer == Answer::Cancel) {
    then_ = Then::Nothing;
    return;
  }
  if (question.kind == Question::Kind::InPlace) {
    save(question.name, work, true);
    go_on_ = then_ != Then::Nothing;
    return;
  }
  if (answer == Answer::Discard) return go_on(work, effects);
  save(status_.path, work);
  go_on_ = true;
}

// What waited for the answer.
void Desk::go_on(const DeskWork& work, DeskEffects& effects) {
  go_on_ = false;
  const std::string what = std::exchange(then_what_, {});
  switch (std::exchange(then_, Then::Nothing)) {
    case Then::Nothing:
      break;
    case Then::Close:
      closing_ = effects.closes = true;
      break;
    case Then::Open:
      open_now(what, work, effects);
      break;
    case Then::Restore:
      restore_now(what, work, effects);
      break;
  }
}

void Desk::save(const std::string& path, const DeskWork& work, bool in_place) {
  saving_ = path;
  Session session = current(work);
  session.saved_as.clear();
  writer_.post("save", 0, [this, path, in_place, calls = options_.calls, session = std::move(session)] {
    Saved saved{Ok{}, path, session, false};
    saved.status = write_session_file(path, session, {in_place, &saved.in_place_would_do, calls});
    {
      const std::lock_guard lock(mutex_);
      saves_.push_back(std::move(saved));
    }
    options_.wake();
  });
}

void Desk::take_saved() {
  std::vector<Saved> saves;
  {
    const std::lock_guard lock(mutex_);
    saves.swap(saves_);
  }
  for (Saved& saved : saves) {
    if (saved.path == saving_) saving_.clear();
    if (saved.status) {
      set_path(saved.path, saved.session.title);
      saved_ = std::move(saved.session);
      never_saved_ = false;
      settled_frames_ = kFramesToSettle;
      opened(saved.path);
      say("Saved " + displayed_path(saved.path) + ".");
      continue;
    }
    // What waited for the save does not happen.
    go_on_ = false;
    if (saved.in_place_would_do)
      status_.question = {Question::Kind::InPlace, saved.path};
    else
      then_ = Then::Nothing;
    if (!saved.in_place_would_do) say(saved.status.error().message);
  }
}

void Desk::open_now(const std::string& path, const DeskWork& work, DeskEffects& effects) {
  Result<SessionFile> file = read_session_file(path);
  if (!file) return say(file.error().message);
  for (std::string& notice : file->notices) say(std::move(notice));
  never_saved_ = false;
  take_session(std::move(file->session), absolute_path(path), work, effects);
  opened(path);
}

void Desk::take_session(Session session, const std::string& path, const DeskWork& work,
                        DeskEffects& effects) {
  set_path(path, session.title);
  work.experiment = session.experiment;
  work.view = session.view;
  // A file written by hand may name no tabs: its source is the one.
  if (session.sources.empty()) session.sources = {session.experiment.source};
  effects.sources = session.sources;
  effects.lesson = session.lesson;
  session.saved_as = path;
  saved_ = std::move(session);
  settled_frames_ = 0;
  status_.start_page = false;
  effects.replaced = true;
}

// The lost journal goes when this run's own holds the work.
void Desk::restore_now(const std::string& id, const DeskWork& work, DeskEffects& effects) {
  const auto lost = std::find_if(lost_.begin(), lost_.end(), [&](const LostWork& w) { return w.id == id; });
  if (lost == lost_.end()) return;
  const LostWork found = *lost;
  Result<SessionFile> file = read_session_file(found.path);
  if (!file)
    return say("That work is gone; another window may have restored it (" + file.error().message + ").");
  const std::string path = file->session.saved_as;
  never_saved_ = true;
  take_session(std::move(file->session), path, work, effects);
  write_journal("restored", work, 0, [found] { discard(found); });
  lost_.erase(lost);
  std::erase_if(status_.lost, [&](const LostSession& entry) { return entry.id == id; });
}

void Desk::discard_lost(const std::string& id) {
  for (const LostWork& work : lost_)
    if (work.id == id) discard(work);
  std::erase_if(lost_, [&](const LostWork& work) { return work.id == id; });
  std::erase_if(status_.lost, [&](const LostSession& entry) { return entry.id == id; });
}

void Desk::change_recent(const SessionRequests& asked) {
  if (asked.pin.empty() && asked.unpin.empty() && asked.forget.empty()) return;
  set_pinned(settings_.recent, asked.pin, true);
  set_pinned(settings_.recent, asked.unpin, false);
  forget(settings_.recent, asked.forget);
  status_.recent = settings_.recent;
  write_settings();
}

void Desk::use_settings(const DeskWork& work) {
  if (!std::exchange(status_.safe_start, false)) return;
  work.preferences = loaded_.preferences;
  apply(loaded_.panels, work.view);
  settings_.preferences = loaded_.preferences;
  settings_.panels = loaded_.panels;
  write_settings();
}

}  // namespace bitloupe
