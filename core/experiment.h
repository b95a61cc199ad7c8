// The whole program as one pure function: run(experiment, prepared, previous, context) -> Snapshot. The
// command line calls it once, the window's tune lane again and again. Stages whose inputs equal the previous
// run's are reused by pointer.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/calibration/error_curve.h"
#include "core/codebook/fit.h"
#include "core/codebook/fit_groups.h"
#include "core/parallel.h"
#include "core/quant/block_store.h"
#include "core/quant/quant_spec.h"
#include "core/quant/quantizer.h"
#include "core/result.h"
#include "core/source.h"
#include "core/stats/error_report.h"
#include "core/stats/prepared.h"

namespace bitloupe {

// What is computed: undo, session files and "copy as command line" hold this value and nothing else.
struct Experiment {
  SourceSpec source;
  QuantSpec quant;
  bool operator==(const Experiment&) const = default;
};

// Another spec on the same tensor, for the inspector's comparison bars.
struct Comparison {
  std::string label;  // "INT4 · min-max"
  QuantSpec spec;
  std::optional<double> sqnr_db;
  bool exact = true;  // false: measured on the sample
};

// Everything that came out of one run; immutable once published, shared by pointer.
struct Snapshot {
  std::uint64_t id = 0;   // grows with every published snapshot of a process
  Experiment experiment;  // as asked for
  QuantSpec spec;         // canonical(experiment.quant)
  std::shared_ptr<const Prepared> prepared;

  // The spec is wrong for this tensor: nothing below is set.
  std::optional<Error> error;

  std::shared_ptr<const MomentSet> moments;  // sorted values of these scale groups; null where there are none
  std::shared_ptr<const GroupExtremes> extremes;         // each group's own range
  std::shared_ptr<const std::vector<ClipRange>> ranges;  // each group's clip range
  std::shared_ptr<const ScaleSet> scales;
  std::shared_ptr<const FittedFormat> fitted;  // null where the format is not fitted to the whole tensor
  std::shared_ptr<const std::vector<GroupMagnitude>> magnitudes;  // null unless fits_groups(spec)
  std::shared_ptr<const BlockStore> blocks;                       // null unless the recipe is one of GGUF's
  std::shared_ptr<const Quantizer> quantizer;                     // of the fitted format, where there is one
  std::shared_ptr<const ErrorReport> report;  // null until the first pass over the sample is done
  bool exact = false;                         // report and ranges come from every value, not only the sample
  std::optional<Storage> storage;
  std::shared_ptr<const ErrorCurve> curve;  // null: not computed yet, or none exists for this spec
  std::shared_ptr<const std::vector<MethodPick>> picks;  // null until computed
  // Made from this snapshot's moments under its spec; else of a first look, or of an earlier run and shown
  // until the new ones are there.
  bool curve_final = false, picks_final = false;
  std::shared_ptr<const std::vector<Comparison>> comparisons;  // null until computed; measured on the sample
  double elapsed_ms = 0;  // until the report was there; curve, comparisons and proof come later

  const Tensor& tensor() const { return *prepared->tensor; }
};

struct RunContext {
  WorkContext work;
  // Called with every stage's result, in order: scales, first report, exact report, curve, picks,
  // comparisons, proof. Optional.
  std::function<void(std::shared_ptr<const Snapshot>)> publish;
  std::stop_token superseded;  // a newer request waits: stop once the first report is out
  std::uint64_t last_id = 0;   // ids continue after this one and after the previous snapshot's
  // Sorted values of this tensor, whatever their layout; null while they are being sorted. Only
  // make_moments(prepared, moment_layout(spec, tensor)) are of use.
  std::shared_ptr<const MomentSet> moments;
  bool sort_if_needed = false;  // sort here what calibration or curve need and `moments` lacks
  // Publish first answers before exact ones (the command line does not need them).
  bool step_by_step = true;
  bool with_curve = true, with_comparisons = true;
};

// What asks for the exact report alone: no first looks, no curve, nothing to compare with.
inline RunContext report_only(WorkContext work) {
  RunContext context;
  context.work = std::move(work);
  context.step_by_step = context.with_curve = context.with_comparisons = false;
  context.sort_if_needed = true;
  return context;
}

// The scale groups whose values are worth sorting for this spec; nothing where reading them is faster.
std::optional<GroupLayout> moment_layout(const QuantSpec& canonical_spec, const Tensor& tensor);

// Returns the last and most complete snapshot. A wrong spec is a snapshot with `error`; the Error of the
// Result is only Cancelled, OutOfMemory, or what reading a streamed tensor failed with. `previous` may be
// null.
Result<std::shared_ptr<const Snapshot>> run(const Experiment& experiment,
                                            std::shared_ptr<const Prepared> prepared,
                                            const std::shared_ptr<const Snapshot>& previous,
                                            const RunContext& context);

}  // namespace bitloupe
