#include "core/stats/error_report.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace bitloupe {

// Zero error comes first: an all-zero tensor is quantized exactly (V07). Without a value that has an error
// there is nothing to say (V01, V03).
std::optional<double> ErrorReport::sqnr_db() const {
  if (finite == overflowed) return std::nullopt;
  if (noise == 0) return std::numeric_limits<double>::infinity();
  if (signal == 0) return std::nullopt;
  return 10 * std::log10(signal / noise);
}

std::optional<double> ErrorReport::relative_rmse() const {
  if (signal == 0) return std::nullopt;
  return std::sqrt(noise / signal);
}

std::optional<double> ErrorReport::cosine() const {
  if (signal == 0 || signal_hat == 0) return std::nullopt;
  return std::clamp(dot / (std::sqrt(signal) * std::sqrt(signal_hat)), -1.0, 1.0);
}

double ErrorReport::clipped_fraction() const {
  return finite == 0 ? 0 : static_cast<double>(clipped) / static_cast<double>(finite);
}

}  // namespace bitloupe
