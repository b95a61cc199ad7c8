// A step of a lesson without a window: its state is loaded and run, as the command line does it.
#pragma once

#include <memory>
#include <vector>

#include "app/lessons/lesson.h"

namespace bitloupe {

// The step's result, exact and with its error curve. `before`, if any, is the result of another step: its
// tensor is taken where the source is the same. Errors: what loading fails with, a spec that does not fit.
Result<std::shared_ptr<const Snapshot>> run_step(const LessonStep& step,
                                                 const std::shared_ptr<const Snapshot>& before,
                                                 const WorkContext& work = {});

// One a claim, in their order, of a result that run_step gave.
Result<std::vector<Proof>> prove_claims(const LessonStep& step,
                                        const std::shared_ptr<const Snapshot>& snapshot,
                                        const WorkContext& work = {});

}  // namespace bitloupe
