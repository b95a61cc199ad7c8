// The values of each synthetic kind: value i of the flattened tensor as a function of the spec and i alone,
// rounded to float32 once. The table that names these functions is in synthetic.cpp.
#pragma once

#include <cstdint>
#include <span>

#include "core/tensor/synthetic.h"

namespace bitloupe {

// Length of the last axis, 1 for a scalar.
inline std::uint64_t last_axis(const Shape& shape) { return shape.empty() ? 1 : shape.back(); }

// Values first ... first + out.size() - 1. The spec must be valid.
void fill_gaussian(const SyntheticSpec& spec, std::uint64_t first, std::span<float> out);
void fill_laplace(const SyntheticSpec& spec, std::uint64_t first, std::span<float> out);
void fill_uniform(const SyntheticSpec& spec, std::uint64_t first, std::span<float> out);
void fill_student_t(const SyntheticSpec& spec, std::uint64_t first, std::span<float> out);
void fill_log_normal(const SyntheticSpec& spec, std::uint64_t first, std::span<float> out);
void fill_mixture(const SyntheticSpec& spec, std::uint64_t first, std::span<float> out);
void fill_outliers(const SyntheticSpec& spec, std::uint64_t first, std::span<float> out);
void fill_outlier_channels(const SyntheticSpec& spec, std::uint64_t first, std::span<float> out);
void fill_half_normal(const SyntheticSpec& spec, std::uint64_t first, std::span<float> out);
void fill_sparse(const SyntheticSpec& spec, std::uint64_t first, std::span<float> out);
void fill_sine(const SyntheticSpec& spec, std::uint64_t first, std::span<float> out);
void fill_ramp(const SyntheticSpec& spec, std::uint64_t first, std::span<float> out);
void fill_image(const SyntheticSpec& spec, std::uint64_t first, std::span<float> out);

}  // namespace bitloupe
