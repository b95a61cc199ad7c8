#include "io_support.h"

#include <stdlib.h>

#include <fstream>
#include <span>

namespace bitloupe::test {

std::vector<std::byte> bytes_of(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

std::string little_endian(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 0xFF);
  return text;
}

std::string safetensors_bytes(std::string_view header, std::string_view data) {
  return little_endian(header.size(), 8).append(header).append(data);
}

std::string npy_bytes(std::string_view dict, std::string_view data, int version) {
  std::string text = "\x93NUMPY";
  text += static_cast<char>(version);
  text += '\0';
  return text.append(little_endian(dict.size(), version == 1 ? 2 : 4)).append(dict).append(data);
}

Result<TensorFile> read_bytes(std::string_view bytes, std::string name) {
  return read_tensor_file(memory_source(std::move(name), bytes_of(bytes)));
}

std::string refusal(std::string_view bytes) {
  const auto file = read_bytes(bytes);
  return file ? "" : file.error().message;
}

std::vector<float> first_values(std::string_view bytes) {
  const auto file = read_bytes(bytes);
  if (!file || file->tensors.empty()) return {};
  const auto tensor = load_tensor(*file, file->tensors.front(), {});
  if (!tensor) return {};
  return {tensor->span().begin(), tensor->span().end()};
}

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "bitloupe-test-XXXXXX").string();
  if (::mkdtemp(name.data()) != nullptr) folder_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

std::size_t TemporaryFolder::entries() const {
  const std::filesystem::directory_iterator begin(folder_), end;
  return static_cast<std::size_t>(std::distance(begin, end));
}

void write_text(const std::string& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace bitloupe::test
