// What the tests of the readers share: files made in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/io/tensor_file.h"
#include "tests/files.h"

namespace bitloupe::test {

std::vector<std::byte> bytes_of(std::string_view text);
// A npy file of this version with the dict as its header, not padded.
std::string npy_bytes(std::string_view dict, std::string_view data, int version = 1);

Result<TensorFile> read_bytes(std::string_view bytes, std::string name = "memory");
// The message of the error that reading gives; empty where the file is accepted.
std::string refusal(std::string_view bytes);
// The values of the only (or the first) tensor; empty where anything fails.
std::vector<float> first_values(std::string_view bytes);

// While it lives, the process has the rights of nobody in particular: what root may read is refused as well.
class WithoutRights {
 public:
  WithoutRights();
  ~WithoutRights();
  WithoutRights(const WithoutRights&) = delete;
  WithoutRights& operator=(const WithoutRights&) = delete;

 private:
  unsigned user_;
};

// A file that starts with these bytes and goes on with zeros, without taking the memory or the disk.
std::shared_ptr<const ByteSource> sparse_source(std::string start, std::uint64_t size,
                                                std::string name = "memory");
// False where the file system has no files of that size.
bool write_sparse(const std::string& path, std::string_view start, std::uint64_t size);

}  // namespace bitloupe::test
