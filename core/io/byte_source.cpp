#include "core/io/byte_source.h"

#include <cstring>
#include <utility>

#include "core/io/file_error.h"

namespace bitloupe {

namespace {

class MemorySource final : public ByteSource {
 public:
  MemorySource(std::string name, std::vector<std::byte> bytes)
      : name_(std::move(name)), bytes_(std::move(bytes)) {}

  const std::string& name() const override { return name_; }
  std::uint64_t size() const override { return bytes_.size(); }

  Status read(std::uint64_t offset, std::span<std::byte> into) const override {
    if (auto error = outside(*this, offset, into.size())) return *error;
    if (!into.empty()) std::memcpy(into.data(), bytes_.data() + offset, into.size());
    return Ok{};
  }

 private:
  std::string name_;
  std::vector<std::byte> bytes_;
};

}  // namespace

std::shared_ptr<const ByteSource> memory_source(std::string name, std::vector<std::byte> bytes) {
  return std::make_shared<MemorySource>(std::move(name), std::move(bytes));
}

std::optional<Error> outside(const ByteSource& source, std::uint64_t offset, std::uint64_t bytes) {
  const std::uint64_t size = source.size();
  if (offset <= size && bytes <= size - offset) return std::nullopt;
  return about_file(source,
                    file_error(FaultCode::FileRange,
                               "read outside the file (" + std::to_string(bytes) + " bytes at offset " +
                                   std::to_string(offset) + ", the file has " + std::to_string(size) + ")",
                               offset));
}

}  // namespace bitloupe
