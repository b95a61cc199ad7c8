#include "app/lessons/step_run.h"

#include <utility>

namespace bitloupe {

Result<std::shared_ptr<const Snapshot>> run_step(const LessonStep& step,
                                                 const std::shared_ptr<const Snapshot>& before,
                                                 const WorkContext& work) {
  std::shared_ptr<const Prepared> prepared;
  if (before && before->experiment.source == step.experiment.source) prepared = before->prepared;
  if (!prepared) {
    const auto tensor = load_source(step.experiment.source, Pick::Largest, work);
    if (!tensor) return tensor.error();
    auto made = prepare(*tensor, work);
    if (!made) return made.error();
    prepared = std::move(*made);
  }
  RunContext context;
  context.work = work;
  context.sort_if_needed = true;
  context.step_by_step = false;
  context.with_comparisons = false;
  auto snapshot = run(step.experiment, prepared, before, context);
  if (snapshot && (*snapshot)->error) return *(*snapshot)->error;
  return snapshot;
}

Result<std::vector<Proof>> prove_claims(const LessonStep& step,
                                        const std::shared_ptr<const Snapshot>& snapshot,
                                        const WorkContext& work) {
  std::vector<Proof> proofs;
  for (const Claim& claim : step.claims) {
    Result<Proof> proof = prove(claim.check, snapshot, work);
    if (!proof) return proof.error();
    proofs.push_back(std::move(*proof));
  }
  return proofs;
}

}  // namespace bitloupe
