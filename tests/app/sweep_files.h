// A small checkpoint for the tests of `sweep`, and its runs free of what a scheduler put around the tests.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/app/process.h"

namespace bitloupe::test {

struct CheckpointTensor {
  std::string name, dtype;
  std::vector<int> shape;
};

// safetensors: floats are a fixed noise in [-1, 1), all other bytes 0.
inline void write_checkpoint(const std::string& path, const std::vector<CheckpointTensor>& tensors) {
  std::string header = "{", data;
  std::uint32_t state = 1;
  for (const CheckpointTensor& tensor : tensors) {
    std::uint64_t count = 1;
    std::string shape;
    for (const int length : tensor.shape) {
      count *= static_cast<std::uint64_t>(length);
      shape += (shape.empty() ? "" : ",") + std::to_string(length);
    }
    const std::size_t begin = data.size();
    for (std::uint64_t i = 0; i < count; ++i) {
      state = state * 1664525 + 1013904223;
      const float value = static_cast<float>(state >> 8) / 8388608.0f - 1.0f;
      const bool is_float = tensor.dtype == "F32";
      data += little_endian(is_float ? std::bit_cast<std::uint32_t>(value) : 0, is_float ? 4 : 8);
    }
    header += (begin == 0 && header.size() == 1 ? "\"" : ",\"") + tensor.name + R"(":{"dtype":")" +
              tensor.dtype + R"(","shape":[)" + shape + R"(],"data_offsets":[)" + std::to_string(begin) +
              ',' + std::to_string(data.size()) + "]}";
  }
  write_file(path, safetensors_bytes(header + "}", data));
}

// Five tensors of numbers, of very different sizes.
inline void write_model(const std::string& path) {
  write_checkpoint(path, {{"embedding", "F32", {64, 48}},
                          {"norm", "F32", {48}},
                          {"up", "F32", {48, 32}},
                          {"down", "F32", {32, 48}},
                          {"head", "F32", {48, 10}}});
}

using Variables = std::vector<std::pair<std::string, std::string>>;

inline ProcessResult run_sweep(std::vector<std::string> arguments, const Variables& variables = {}) {
  ProcessOptions options;
  for (const char* name :
       {"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_MAX",
        "SLURM_ARRAY_TASK_STEP", "SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_NTASKS",
        "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "PMI_RANK", "PMI_SIZE", "PMIX_RANK"})
    options.environment.emplace_back(name, "");
  options.environment.insert(options.environment.end(), variables.begin(), variables.end());
  arguments.insert(arguments.begin(), "sweep");
  return run_bitloupe(std::move(arguments), options);
}

}  // namespace bitloupe::test
