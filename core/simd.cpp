// Every target that the compiler can build is listed, the portable one too, whatever the baseline is.
#include "core/simd.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <utility>

#define HWY_COMPILE_ALL_ATTAINABLE 1
#include <hwy/highway.h>

namespace bitloupe {
namespace {

// What this processor runs, whatever was forced.
std::int64_t available_targets() {
  static const std::int64_t targets = hwy::SupportedTargets() & HWY_TARGETS;
  return targets;
}

std::string name_of(std::int64_t target) {
  switch (target) {
#if HWY_ARCH_X86
    case HWY_AVX3_DL:
      return "AVX-512 DL";
    case HWY_AVX3:
      return "AVX-512";
#endif
    case HWY_EMU128:
    case HWY_SCALAR:
      return "portable";
    default:
      return hwy::TargetName(target);
  }
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::vector<std::int64_t> targets_best_first() {
  std::vector<std::int64_t> targets;  // a better target has a lower bit
  for (std::int64_t left = available_targets(); left != 0; left &= left - 1) targets.push_back(left & -left);
  return targets;
}

std::string_view asked_for() {
  const char* name = std::getenv("BITLOUPE_KERNEL");
  return name == nullptr ? "" : name;
}

void dispatch_to(std::int64_t targets) {
  hwy::SetSupportedTargetsForTest(targets);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

}  // namespace

std::vector<std::string> kernel_names() {
  std::vector<std::string> names;
  for (const std::int64_t target : targets_best_first()) names.push_back(name_of(target));
  return names;
}

bool force_kernel(std::string_view name) {
  choose_kernel();
  if (name.empty()) {
    dispatch_to(available_targets());
    return true;
  }
  for (const std::int64_t target : targets_best_first()) {
    if (!equal_ignoring_case(name_of(target), name)) continue;
    dispatch_to(target);
    return true;
  }
  return false;
}

void choose_kernel() {
  static const bool chosen = [] {
    available_targets();
    for (const std::int64_t target : targets_best_first())
      if (equal_ignoring_case(name_of(target), asked_for())) dispatch_to(target);
    return true;
  }();
  static_cast<void>(chosen);
}

std::string kernel_name() {
  choose_kernel();
  const std::int64_t targets = hwy::SupportedTargets() & available_targets();
  return name_of(targets & -targets);
}

std::string unknown_kernel_asked_for() {
  const std::string_view name = asked_for();
  const std::vector<std::string> known = kernel_names();
  const bool found = std::any_of(known.begin(), known.end(),
                                 [&](const std::string& one) { return equal_ignoring_case(one, name); });
  return found ? std::string() : std::string(name);
}

}  // namespace bitloupe
