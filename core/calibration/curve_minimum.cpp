#include "core/calibration/curve_minimum.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "core/calibration/log_spaced.h"
#include "core/ordered.h"

namespace bitloupe {
namespace {

constexpr std::size_t kThresholds = 1024, kMostMinima = 16, kRounds = 12;
constexpr std::size_t kReadThresholds = 64, kMostReadMinima = 1;  // where each takes a read of all values
constexpr std::int32_t kNear = 2;                                 // float32 thresholds to either side
constexpr std::size_t kMoreThresholds = 65;
constexpr double kCloseToBest = 1.01, kFarther = 16, kLargest = 0x1.fffffep127;

struct Probe {
  double threshold = 0, error = 0;
  SweepSums sums;
};

std::optional<std::vector<Probe>> probe(const ThresholdErrors& errors, std::span<const double> thresholds,
                                        const WorkContext& context) {
  const auto sums = errors.at(thresholds, context);
  if (!sums) return std::nullopt;
  std::vector<Probe> probes;
  for (std::size_t i = 0; i < thresholds.size(); ++i)
    probes.push_back({thresholds[i], (*sums)[i].rounding + (*sums)[i].clipping, (*sums)[i]});
  return probes;
}

bool lower(const Probe& a, const Probe& b) { return a.error < b.error; }

// Thresholds that are no higher than their neighbours and within 1 % of the best; the best ones first.
std::vector<std::size_t> local_minima(const std::vector<Probe>& probes, std::size_t most) {
  const double best = std::min_element(probes.begin(), probes.end(), lower)->error;
  std::vector<std::size_t> minima;
  for (std::size_t i = 0; i < probes.size(); ++i) {
    const bool left = i == 0 || probes[i].error <= probes[i - 1].error;
    const bool right = i + 1 == probes.size() || probes[i].error <= probes[i + 1].error;
    if (left && right && probes[i].error <= kCloseToBest * best) minima.push_back(i);
  }
  std::stable_sort(minima.begin(), minima.end(),
                   [&](std::size_t a, std::size_t b) { return lower(probes[a], probes[b]); });
  if (minima.size() > most) minima.resize(most);
  return minima;
}

// The scale that suits the codes best, then the codes that suit this scale, until nothing improves.
std::optional<CurveMinimum> alternate(const ThresholdErrors& errors, CurveMinimum best,
                                      const WorkContext& context) {
  double threshold = best.threshold;
  for (std::size_t round = 0; round < kRounds; ++round) {
    const GroupScale scale = errors.scale_at(threshold);
    const CodeLadder ladder(errors.quantizer(), scale.zero_point);
    const ErrorReport report = moment_report(*errors.moments(), ladder, errors.quantizer(), scale);
    if (!(report.signal_hat > 0) || !(report.dot > 0)) break;
    const double next = threshold * (report.dot / report.signal_hat);
    if (!std::isfinite(next) || static_cast<float>(next) == static_cast<float>(threshold)) break;
    threshold = next;
    const auto tried = best_neighbour(errors, best, threshold, kNear, context);
    if (!tried) return std::nullopt;
    if (!(tried->error() < best.error())) break;
    best = *tried;
  }
  return best_neighbour(errors, best, best.threshold, kNear, context);
}

// Ever closer thresholds between the two neighbours of a local minimum.
std::optional<CurveMinimum> narrow(const ThresholdErrors& errors, CurveMinimum best, double lo, double hi,
                                   const WorkContext& context) {
  constexpr std::size_t kPoints = 9, kRounds = 4;
  for (std::size_t round = 0; round < kRounds && hi > lo; ++round) {
    const auto probes = probe(errors, log_spaced(lo, hi, kPoints), context);
    if (!probes) return std::nullopt;
    const auto least = std::min_element(probes->begin(), probes->end(), lower);
    if (least->error < best.error()) best = {least->threshold, least->sums};
    const auto at = static_cast<std::size_t>(least - probes->begin());
    lo = (*probes)[at == 0 ? 0 : at - 1].threshold;
    hi = (*probes)[std::min(at + 1, kPoints - 1)].threshold;
  }
  return best;
}

}  // namespace

std::optional<CurveMinimum> best_neighbour(const ThresholdErrors& errors, const CurveMinimum& best,
                                           double threshold, std::int32_t reach, const WorkContext& context) {
  std::vector<double> near;
  const auto nearest = static_cast<float>(threshold);
  for (std::int32_t step = -reach; step <= reach; ++step) {
    const float x = from_ordered(ordered(nearest) + step);
    if (std::isfinite(x) && x > 0) near.push_back(static_cast<double>(x));
  }
  const auto probes = probe(errors, near, context);
  if (!probes) return std::nullopt;
  CurveMinimum result = best;
  for (const Probe& tried : *probes)
    if (tried.error < result.error()) result = {tried.threshold, tried.sums};
  return result;
}

std::optional<CurveMinimum> refined_minimum(const ThresholdErrors& errors, double lowest,
                                            const WorkContext& context) {
  const bool sorted = errors.moments() != nullptr;
  double highest = std::min(errors.largest() * 2, kLargest);
  auto probes = probe(errors, log_spaced(lowest, highest, sorted ? kThresholds : kReadThresholds), context);
  // Where zero lies outside of the values, or scales have a floor, the error may go on falling.
  while (probes && highest < kLargest &&
         std::min_element(probes->begin(), probes->end(), lower) + 1 == probes->end()) {
    const double from = std::exchange(highest, std::min(highest * kFarther, kLargest));
    const auto more = probe(errors, log_spaced(from, highest, kMoreThresholds), context);
    if (!more) return std::nullopt;
    probes->insert(probes->end(), more->begin() + 1, more->end());
  }
  if (!probes) return std::nullopt;
  const auto least = std::min_element(probes->begin(), probes->end(), lower);
  const double minmax = errors.largest();
  const auto at_minmax = errors.at(std::span(&minmax, 1), context);
  if (!at_minmax) return std::nullopt;
  CurveMinimum best{minmax, at_minmax->front()};  // of equals, what clips nothing
  if (least->error < best.error()) best = {least->threshold, least->sums};
  for (const std::size_t i : local_minima(*probes, sorted ? kMostMinima : kMostReadMinima)) {
    const CurveMinimum start{(*probes)[i].threshold, (*probes)[i].sums};
    const double lo = (*probes)[i == 0 ? 0 : i - 1].threshold;
    const double hi = (*probes)[std::min(i + 1, probes->size() - 1)].threshold;
    const auto refined = sorted ? alternate(errors, start, context) : narrow(errors, start, lo, hi, context);
    if (!refined) return std::nullopt;
    if (refined->error() < best.error()) best = *refined;
  }
  return best;
}

}  // namespace bitloupe
