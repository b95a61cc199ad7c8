#include "io_support.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <span>
#include <stdexcept>

namespace bitloupe::test {

std::vector<std::byte> bytes_of(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
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

WithoutRights::WithoutRights() : user_(::geteuid()) {
  constexpr unsigned kNobody = 65534;
  if (user_ == 0 && ::seteuid(kNobody) != 0) throw std::runtime_error("seteuid");
}

WithoutRights::~WithoutRights() {
  if (user_ == 0 && ::seteuid(user_) != 0) std::abort();
}

namespace {

class SparseSource final : public ByteSource {
 public:
  SparseSource(std::string start, std::uint64_t size, std::string name)
      : start_(std::move(start)), size_(size), name_(std::move(name)) {}
  const std::string& name() const override { return name_; }
  std::uint64_t size() const override { return size_; }
  Status read(std::uint64_t offset, std::span<std::byte> into) const override {
    if (auto error = outside(*this, offset, into.size())) return *error;
    std::fill(into.begin(), into.end(), std::byte{0});
    if (offset < start_.size()) {
      const std::string_view part = std::string_view(start_).substr(offset, into.size());
      std::memcpy(into.data(), part.data(), part.size());
    }
    return Ok{};
  }

 private:
  std::string start_;
  std::uint64_t size_;
  std::string name_;
};

}  // namespace

std::shared_ptr<const ByteSource> sparse_source(std::string start, std::uint64_t size, std::string name) {
  return std::make_shared<SparseSource>(std::move(start), size, std::move(name));
}

bool write_sparse(const std::string& path, std::string_view start, std::uint64_t size) {
  write_file(path, start);
  std::error_code error;
  std::filesystem::resize_file(path, size, error);
  return !error;
}

}  // namespace bitloupe::test
