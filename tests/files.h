// Files that tests make and look at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace bitloupe::test {

// An empty folder that anybody may search and that disappears with this object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }
  std::string path(std::string_view name) const { return path_ + '/' + std::string(name); }
  std::size_t entries() const;

 private:
  std::string path_;
};

std::string read_file(const std::string& path);
void write_file(const std::string& path, std::string_view bytes);

std::string little_endian(std::uint64_t value, int bytes);
// A safetensors file: header length, header, data.
std::string safetensors_bytes(std::string_view header, std::string_view data);

}  // namespace bitloupe::test
