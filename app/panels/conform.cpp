#include "app/panels/conform.h"

namespace bitloupe {
namespace {

using Reset = void (*)(QuantSpec&);

// In the order in which a person would miss them least.
constexpr Reset kResets[] = {
    [](QuantSpec& spec) { spec.zero_point.reset(); },
    [](QuantSpec& spec) { spec.overflow = Overflow::Saturate; },
    [](QuantSpec& spec) { spec.code_range.reset(); },
    [](QuantSpec& spec) { spec.overrides.clear(); },
    [](QuantSpec& spec) { spec.granularity.axis = -1; },
    [](QuantSpec& spec) { spec.scheme.reset(); },
    [](QuantSpec& spec) { spec.granularity = {}; },
};

template <class Valid>
QuantSpec with_resets(const QuantSpec& spec, Valid valid) {
  if (valid(spec)) return spec;
  for (const Reset reset : kResets) {
    QuantSpec trial = spec;
    reset(trial);
    if (valid(trial)) return trial;
  }
  QuantSpec trial = spec;
  for (const Reset reset : kResets) {
    reset(trial);
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
