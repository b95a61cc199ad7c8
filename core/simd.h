// Which instruction sets the SIMD kernels were built for, which one runs, and how to force one. It knows no
// kernel; every kernel gives the same bits on every instruction set.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bitloupe {

// Names of the instruction sets that this build has and this processor runs, best first: "AVX-512", "AVX2",
// "SSE4", "SSSE3", "portable" (on ARM "NEON").
std::vector<std::string> kernel_names();

// The one in use: the best, or what the environment variable BITLOUPE_KERNEL or force_kernel() asked for.
std::string kernel_name();

// What BITLOUPE_KERNEL holds when it names none of kernel_names() (case ignored); otherwise empty.
std::string unknown_kernel_asked_for();

// Forces one of kernel_names() (case ignored), or with "" the best again. False and no change for an unknown
// name. For tests and comparisons: not while kernels run on other threads.
bool force_kernel(std::string_view name);

// Reads BITLOUPE_KERNEL once; kernels call it before they are dispatched.
void choose_kernel();

}  // namespace bitloupe
