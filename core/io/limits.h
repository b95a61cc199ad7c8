// Budgets of the readers: how much of a file is believed before it is refused.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bitloupe {

constexpr std::uint64_t kMaxJsonHeaderBytes = 100'000'000;
constexpr std::size_t kMaxJsonDepth = 16;
constexpr std::size_t kMaxTensors = 1'000'000;
constexpr std::uint64_t kMaxMetadataBytes = 1 << 20;  // more is accepted with a warning
constexpr std::uint64_t kMaxNpyHeaderBytes = 64 * 1024;
constexpr int kMaxLiteralDepth = 16;
constexpr std::size_t kMaxShownAxes = 8;      // a tensor with more is shown flattened
constexpr std::size_t kMaxAxes = 64;          // a tensor with more is listed but not loaded
constexpr std::size_t kMaxParsedAxes = 4096;  // a file with more in one shape is refused

}  // namespace bitloupe
