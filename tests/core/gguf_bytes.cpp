#include "tests/core/gguf_bytes.h"

#include "tests/files.h"

namespace bitloupe::test {

std::string gguf_text(std::string_view text) { return little_endian(text.size(), 8) + std::string(text); }

std::string gguf_key(std::string_view key, std::uint32_t type, std::string_view value) {
  return gguf_text(key) + little_endian(type, 4) + std::string(value);
}

std::string gguf_array(std::string_view key, std::uint32_t type, std::uint64_t count,
                       std::string_view elements) {
  return gguf_key(key, kArray, little_endian(type, 4) + little_endian(count, 8) + std::string(elements));
}

std::string gguf_tensor(std::string_view name, const std::vector<std::uint64_t>& lengths, std::uint32_t type,
                        std::uint64_t offset) {
  std::string bytes = gguf_text(name) + little_endian(lengths.size(), 4);
  for (const std::uint64_t length : lengths) bytes += little_endian(length, 8);
  return bytes + little_endian(type, 4) + little_endian(offset, 8);
}

std::string gguf_start(std::uint64_t tensors, std::uint64_t keys, std::uint32_t version) {
  return "GGUF" + little_endian(version, 4) + little_endian(tensors, 8) + little_endian(keys, 8);
}

std::string gguf_file(const std::vector<std::string>& keys, const std::vector<std::string>& tensors,
                      std::string_view data, std::uint64_t alignment) {
  std::string bytes = gguf_start(tensors.size(), keys.size());
  for (const std::string& key : keys) bytes += key;
  for (const std::string& tensor : tensors) bytes += tensor;
  bytes.resize((bytes.size() + alignment - 1) / alignment * alignment, '\0');
  return bytes.append(data);
}

}  // namespace bitloupe::test
