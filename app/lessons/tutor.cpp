#include "app/lessons/tutor.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "app/lanes.h"

namespace bitloupe {
namespace {

// A failure is an answer too, but for one that was cut short.
std::shared_ptr<const Proof> decide(const Check& check, const std::shared_ptr<const Snapshot>& snapshot,
                                    const WorkContext& work) {
  Result<Proof> proof = prove(check, snapshot, work);
  if (proof) return std::make_shared<const Proof>(std::move(*proof));
  if (proof.error().code == ErrorCode::Cancelled) return nullptr;
  Proof failed;
  failed.verdict = proof.error().message;
  return std::make_shared<const Proof>(std::move(failed));
}

}  // namespace

// The answers to one step's claims. A job that outlives its step writes where nobody looks any more.
struct Tutor::Proofs {
  struct One {
    bool asked = false;
    std::optional<AnswerKey> wanted;  // what it is being decided for
    std::optional<AnswerKey> of;      // what `proof` is about
    std::shared_ptr<const Proof> proof;
  };
  std::mutex mutex;
  std::vector<One> claims;

  bool want(std::size_t claim, const AnswerKey& key) {
    const std::lock_guard lock(mutex);
    return claims[claim].asked && claims[claim].wanted != key;
  }
  void begin(std::size_t claim, const AnswerKey& key) {
    const std::lock_guard lock(mutex);
    claims[claim].wanted = key;
  }
  // `proof` null: cut short, to be asked for again.
  void end(std::size_t claim, const AnswerKey& key, std::shared_ptr<const Proof> proof) {
    const std::lock_guard lock(mutex);
    One& one = claims[claim];
    if (one.wanted != key) return;  // a newer one is under way
    if (!proof) return one.wanted.reset();
    one.of = key;
    one.proof = std::move(proof);
  }
};

Tutor::Tutor(Lanes& lanes, std::string folder) : lanes_(lanes), folder_(std::move(folder)) {
  forget_answers();
}

const LessonLibrary& Tutor::library() {
  if (!library_) reload();
  return *library_;
}

void Tutor::reload() { library_ = load_lessons(folder_); }

std::size_t Tutor::step_index() const {
  const auto entry = progress_.lessons.find(lesson_->key);
  const std::size_t step = entry == progress_.lessons.end() ? 0 : entry->second.step;
  return std::min(step, lesson_->steps.size() - 1);
}

bool Tutor::changed(const Experiment& experiment, const ViewState& view) const {
  return experiment != step().experiment || view != step_view(step(), view);
}

void Tutor::start(std::shared_ptr<const Lesson> lesson, std::optional<std::size_t> step) {
  if (!step) {
    const auto entry = progress_.lessons.find(lesson->key);
    step = entry == progress_.lessons.end() ? 0 : std::min(entry->second.step, lesson->steps.size() - 1);
  }
  wanted_ = LessonPlace{std::move(lesson), *step};
}

void Tutor::go(std::size_t step) {
  if (lesson_ && step < lesson_->steps.size()) wanted_ = LessonPlace{lesson_, step};
}

void Tutor::next() {
  if (!lesson_) return;
  if (step_index() + 1 < lesson_->steps.size()) return go(step_index() + 1);
  finished_ = true;
  close();
}

void Tutor::previous() {
  if (lesson_ && step_index() > 0) go(step_index() - 1);
}

void Tutor::reset() {
  if (lesson_) go(step_index());
}

void Tutor::close() { closing_ = lesson_ != nullptr; }

void Tutor::resume(const std::string& key, std::size_t step, const ViewState& own) {
  wanted_.reset();
  closing_ = finished_ = false;
  const std::shared_ptr<const Lesson> lesson = key.empty() ? nullptr : library().find(key);
  if (!lesson) {
    lesson_.reset();
    progress_.open.clear();
    return forget_answers();
  }
  before_ = own;
  show({lesson, std::min(step, lesson->steps.size() - 1)});
}

void Tutor::show(const LessonPlace& place) {
  const bool same = lesson_ == place.lesson && step_index() == place.step;
  lesson_ = place.lesson;
  progress_.open = lesson_->key;
  entry().step = place.step;
  entry().seen.insert(place.step);
  if (!same) forget_answers();
}

std::optional<Tutor::State> Tutor::take_state(const ViewState& current) {
  const std::optional<LessonPlace> wanted = std::exchange(wanted_, std::nullopt);
  const bool finished = std::exchange(finished_, false);
  if (std::exchange(closing_, false)) {
    left_ = step();
    if (finished) entry().step = 0;
    lesson_.reset();
    progress_.open.clear();
    forget_answers();
  }
  if (!wanted) return std::nullopt;
  if (!lesson_) before_ = current;
  show(*wanted);
  return State{step().experiment, step_view(step(), current)};
}

std::optional<ViewState> Tutor::take_layout(const ViewState& current) {
  const std::optional<LessonStep> left = std::exchange(left_, std::nullopt);
  if (!left) return std::nullopt;
  return layout_back(*left, current, before_);
}

void Tutor::ask(std::size_t claim) {
  const std::lock_guard lock(proofs_->mutex);
  if (claim < proofs_->claims.size()) proofs_->claims[claim].asked = true;
}

void Tutor::ask_all() {
  const std::lock_guard lock(proofs_->mutex);
  for (Proofs::One& one : proofs_->claims) one.asked = true;
}

Tutor::Answer Tutor::claim(std::size_t index) const {
  const std::lock_guard lock(proofs_->mutex);
  if (index >= proofs_->claims.size()) return {};
  const Proofs::One& one = proofs_->claims[index];
  return {one.asked, one.proof, one.of && one.of == one.wanted};
}

bool Tutor::solved() const {
  const auto entry = progress_.lessons.find(lesson_->key);
  return entry != progress_.lessons.end() && entry->second.solved.contains(step_index());
}

bool Tutor::solved_now() const {
  return !question_.empty() &&
         std::all_of(question_.begin(), question_.end(), [](const Proof& proof) { return proof.holds; });
}

// A lesson that another hand opened, closed or moved on by way of the progress.
void Tutor::follow_progress() {
  if (progress_.open != (lesson_ ? lesson_->key : "")) {
    lesson_ = progress_.open.empty() ? nullptr : library().find(progress_.open);
    if (!lesson_) progress_.open.clear();
    forget_answers();
  }
  if (lesson_ && step_index() != shown_step_) forget_answers();
}

void Tutor::forget_answers() {
  proofs_ = std::make_shared<Proofs>();
  question_.clear();
  answered_.reset();
  hint_shown = false;
  if (!lesson_) return;
  shown_step_ = step_index();
  proofs_->claims.resize(step().claims.size());
}

void Tutor::begin_frame(const std::shared_ptr<const Snapshot>& snapshot, const Experiment& experiment,
                        bool hand_rests) {
  follow_progress();
  // The result of what was set before answers nothing.
  if (!lesson_ || !snapshot || snapshot->experiment != experiment) return;
  const AnswerKey key{experiment, snapshot->report, snapshot->curve};
  answer_question(snapshot, key);
  answer_claims(snapshot, key);
  if (hand_rests && answered_ == key && solved_now()) entry().solved.insert(step_index());
}

void Tutor::answer_question(const std::shared_ptr<const Snapshot>& snapshot, const AnswerKey& key) {
  if (!step().question || answered_ == key) return;
  const std::vector<Check>& checks = step().question->checks;
  const auto ready = [&](const Check& check) { return can_be_proven(check, *snapshot); };
  if (!std::all_of(checks.begin(), checks.end(), ready)) return;
  question_.clear();
  for (const Check& check : checks) question_.push_back(*decide(check, snapshot, {}));
  answered_ = key;
}

void Tutor::answer_claims(const std::shared_ptr<const Snapshot>& snapshot, const AnswerKey& key) {
  for (std::size_t i = 0; i < step().claims.size(); ++i) {
    const Check& check = step().claims[i].check;
    if (!proofs_->want(i, key) || !can_be_proven(check, *snapshot)) continue;
    proofs_->begin(i, key);
    const auto answer = [proofs = proofs_, i, check, snapshot, key](const WorkContext& work) {
      proofs->end(i, key, decide(check, snapshot, work));
    };
    if (check.needs_runs())
      lanes_.refine("lesson." + std::to_string(i), answer);
    else
      answer({});
  }
}

}  // namespace bitloupe
