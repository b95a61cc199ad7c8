// Synthetic tensors: named distributions with parameters, drawn by counter (any part can be made alone) or
// as exact quantiles x_i = F^-1((i + 1/2) / n). One row a kind.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/parallel.h"
#include "core/result.h"
#include "core/tensor/tensor.h"

namespace bitloupe {

// `synthetic:KIND?key=value&...` as a value. Parameters that are absent take the kind's defaults.
struct SyntheticSpec {
  std::string kind = "gaussian";
  std::map<std::string, std::vector<double>> parameters;  // one number, or a list (mixture)
  Shape shape = {256, 256};
  std::uint64_t seed = 1;
  bool quantiles = false;
  bool operator==(const SyntheticSpec&) const = default;
};

struct SyntheticParameter {
  std::string_view key, label, help;
  std::vector<double> default_value;
  double lowest = 0, highest = 0;  // allowed range, for every entry of a list
  bool lowest_allowed = true;      // false: must be above `lowest`
  bool is_list = false;
};

struct SyntheticKind {
  std::string_view key, label, help;
  std::vector<SyntheticParameter> parameters;
  // Values first ... first + out.size() - 1 of the flattened tensor, from these alone.
  void (*fill)(const SyntheticSpec& spec, std::uint64_t first, std::span<float> out);
  // What the parameters' own ranges do not say; null where nothing is left to check.
  Status (*check)(const SyntheticSpec& spec);
};

std::span<const SyntheticKind> synthetic_kinds();
const SyntheticKind* find_synthetic_kind(std::string_view key);

// A parameter's numbers as the spec gives them, else the kind's default. `key` must be one of the kind's.
const std::vector<double>& parameter_list(const SyntheticSpec& spec, std::string_view key);
double parameter(const SyntheticSpec& spec, std::string_view key);

// Text after "synthetic:"; errors name the key and what was expected. to_text writes only what differs from
// the defaults, besides shape and seed.
Result<SyntheticSpec> parse_synthetic(std::string_view text);
std::string to_text(const SyntheticSpec& spec);  // "synthetic:gaussian?shape=256x256&seed=1"

// Kind known, parameters known and in range (sigma >= 0, df > 0 ...), at most 2^33 values.
Status validate(const SyntheticSpec& spec);

// The tensor, named after its kind; streamed where its values would take more than resident_budget(). Errors: validate's, OutOfMemory, Cancelled.
Result<Tensor> make_synthetic(const SyntheticSpec& spec, const WorkContext& context);

// Phi^-1(p) for p in (0, 1), relative error below 1e-15 (Wichura 1988, AS 241).
double inverse_normal_cdf(double p);

}  // namespace bitloupe
