// The error of a quantization against its source, and what its codes cost, as concepts.md ("Errors shown")
// defines them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/parallel.h"
#include "core/quant/quantizer.h"
#include "core/stats/prepared.h"

namespace bitloupe {

struct WorstGroup {
  std::uint64_t group = 0;
  std::optional<double> sqnr_db;  // inf for zero error; empty where the group has no signal
};

// Sums over finite, not overflowed values. Means divide by the number of all finite values.
struct ErrorReport {
  std::uint64_t values = 0;  // values that were looked at (all, or the sample)
  std::uint64_t finite = 0;
  double mse_rounding = 0, mse_clipping = 0;
  double mse_bound = 0;            // the true mse lies within mse +- this; 0: exact
  double max_abs = 0, mean = 0;    // of e = x - dequantized
  double signal = 0, noise = 0;    // sums of x^2, e^2
  double dot = 0, signal_hat = 0;  // sums of x * dequantized, dequantized^2
  std::uint64_t clipped = 0, overflowed = 0, nan = 0, inf = 0;
  std::optional<WorstGroup> worst_group;  // empty without any signal
  // How often each code occurs, by bit pattern; empty for formats wider than 16 bits.
  std::vector<std::uint64_t> code_counts;

  double mse() const { return mse_rounding + mse_clipping; }
  std::optional<double> sqnr_db() const;        // inf: zero error; empty: zero signal
  std::optional<double> relative_rmse() const;  // sqrt(noise / signal); empty: zero signal
  std::optional<double> cosine() const;         // empty: either side is zero
  double clipped_fraction() const;              // of the finite values
};

// One pass over all values, or over the sample only. The answer does not depend on the thread count.
Result<ErrorReport> measure_error(const Prepared& prepared, const Quantizer& quantizer,
                                  const ScaleSet& scales, bool sample_only, const WorkContext& context);

struct LevelUse {
  std::uint64_t used = 0,
                available = 0;  // distinct values with at least one code in use; distinct finite values
};
std::optional<LevelUse> level_use(const NumberFormat& format, const std::vector<std::uint64_t>& code_counts);

// Shannon entropy of the codes, bits per value; and the least mean length of a prefix code (Huffman 1952). A
// single used symbol costs 0 bits in both. Empty without counts.
std::optional<double> entropy_bits(const std::vector<std::uint64_t>& counts);
std::optional<double> huffman_bits(const std::vector<std::uint64_t>& counts);
std::uint64_t huffman_total_bits(const std::vector<std::uint64_t>& counts);

// Stored bits: codes, scales (none for Direct), zero points (Affine, format's bits each), the magnitude of a
// fitted format (32 bits; of each group, in the scale type, where it has its own).
struct Storage {
  double bits_per_value = 0;
  std::string sum;          // "4 + 16/64"
  std::uint64_t bytes = 0;  // rounded up
  double ratio = 0;         // stored bits of a value over bits_per_value
};
Storage storage_of(const QuantSpec& canonical_spec, const GroupLayout& layout, double stored_bits);

}  // namespace bitloupe
