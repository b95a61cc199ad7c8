// Writes arrays as .npy (version 1.0, C order, little endian) and uncompressed .npz, and whole files
// atomically.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/tensor/tensor.h"

namespace bitloupe {

// An array to be written; `dtype` is numpy's descriptor ("<f4", "|i1", "<u2").
struct NpyArray {
  std::string_view dtype;
  Shape shape;
  std::span<const std::byte> bytes;  // row-major
};

std::vector<std::byte> encode_npy(const NpyArray& array);
// What comes before an array's bytes.
std::vector<std::byte> encode_npy_header(std::string_view dtype, const Shape& shape);

struct NamedArray {
  std::string name;  // without ".npy"
  NpyArray array;
};
// A zip of stored (not compressed) .npy members, as numpy.savez writes. Errors: 4 GiB per member exceeded.
Result<std::vector<std::byte>> encode_npz(std::span<const NamedArray> arrays);

}  // namespace bitloupe
