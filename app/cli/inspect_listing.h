// What `inspect` found, as plain values, and its two ways of printing it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"
#include "core/stats/prepared.h"
#include "core/tensor/tensor.h"

namespace bitloupe::cli {

struct TensorRow {
  std::string name, dtype;
  Shape shape;
  bool described = true;                 // dtype and shape are known
  std::optional<Statistics> statistics;  // none with --no-stats or an error
  std::optional<std::uint64_t> rounded_to_f32;
  std::vector<std::string> warnings;
  std::optional<Error> error;
};

// A tensor file in a folder.
struct FileRow {
  std::string name, format;
  std::uint64_t bytes = 0;
  std::optional<std::size_t> tensors;  // none where its header cannot be read
  std::vector<std::string> warnings;
  std::optional<Error> error;
};

struct Listing {
  std::string source, format;
  std::vector<std::pair<std::string, std::string>> metadata;
  std::vector<std::string> warnings;
  std::vector<TensorRow> tensors;
  std::optional<std::vector<FileRow>> files;  // of a folder, which lists no tensors
  bool with_statistics = true;
};

std::string listing_json(const Listing& listing);
std::string listing_text(const Listing& listing);

// One error that names the first tensor or file that was refused and how many others were.
std::optional<Error> refusal(const Listing& listing);

}  // namespace bitloupe::cli
