// The stages of run(), each a function from what the snapshot holds to one thing more; a stage whose inputs
// equal those of `previous` (which may be null) takes its result by pointer. Errors: Cancelled.
#pragma once

#include "core/experiment.h"

namespace bitloupe {

// What the error curve reads of a spec: all but the choice of the range.
bool same_curve(QuantSpec a, const QuantSpec& b);
// Mse under tensor granularity takes its range from the curve's minimum.
bool searches_on_curve(const QuantSpec& canonical_spec, const GroupExtremes& extremes);

Status fill_extremes(Snapshot& next, const Snapshot* previous, const WorkContext& work);
Status fill_moments(Snapshot& next, const Snapshot* previous, const RunContext& context);
// `prove`: the minimum is to be proven where that is possible.
Status fill_curve(Snapshot& next, const Snapshot* previous, bool prove, const WorkContext& work);
// Where every threshold is a read of all values (small groups, formats of many levels): the curve of some
// groups or of the sample first. Leaves `next` alone where there is no need.
Status fill_first_curve(Snapshot& next, const WorkContext& work);
// The curve that `previous` has would be this one.
bool has_curve(const Snapshot& previous, const Snapshot& next, bool prove);
Status fill_ranges(Snapshot& next, const Snapshot* previous, const WorkContext& work);
// The levels of formats that are fitted to the values.
Status fill_fit(Snapshot& next, const Snapshot* previous, const WorkContext& work);
// What is stored where ggml's own code chooses scales and codes.
Status fill_blocks(Snapshot& next, const Snapshot* previous, const WorkContext& work);
void fill_scales(Snapshot& next);  // and quantizer and storage; the report is to be made anew
Status fill_report_by_reading(Snapshot& next, bool sample_only, const WorkContext& work);
Status fill_report_by_moments(Snapshot& next, const WorkContext& work);
Status fill_picks(Snapshot& next, const Snapshot* previous, const WorkContext& work);
Status fill_comparisons(Snapshot& next, const Snapshot* previous, const WorkContext& work);

}  // namespace bitloupe
