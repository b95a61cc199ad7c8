// The catalogue of bad input as data: what each file of at most 64 KiB holds and what has to become of it.
// Tests check it, fuzzers start from it, and the bench measures its worst case.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/io/safetensors_index.h"

namespace bitloupe::test {

enum class Verdict {
  Refuse,  // the file is refused
  Skip,    // some tensors cannot be loaded, and say why
  Warn,    // every tensor loads, with a warning
  Accept,
};

struct HostileFile {
  std::string number;  // of the catalogue: "S26"; and what it is, in a few words
  std::string bytes;
  Verdict strict, lenient;
  std::string_view code;  // of the first error under strict reading: the file's, or a tensor's
};

std::vector<HostileFile> hostile_safetensors();
std::vector<HostileFile> hostile_npy();
std::vector<HostileFile> hostile_gguf();
// None of these, or not known for sure: empty, foreign and unknown formats.
std::vector<HostileFile> hostile_strangers();
std::vector<HostileFile> hostile_files();  // all of them

struct HostileIndex {
  std::string number;
  std::string text;
  std::vector<std::pair<std::string, std::string>> shards;  // name and bytes of those that are there
  Verdict strict, lenient;
  std::string_view code;
};

std::vector<HostileIndex> hostile_indexes();
// Read as if the shards lay beside the index.
Result<TensorFile> read_index(const HostileIndex& index, const ReadOptions& options = {});

// What became of a file that was read, after every tensor was loaded. The code is that of the first error.
struct Outcome {
  Verdict verdict;
  std::string_view code;
};
Outcome outcome_of(const Result<TensorFile>& file);

}  // namespace bitloupe::test
