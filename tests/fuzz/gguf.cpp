// GGUF files: what holds for every tensor file; metadata is text that can be shown; lenient reading finds the
// same tensors and more; and any part of a tensor in blocks reads the same as the whole.
#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "core/io/display_text.h"
#include "core/io/stored_stream.h"
#include "core/io/tensor_file.h"
#include "tests/fuzz/judge.h"
#include "tests/fuzz/target.h"

namespace bitloupe::fuzz {
namespace {

std::string judge_metadata(const TensorFile& file) {
  for (const auto& [key, value] : file.metadata)
    if (ill_formed_utf8(key) || ill_formed_utf8(value)) return "metadata that is not UTF-8";
  return "";
}

std::string judge_lenient(const TensorFile& strict, const TensorFile& lenient) {
  if (strict.tensors.size() != lenient.tensors.size()) return "lenient reading lists other tensors";
  for (std::size_t i = 0; i < strict.tensors.size(); ++i) {
    const TensorEntry &a = strict.tensors[i], &b = lenient.tensors[i];
    if (a.name != b.name || a.offset != b.offset || a.bytes != b.bytes || a.error != b.error)
      return "lenient reading places a tensor elsewhere";
  }
  return "";
}

// The middle third, which starts inside a block.
std::string judge_part(const TensorFile& file, const TensorEntry& entry) {
  const auto whole = load_tensor(file, entry, {});
  if (!whole) return "a listed tensor does not load: " + whole.error().message;
  const std::size_t first = whole->count() / 3, size = whole->count() / 3;
  std::vector<float> part(size);
  StoredStream(file.source, entry).read(first, part);
  const auto expected = whole->span().subspan(first, size);
  return size == 0 || std::memcmp(part.data(), expected.data(), size * sizeof(float)) == 0
             ? ""
             : "a part reads otherwise than the whole";
}

}  // namespace

std::string check_gguf(Bytes input) {
  if (std::string wrong = judge_file(input); !wrong.empty()) return wrong;
  const auto source = memory_source("fuzz", {input.begin(), input.end()});
  const auto strict = read_tensor_file(source), lenient = read_tensor_file(source, {.lenient = true});
  if (strict && !lenient) return "lenient reading refuses what is accepted otherwise";
  if (!lenient) return judge_file_message(lenient.error());
  if (std::string wrong = judge_metadata(*lenient); !wrong.empty()) return wrong;
  for (const TensorEntry& entry : lenient->tensors) {
    if (std::string wrong = judge_entry(*lenient, entry); !wrong.empty()) return wrong;
    if (entry.error || entry.block == nullptr) continue;
    if (std::string wrong = judge_part(*lenient, entry); !wrong.empty()) return wrong;
  }
  return strict ? judge_lenient(*strict, *lenient) : "";
}

}  // namespace bitloupe::fuzz
