#include "core/tensor/synthetic.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>
#include <utility>

#include "core/memory.h"
#include "core/tensor/synthetic_fill.h"
#include "core/text.h"

namespace bitloupe {

namespace {

constexpr std::uint64_t kMostValues = std::uint64_t{1} << 33;
constexpr std::size_t kMostAxes = 8;
constexpr std::size_t kMostComponents = 64;
constexpr double kMostChannels = 65536;
constexpr std::size_t kGrain = 1 << 16;  // values a task
constexpr auto kLargest = static_cast<double>(std::numeric_limits<float>::max());

Status check_range(const SyntheticSpec& spec) {
  const double min = parameter(spec, "min"), max = parameter(spec, "max");
  if (min <= max) return Ok{};
  return bad_argument(spec.kind + ": min must not be above max (min " + number_text(min) + ", max " +
                      number_text(max) + ")");
}

Status check_mixture(const SyntheticSpec& spec) {
  const std::size_t means = parameter_list(spec, "means").size();
  const std::vector<double>& weights = parameter_list(spec, "weights");
  const std::size_t stds = parameter_list(spec, "stds").size();
  if (means != stds || means != weights.size() || means == 0 || means > kMostComponents) {
    return bad_argument("mixture: means, stds and weights must be lists of one length (" +
                        std::to_string(means) + ", " + std::to_string(stds) + " and " +
                        std::to_string(weights.size()) + " numbers, expected 1 to " +
                        std::to_string(kMostComponents) + " each)");
  }
  if (std::all_of(weights.begin(), weights.end(), [](double weight) { return weight == 0; })) {
    return bad_argument("mixture: weights must not all be 0");
  }
  return Ok{};
}

Status check_channels(const SyntheticSpec& spec) {
  const double channels = parameter(spec, "channels");
  const std::uint64_t length = last_axis(spec.shape);
  if (channels != std::floor(channels)) {
    return bad_argument("outlier-channels: channels must be a whole number (found " + number_text(channels) +
                        ")");
  }
  if (length > 0 && channels > static_cast<double>(length)) {
    return bad_argument("outlier-channels: channels is more than the last axis has (" +
                        number_text(channels) + " channels, axis length " + std::to_string(length) + ")");
  }
  return Ok{};
}

SyntheticParameter location(std::string_view key, std::string_view label, std::string_view help,
                            double default_value) {
  return {key, label, help, {default_value}, -kLargest, kLargest, true, false};
}

SyntheticParameter spread(std::string_view key, std::string_view label, std::string_view help,
                          double default_value) {
  return {key, label, help, {default_value}, 0, kLargest, true, false};
}

SyntheticParameter share(std::string_view key, std::string_view label, std::string_view help,
                         double default_value) {
  return {key, label, help, {default_value}, 0, 1, true, false};
}

std::vector<SyntheticKind> make_kinds() {
  const auto mean = location("mean", "Mean", "Centre of the distribution", 0);
  const auto std = spread("std", "Std deviation", "Standard deviation of the values", 1);
  const auto min = location("min", "Minimum", "Smallest value", -1);
  const auto max = location("max", "Maximum", "Largest value", 1);
  return {
      {"gaussian", "Gaussian", "Normal distribution", {mean, std}, fill_gaussian, nullptr},
      {"laplace",
       "Laplace",
       "Two-sided exponential: a sharper peak and heavier tails than the Gaussian",
       {mean, spread("scale", "Scale", "Mean distance from the centre", 1)},
       fill_laplace,
       nullptr},
      {"uniform",
       "Uniform",
       "Every value between the ends equally likely",
       {min, max},
       fill_uniform,
       check_range},
      {"student-t",
       "Student's t",
       "Heavy tails: the fewer degrees of freedom, the heavier",
       {SyntheticParameter{"df",
                           "Degrees of freedom",
                           "Heaviness of the tails; 1 is the Cauchy distribution",
                           {5},
                           0,
                           kLargest,
                           false,
                           false},
        spread("scale", "Scale", "Factor on the standard distribution", 1)},
       fill_student_t,
       nullptr},
      {"log-normal",
       "Log-normal",
       "Positive values whose logarithm is Gaussian",
       {location("mu", "Mu", "Mean of the logarithm", 0),
        spread("sigma", "Sigma", "Standard deviation of the logarithm", 1)},
       fill_log_normal,
       nullptr},
      {"mixture",
       "Mixture",
       "Several Gaussians, each with a mean, a standard deviation and a weight",
       {SyntheticParameter{"means", "Means", "Centre of each part", {-1, 1}, -kLargest, kLargest, true, true},
        SyntheticParameter{"stds",
                           "Std deviations",
                           "Standard deviation of each part",
                           {0.3, 0.3},
                           0,
                           kLargest,
                           true,
                           true},
        SyntheticParameter{"weights",
                           "Weights",
                           "Share of each part; the sum need not be 1",
                           {1, 1},
                           0,
                           kLargest,
                           true,
                           true}},
       fill_mixture,
       check_mixture},
      {"outliers",
       "Outliers",
       "Gaussian values, a small share of them many times as wide",
       {std, share("fraction", "Fraction", "Share of the values that are outliers", 0.001),
        spread("factor", "Factor", "How many times as wide the outliers are", 20)},
       fill_outliers,
       nullptr},
      {"outlier-channels",
       "Outlier channels",
       "Gaussian values, a few positions of the last axis many times as wide",
       {std,
        SyntheticParameter{"channels",
                           "Channels",
                           "How many positions of the last axis are wide",
                           {4},
                           0,
                           kMostChannels,
                           true,
                           false},
        spread("factor", "Factor", "How many times as wide these channels are", 20)},
       fill_outlier_channels,
       check_channels},
      {"half-normal", "Half-normal", "Magnitudes of Gaussian values", {std}, fill_half_normal, nullptr},
      {"sparse",
       "Sparse",
       "Gaussian values, a share of them exactly zero",
       {std, share("zeros", "Zeros", "Share of the values that are 0", 0.9)},
       fill_sparse,
       nullptr},
      {"sine",
       "Sine",
       "A sine wave along the flattened tensor",
       {spread("periods", "Periods", "How many times the wave repeats", 8)},
       fill_sine,
       nullptr},
      {"ramp", "Ramp", "Equal steps from the first value to the last", {min, max}, fill_ramp, check_range},
      {"image", "Image", "A landscape drawn by formulas, with values in [0, 1]", {}, fill_image, nullptr},
  };
}

const SyntheticParameter* find_parameter(const SyntheticKind& kind, std::string_view key) {
  const auto found = std::find_if(kind.parameters.begin(), kind.parameters.end(),
                                  [&](const SyntheticParameter& row) { return row.key == key; });
  return found == kind.parameters.end() ? nullptr : &*found;
}

Status check_parameter(const SyntheticSpec& spec, const SyntheticParameter& row) {
  const std::string name = spec.kind + ": " + std::string(row.key);
  const std::vector<double>& numbers = parameter_list(spec, row.key);
  if (!row.is_list && numbers.size() != 1) {
    return bad_argument(name + " takes one number (found " + std::to_string(numbers.size()) + ")");
  }
  for (const double number : numbers) {
    const bool low_enough = row.lowest_allowed ? number >= row.lowest : number > row.lowest;
    if (low_enough && number <= row.highest) continue;
    std::string expected = row.lowest == -kLargest ? "a number that float32 can hold"
                           : row.lowest_allowed    ? "at least " + number_text(row.lowest)
                                                   : "above " + number_text(row.lowest);
    if (row.highest < kLargest) expected += " and at most " + number_text(row.highest);
    return bad_argument(name + " is out of range (found " + number_text(number) + ", expected " + expected +
                        ")");
  }
  return Ok{};
}

Status check_shape(const SyntheticSpec& spec) {
  if (spec.shape.size() > kMostAxes) {
    return bad_argument("shape has too many axes (found " + std::to_string(spec.shape.size()) +
                        ", expected at most " + std::to_string(kMostAxes) + ")");
  }
  const auto count = checked_element_count(spec.shape);
  if (!count || *count > kMostValues) {
    return bad_argument("shape holds too many values (found " + to_text(spec.shape) +
                        ", expected at most 2^33 = 8589934592)");
  }
  return Ok{};
}

// Drawn anew whenever they are asked for.
class SyntheticStream final : public ValueStream {
 public:
  explicit SyntheticStream(const SyntheticSpec& spec) : spec_(spec), kind_(*find_synthetic_kind(spec.kind)) {}
  ReadCounts read(std::uint64_t begin, std::span<float> out) const override {
    kind_.fill(spec_, begin, out);
    return {};
  }
  std::optional<Error> error() const override { return std::nullopt; }

