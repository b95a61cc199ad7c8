#include "core/tensor/synthetic_fill.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

#include "core/random.h"
#include "core/tensor/distributions.h"
#include "core/tensor/synthetic_image.h"

namespace bitloupe {

namespace {

// The second, independent stream of random numbers of a seed.
constexpr std::uint64_t second_stream(std::uint64_t seed) { return random_bits(seed, ~std::uint64_t{0}); }

// The probability at which value `index` of the flattened tensor is taken: a draw, or (i + 1/2) / n.
class Probabilities {
 public:
  explicit Probabilities(const SyntheticSpec& spec)
      : count_(static_cast<double>(element_count(spec.shape))), seed_(spec.seed), exact_(spec.quantiles) {}
  double operator()(std::uint64_t index) const {
    return exact_ ? (static_cast<double>(index) + 0.5) / count_ : random_unit(seed_, index);
  }

 private:
  double count_;
  std::uint64_t seed_;
  bool exact_;
};

// Fills with value(index), rounded to float32 once.
template <class Value>
void fill_with(std::uint64_t first, std::span<float> out, Value&& value) {
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<float>(value(first + i));
}

// Fills with quantile(p), p drawn or exact.
template <class Quantile>
void fill_by_quantile(const SyntheticSpec& spec, std::uint64_t first, std::span<float> out,
                      Quantile&& quantile) {
  const Probabilities probability(spec);
  fill_with(first, out, [&](std::uint64_t i) { return quantile(probability(i)); });
}

void fill_from(const NormalMixture& mixture, const SyntheticSpec& spec, std::uint64_t first,
               std::span<float> out) {
  if (spec.quantiles) {
    fill_by_quantile(spec, first, out, [&](double p) { return mixture.quantile(p); });
    return;
  }
  fill_with(first, out, [&](std::uint64_t i) {
    return mixture.draw(random_unit(spec.seed, i), random_unit(second_stream(spec.seed), i));
  });
}

// `chosen` of `length` channels, ascending: Floyd's sampling without replacement.
std::vector<std::uint64_t> chosen_channels(std::uint64_t seed, std::uint64_t length, std::uint64_t chosen) {
  std::vector<std::uint64_t> channels;
  for (std::uint64_t last = length - chosen; last < length; ++last) {
    const std::uint64_t candidate = random_bits(second_stream(seed), last) % (last + 1);
    const auto place = std::lower_bound(channels.begin(), channels.end(), candidate);
    if (place != channels.end() && *place == candidate) {
      channels.push_back(last);  // larger than all that are there
    } else {
      channels.insert(place, candidate);
    }
  }
  return channels;
}

}  // namespace

void fill_gaussian(const SyntheticSpec& spec, std::uint64_t first, std::span<float> out) {
  const double mean = parameter(spec, "mean"), std = parameter(spec, "std");
  fill_by_quantile(spec, first, out, [=](double p) { return mean + std * inverse_normal_cdf(p); });
}

void fill_laplace(const SyntheticSpec& spec, std::uint64_t first, std::span<float> out) {
  const double mean = parameter(spec, "mean"), scale = parameter(spec, "scale");
  fill_by_quantile(spec, first, out, [=](double p) { return mean + scale * laplace_quantile(p); });
}

void fill_uniform(const SyntheticSpec& spec, std::uint64_t first, std::span<float> out) {
  const double min = parameter(spec, "min"), max = parameter(spec, "max");
  fill_by_quantile(spec, first, out, [=](double p) { return min + (max - min) * p; });
}

void fill_student_t(const SyntheticSpec& spec, std::uint64_t first, std::span<float> out) {
  const StudentT distribution(parameter(spec, "df"));
  const double scale = parameter(spec, "scale");
  if (spec.quantiles) {
    fill_by_quantile(spec, first, out, [&](double p) { return scale * distribution.quantile(p); });
    return;
  }
  fill_with(first, out, [&](std::uint64_t i) {
    return scale * distribution.draw(random_unit(spec.seed, i), random_unit(second_stream(spec.seed), i));
  });
}

void fill_log_normal(const SyntheticSpec& spec, std::uint64_t first, std::span<float> out) {
  const double mu = parameter(spec, "mu"), sigma = parameter(spec, "sigma");
  fill_by_quantile(spec, first, out, [=](double p) { return std::exp(mu + sigma * inverse_normal_cdf(p)); });
}

void fill_mixture(const SyntheticSpec& spec, std::uint64_t first, std::span<float> out) {
  const std::vector<double>& means = parameter_list(spec, "means");
  std::vector<NormalComponent> components(means.size());
  for (std::size_t k = 0; k < means.size(); ++k) {
    components[k] = {means[k], parameter_list(spec, "stds")[k], parameter_list(spec, "weights")[k]};
  }
  fill_from(NormalMixture(std::move(components)), spec, first, out);
}

void fill_outliers(const SyntheticSpec& spec, std::uint64_t first, std::span<float> out) {
  const double std = parameter(spec, "std"), fraction = parameter(spec, "fraction");
  const NormalMixture mixture({{0, std, 1 - fraction}, {0, std * parameter(spec, "factor"), fraction}});
  fill_from(mixture, spec, first, out);
}

// Channels are the positions along the last axis. With quantiles every channel holds the quantiles of its own
// distribution, so that the outlier channels stay where they are.
void fill_outlier_channels(const SyntheticSpec& spec, std::uint64_t first, std::span<float> out) {
  const double std = parameter(spec, "std"), factor = parameter(spec, "factor");
  const std::uint64_t length = last_axis(spec.shape);
  const auto channels =
      chosen_channels(spec.seed, length, static_cast<std::uint64_t>(parameter(spec, "channels")));
  const double rows = static_cast<double>(element_count(spec.shape) / length);
  fill_with(first, out, [&](std::uint64_t i) {
    const double p =
        spec.quantiles ? (static_cast<double>(i / length) + 0.5) / rows : random_unit(spec.seed, i);
    const bool outlier = std::binary_search(channels.begin(), channels.end(), i % length);
    return (outlier ? std * factor : std) * inverse_normal_cdf(p);
  });
}

void fill_half_normal(const SyntheticSpec& spec, std::uint64_t first, std::span<float> out) {
  const double std = parameter(spec, "std");
  fill_by_quantile(spec, first, out, [=](double p) { return -std * inverse_normal_cdf((1 - p) / 2); });
}

void fill_sparse(const SyntheticSpec& spec, std::uint64_t first, std::span<float> out) {
  const double std = parameter(spec, "std"), zeros = parameter(spec, "zeros");
  fill_by_quantile(spec, first, out, [=](double p) {
    if (std::abs(p - 0.5) <= zeros / 2) return 0.0;
    const double tail = std::min(p, 1 - p) / (1 - zeros);  // share of the values on this side further out
    return (p < 0.5 ? std : -std) * inverse_normal_cdf(tail);
  });
}

void fill_sine(const SyntheticSpec& spec, std::uint64_t first, std::span<float> out) {
  const double periods = parameter(spec, "periods"), count = static_cast<double>(element_count(spec.shape));
  fill_with(first, out, [=](std::uint64_t i) {
    const double turns = periods * static_cast<double>(i) / count;
    return std::sin(2 * std::numbers::pi * (turns - std::floor(turns)));
  });
}

void fill_ramp(const SyntheticSpec& spec, std::uint64_t first, std::span<float> out) {
  const double min = parameter(spec, "min"), max = parameter(spec, "max");
  const std::uint64_t count = element_count(spec.shape);
  const double steps = count > 1 ? static_cast<double>(count - 1) : 1;
  fill_with(first, out,
            [=](std::uint64_t i) { return min + (max - min) * (static_cast<double>(i) / steps); });
}

// The picture spans the last two axes and repeats along the others.
void fill_image(const SyntheticSpec& spec, std::uint64_t first, std::span<float> out) {
  const std::uint64_t width = last_axis(spec.shape);
  const std::uint64_t height = spec.shape.size() > 1 ? spec.shape[spec.shape.size() - 2] : 1;
  fill_with(first, out, [=](std::uint64_t i) {
    return landscape((static_cast<double>(i % width) + 0.5) / static_cast<double>(width),
                     (static_cast<double>(i / width % height) + 0.5) / static_cast<double>(height));
  });
}

}  // namespace bitloupe
