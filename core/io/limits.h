// Budgets of the readers: how much of a file is believed before it is refused. Memory for values is
// memory.h's.
//
// Rule of memory: what a reader allocates before it has read the bytes is at most 8 times the bytes that are
// in the file, and 1 MiB. A header's text is as long as its bytes, float32 values are at most 8 times theirs
// (4 bits each) or read before there is room for them; everything else grows while it is parsed.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bitloupe {

constexpr std::uint64_t kMaxGrowth = 8, kMaxUnread = 1 << 20;

// Raised by ReadOptions::max_header_bytes.
constexpr std::uint64_t kMaxJsonHeaderBytes = 100'000'000;
constexpr std::uint64_t kMaxNpyHeaderBytes = 64 * 1024;
constexpr std::uint64_t kMaxGgufHeaderBytes = std::uint64_t{1} << 28;

constexpr std::size_t kMaxJsonDepth = 16;
constexpr int kMaxLiteralDepth = 16;
constexpr std::uint64_t kMaxMetadataBytes = 1 << 20;  // more is accepted with a warning
constexpr std::size_t kMaxTensors = 1'000'000;        // in a file, or in all shards of an index
constexpr std::size_t kMaxShownAxes = 8;              // a tensor with more is shown flattened
constexpr std::size_t kMaxAxes = 64;                  // a tensor with more is listed but not loaded
constexpr std::size_t kMaxParsedAxes = 4096;          // a file with more in one shape is refused
constexpr std::size_t kMaxShards = 100'000;
constexpr std::uint64_t kMaxGgufName = 64 * 1024, kMaxGgufText = std::uint64_t{1} << 24;
constexpr std::uint64_t kMaxGgufArray = std::uint64_t{1} << 26;  // elements
constexpr std::size_t kMaxGgufKeys = 65'536;
constexpr std::size_t kMaxGgufParts = 1000;
constexpr std::uint32_t kMaxGgufAlignment = 1 << 20;
constexpr std::size_t kKeptGgufText = 64 * 1024;  // of a longer text the beginning is shown
constexpr std::size_t kKeptGgufElements = 8;      // of a longer array the first are shown
// Together with those that are being read while others take their place fewer than 64.
constexpr std::size_t kMaxOpenShards = 48;

}  // namespace bitloupe