 private:
  const SyntheticSpec spec_;
  const SyntheticKind& kind_;
};

}  // namespace

std::span<const SyntheticKind> synthetic_kinds() {
  static const std::vector<SyntheticKind> kinds = make_kinds();
  return kinds;
}

const SyntheticKind* find_synthetic_kind(std::string_view key) {
  for (const SyntheticKind& kind : synthetic_kinds()) {
    if (kind.key == key) return &kind;
  }
  return nullptr;
}

const std::vector<double>& parameter_list(const SyntheticSpec& spec, std::string_view key) {
  const auto given = spec.parameters.find(std::string(key));
  if (given != spec.parameters.end()) return given->second;
  return find_parameter(*find_synthetic_kind(spec.kind), key)->default_value;
}

double parameter(const SyntheticSpec& spec, std::string_view key) {
  return parameter_list(spec, key).front();
}

Status validate(const SyntheticSpec& spec) {
  const SyntheticKind* kind = find_synthetic_kind(spec.kind);
  if (kind == nullptr) {
    std::string known;
    for (const SyntheticKind& row : synthetic_kinds()) {
      known += (known.empty() ? "" : ", ") + std::string(row.key);
    }
    return bad_argument("unknown synthetic kind '" + spec.kind + "' (expected " + known + ")");
  }
  for (const auto& [key, numbers] : spec.parameters) {
    if (find_parameter(*kind, key) != nullptr) continue;
    std::string known;
    for (const SyntheticParameter& row : kind->parameters) known += std::string(row.key) + ", ";
    return bad_argument("unknown key '" + key + "' of synthetic kind " + spec.kind + " (expected " + known +
                        "shape, seed or quantiles)");
  }
  for (const SyntheticParameter& row : kind->parameters) {
    if (Status status = check_parameter(spec, row); !status) return status;
  }
  if (Status status = check_shape(spec); !status) return status;
  return kind->check != nullptr ? kind->check(spec) : Ok{};
}

Result<Tensor> make_synthetic(const SyntheticSpec& spec, const WorkContext& context) try {
  if (Status status = validate(spec); !status) return status.error();
  const SyntheticKind& kind = *find_synthetic_kind(spec.kind);
  if (element_count(spec.shape) > resident_budget() / sizeof(float)) {
    Tensor tensor{spec.kind, DType::F32, spec.shape, nullptr};
    tensor.stream = std::make_shared<const SyntheticStream>(spec);
    return tensor;
  }
  auto values = std::make_shared<Values>(element_count(spec.shape));
  const bool done = parallel_for(values->size(), kGrain, context, [&](std::size_t begin, std::size_t end) {
    kind.fill(spec, begin, std::span(*values).subspan(begin, end - begin));
  });
  if (!done) return cancelled();
  return Tensor{spec.kind, DType::F32, spec.shape, std::move(values), 0};
} catch (const std::bad_alloc&) {
  return Error{ErrorCode::OutOfMemory,
               "synthetic " + spec.kind + ": not enough memory for " + to_text(spec.shape) + " values"};
}

}  // namespace bitloupe
