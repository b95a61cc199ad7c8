// GGUF files written by hand, right or wrong.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bitloupe::test {

// Numbers of ggml's types, and of values of metadata.
constexpr std::uint32_t kF32 = 0, kF16 = 1, kQ4_0 = 2, kQ8_0 = 8, kQ4_K = 12;
constexpr std::uint32_t kU8 = 0, kU16 = 2, kU32 = 4, kI32 = 5, kFloat = 6, kBool = 7, kString = 8, kArray = 9;

std::string gguf_text(std::string_view text);  // its length, 64 bits, and the text
// A key with a value of that type, or with an array of elements of that type.
std::string gguf_key(std::string_view key, std::uint32_t type, std::string_view value);
std::string gguf_array(std::string_view key, std::uint32_t type, std::uint64_t count,
                       std::string_view elements);
// Lengths as the file lists them: the contiguous axis first.
std::string gguf_tensor(std::string_view name, const std::vector<std::uint64_t>& lengths, std::uint32_t type,
                        std::uint64_t offset);
// Header, keys, tensors, the padding before the data, data.
std::string gguf_file(const std::vector<std::string>& keys, const std::vector<std::string>& tensors,
                      std::string_view data = {}, std::uint64_t alignment = 32);
// The first 24 bytes.
std::string gguf_start(std::uint64_t tensors, std::uint64_t keys, std::uint32_t version = 3);

}  // namespace bitloupe::test
