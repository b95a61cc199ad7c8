#include "app/state.h"

namespace bitloupe {

void History::observe(const Experiment& experiment, bool interacting) {
  if (steps_.empty()) {
    steps_.push_back(experiment);
    return;
  }
  if (experiment != steps_[position_]) {
    if (growing_) {
      steps_[position_] = experiment;
    } else {
      steps_.resize(position_ + 1);
      steps_.push_back(experiment);
      if (steps_.size() > kMost) steps_.erase(steps_.begin());
      position_ = steps_.size() - 1;
      growing_ = true;
    }
  }
  // The frame that lets go may bring the drag's last edit, so it still belongs to the step.
  growing_ = growing_ && interacting;
}

const Experiment& History::undo() {
  growing_ = false;
  return steps_[--position_];
}

const Experiment& History::redo() {
  growing_ = false;
  return steps_[++position_];
}

}  // namespace bitloupe
