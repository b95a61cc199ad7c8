// What the tests of streamed tensors share: a small memory, and the same values resident and streamed.
#pragma once

#include <doctest/doctest.h>
#include <stdlib.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/io/npy_writer.h"
#include "core/io/tensor_file.h"
#include "core/stats/prepared.h"

namespace bitloupe::test {

// While it lives, one tensor's values may take so many bytes.
class MemoryOf {
 public:
  explicit MemoryOf(std::uint64_t bytes) { ::setenv("BITLOUPE_MEMORY", std::to_string(bytes).c_str(), 1); }
  ~MemoryOf() { ::unsetenv("BITLOUPE_MEMORY"); }
  MemoryOf(const MemoryOf&) = delete;
  MemoryOf& operator=(const MemoryOf&) = delete;
};

// The only tensor of a npy file in memory, read in chunks where `memory` does not hold its values.
inline std::shared_ptr<const Tensor> npy_tensor(const Shape& shape, const std::vector<float>& values,
                                                std::uint64_t memory) {
  const MemoryOf little(memory);
  const auto source =
      memory_source("memory.npy", encode_npy({"<f4", shape, std::as_bytes(std::span(values))}));
  const auto file = read_tensor_file(source);
  REQUIRE(file.ok());
  auto tensor = load_tensor(*file, file->tensors.front(), {});
  REQUIRE(tensor.ok());
  return std::make_shared<const Tensor>(std::move(*tensor));
}

inline std::shared_ptr<const Prepared> prepared_of(std::shared_ptr<const Tensor> tensor) {
  auto prepared = prepare(std::move(tensor), {});
  REQUIRE(prepared.ok());
  return *prepared;
}

// One tensor both ways. Group-wise work reads it some groups at a time while `little` lives.
struct BothWays {
  static constexpr std::uint64_t kLittle = 20'000;  // bytes

  BothWays(const Shape& shape, const std::vector<float>& values)
      : resident(prepared_of(npy_tensor(shape, values, ~std::uint64_t{0}))),
        streamed(prepared_of(npy_tensor(shape, values, kLittle))),
        little(kLittle) {
    REQUIRE(resident->tensor->resident());
    REQUIRE_FALSE(streamed->tensor->resident());
  }

  std::shared_ptr<const Prepared> resident, streamed;
  MemoryOf little;
};

}  // namespace bitloupe::test
