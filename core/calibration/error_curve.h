// The error curve (concepts.md, "Error curve"): the squared error of one spec against its clip threshold, and
// the threshold where it is least. Points are the errors of all values unless `exact` says otherwise: to 1e-9
// relative from sorted values, to 1e-5 where formats above 8 bits are read; the minimum to 1e-9 in both
// cases. Overflow saturates here, whatever the spec says.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/calibration/calibration.h"
#include "core/stats/error_report.h"
#include "core/stats/moment_set.h"

namespace bitloupe {

struct CurvePoint {
  // Symmetric: T of the range [-T, T]. Affine and max-side: max(|lo|, |hi|) of the range (t*min, t*max).
  // Relative curves: the fraction t in (0, 1] of every group's own range.
  double threshold = 0;
  ClipRange range;  // asked for at this threshold; relative: t times the tensor's [min, max]
  double mse_rounding = 0, mse_clipping = 0;
  double mse() const { return mse_rounding + mse_clipping; }
};

enum class MinimumLabel {
  Proven,   // no scale does better: all breakpoints that could were enumerated
  Refined,  // 1,024 log-spaced thresholds, every local minimum within 1 % of the best refined
};

struct ErrorCurve {
  bool relative = false;           // finer granularity than tensor: thresholds are fractions
  std::vector<CurvePoint> points;  // ascending threshold
  CurvePoint best;
  MinimumLabel label = MinimumLabel::Refined;
  double mse_bound = 0;      // the error at the minimum lies within its mse +- this; 0: exact
  bool exact = true;         // false: of a sample of the values or groups
  bool proof_tried = false;  // a proof of the minimum was asked for
};

// What one calibration method picks on this tensor, for markers and tables.
struct MethodPick {
  Calibration calibration;          // what adopting it sets
  std::string key;                  // "minmax", "percentile", "mse"
  ClipRange range;                  // of the tensor; relative curves: t times the tensor's range
  std::optional<double> threshold;  // where it stands on the curve's axis; empty: nowhere (group percentiles)
  double mse = 0;
  std::optional<double> sqnr_db;
  double clipped_fraction = 0;
  double time_ms = 0;  // what finding the range and measuring it took
};

struct CurveRequest {
  int points = 256;                    // 2 ... 65536
  std::optional<std::uint64_t> group;  // one scale group's own curve, not relative
  // Only every n-th scale group (relative curves), for a first look; 1 for all.
  std::uint64_t group_step = 1;
  bool prove = true;  // look for the proven minimum where that is affordable
};

// Why there is no curve for this spec, or Ok: the scheme direct has no threshold, and formats wider than 16
// bits have no steps worth counting.
Status validate_curve(const QuantSpec& canonical_spec);

// `moments` may be null: then the values are read directly. Errors: BadArgument (see validate_curve),
// Cancelled.
Result<ErrorCurve> error_curve(const Prepared& prepared, const MomentSet* moments,
                               const QuantSpec& canonical_spec, const GroupExtremes& extremes,
                               const CurveRequest& request, const WorkContext& context);

// The picks of min-max, percentile (the spec's own P where it has one) and MSE, in this order; relative
// curves add the ratio where the curve is least.
Result<std::vector<MethodPick>> method_picks(const Prepared& prepared, const MomentSet* moments,
                                             const QuantSpec& canonical_spec, const GroupExtremes& extremes,
                                             const ErrorCurve& curve, const WorkContext& context);

}  // namespace bitloupe
