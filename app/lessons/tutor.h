// Tutor: the lesson that is open, the step the reader is at, and what came of its claims and its question on
// the data at hand. It changes nothing itself: the workbench takes the state that a step sets.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/lessons/library.h"
#include "app/lessons/progress.h"
#include "app/state.h"
#include "core/experiment.h"

namespace bitloupe {

class Lanes;

// What an answer was made from; holds no values, so that it keeps no tensor in memory.
struct AnswerKey {
  Experiment experiment;
  std::shared_ptr<const ErrorReport> report;
  std::shared_ptr<const ErrorCurve> curve;
  bool operator==(const AnswerKey&) const = default;
};

class Tutor {
 public:
  // `lanes` runs the claims that take more than a look at the snapshot.
  explicit Tutor(Lanes& lanes, std::string folder = lesson_folder());

  // Read when first asked for.
  const LessonLibrary& library();
  void reload();
  const std::string& folder() const { return folder_; }

  const std::shared_ptr<const Lesson>& lesson() const { return lesson_; }  // null: none is open
  // These three only while one is open.
  std::size_t step_index() const;
  const LessonStep& step() const { return lesson_->steps[step_index()]; }
  bool changed(const Experiment& experiment, const ViewState& view) const;  // from what the step sets

  // These take effect with take_state(), so that nothing changes while a frame is drawn; each but close()
  // sets the step's state. start: where the reader left off, unless `step` says where.
  void start(std::shared_ptr<const Lesson> lesson, std::optional<std::size_t> step = std::nullopt);
  void go(std::size_t step);  // nothing past the ends
  void next();                // closes the lesson after its last step
  void previous();
  void reset();
  void close();

  // A session's lesson, at once: shown at that step without its state, which the session has. One that there
  // is not (any more), or no key: none is open. `own`: what the reader looks at without a lesson.
  void resume(const std::string& key, std::size_t step, const ViewState& own);

  struct State {
    Experiment experiment;
    ViewState view;
  };
  // Called at the end of every frame: what is to be set now, if anything. `current`: the reader's view.
  std::optional<State> take_state(const ViewState& current);

  // After a lesson was closed, once: the view with the reader's own layout.
  std::optional<ViewState> take_layout(const ViewState& current);

  // From now on the claim is decided for whatever is set, until another step is shown.
  void ask(std::size_t claim);
  void ask_all();
  struct Answer {
    bool asked = false;
    std::shared_ptr<const Proof> proof;  // null: none yet
    bool current = false;                // the proof is about the newest result
  };
  Answer claim(std::size_t index) const;
  // One a check of the question, as of the newest result; empty before the first.
  const std::vector<Proof>& question() const { return question_; }
  bool solved() const;      // once, by hand; stays
  bool solved_now() const;  // every check holds at the moment
  bool hint_shown = false;

  // Called once a frame. `hand_rests`: no control is held, so what is reached was not just passed through.
  void begin_frame(const std::shared_ptr<const Snapshot>& snapshot, const Experiment& experiment,
                   bool hand_rests);

  // May be replaced between frames: then its open lesson is shown, without its state.
  LessonProgress& progress() { return progress_; }
  const LessonProgress& progress() const { return progress_; }

 private:
  struct Proofs;
  void follow_progress();
  void show(const LessonPlace& place);
  void forget_answers();
  void answer_question(const std::shared_ptr<const Snapshot>& snapshot, const AnswerKey& key);
  void answer_claims(const std::shared_ptr<const Snapshot>& snapshot, const AnswerKey& key);
  LessonProgress::Entry& entry() { return progress_.lessons[lesson_->key]; }

  Lanes& lanes_;
  std::string folder_;
  std::optional<LessonLibrary> library_;
  LessonProgress progress_;
  std::shared_ptr<const Lesson> lesson_;
  std::optional<LessonPlace> wanted_;        // to be shown, with its state, after this frame
  ViewState before_;                         // what the reader looked at when the lesson began
  std::optional<LessonStep> left_;           // the step at which it was closed
  bool closing_ = false, finished_ = false;  // finished: the next time from the start
  std::size_t shown_step_ = 0;               // that the answers below are about
  std::shared_ptr<Proofs> proofs_;           // of this step; the lane writes into it
  std::vector<Proof> question_;
  std::optional<AnswerKey> answered_;  // what question_ was made from
};

}  // namespace bitloupe
