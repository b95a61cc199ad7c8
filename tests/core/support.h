// What core tests share: tensors made by hand, and members of a numpy .npz.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/experiment.h"

namespace bitloupe::test {

// A tensor of one axis.
Tensor tensor_of(std::vector<float> values);

// A prepared tensor of these values.
std::shared_ptr<const Prepared> prepared_from(Shape shape, std::vector<float> values);

// Laplace-like values with a few outliers; counter-based.
std::vector<float> random_values(std::size_t count, std::uint64_t seed, double scale = 1);

std::shared_ptr<const Prepared> prepared_npy(const std::string& path);

// Runs an experiment on a prepared tensor to its exact end.
std::shared_ptr<const Snapshot> run_spec(const QuantSpec& spec, std::shared_ptr<const Prepared> prepared);

// Members of a zip of stored or deflated .npy files, each as the bytes after its header; keys without ".npy".
std::map<std::string, std::vector<std::byte>> read_npz(const std::string& path);

// The bytes of an array as its elements.
template <class T>
std::vector<T> as(const std::vector<std::byte>& bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
  return values;
}

std::string read_text(const std::string& path);

}  // namespace bitloupe::test
