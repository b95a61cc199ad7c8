#include "app/panels/conform.h"

#include <bit>
#include <iterator>

namespace bitloupe {
namespace {

using Reset = void (*)(QuantSpec&);

// Of sets of one size, those of the first ones are tried first: in the order in which a person would miss
// them least.
constexpr Reset kResets[] = {
    [](QuantSpec& spec) { spec.tensor_scale = false; },
    [](QuantSpec& spec) { spec.zero_point.reset(); },
    [](QuantSpec& spec) { spec.overflow = Overflow::Saturate; },
    [](QuantSpec& spec) { spec.rounding = Rounding::NearestEven; },
    [](QuantSpec& spec) { spec.code_range.reset(); },
    [](QuantSpec& spec) { spec.overrides.clear(); },
    [](QuantSpec& spec) { spec.granularity.axis = -1; },
    [](QuantSpec& spec) {
      spec.scale_type = ScaleType::F32;
      spec.tensor_scale = false;
    },
    [](QuantSpec& spec) { spec.scheme.reset(); },
    [](QuantSpec& spec) { spec.granularity = {}; },
};

template <class Valid>
QuantSpec with_resets(const QuantSpec& spec, Valid valid) {
  if (valid(spec)) return spec;
  constexpr unsigned kSets = 1u << std::size(kResets);
  for (int size = 1; size <= static_cast<int>(std::size(kResets)); ++size)
    for (unsigned set = 1; set < kSets; ++set) {
      if (std::popcount(set) != size) continue;
      QuantSpec trial = spec;
      for (std::size_t i = 0; i < std::size(kResets); ++i)
        if ((set >> i & 1) != 0) kResets[i](trial);
      if (valid(trial)) return trial;
    }
  return spec;
}

}  // namespace

QuantSpec conformed(const QuantSpec& spec) {
  return with_resets(spec, [](const QuantSpec& trial) { return validate(trial).ok(); });
}

QuantSpec conformed(const QuantSpec& spec, const Shape& shape) {
  return with_resets(spec, [&](const QuantSpec& trial) { return validate(trial, shape).ok(); });
}

}  // namespace bitloupe
