// libFuzzer's entry points for the one target that BITLOUPE_FUZZ_TARGET names.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "core/parallel.h"
#include "tests/fuzz/target.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace {

using namespace bitloupe;

const fuzz::Target& target() {
  const fuzz::Target* found = fuzz::find_target(BITLOUPE_FUZZ_TARGET);
  if (!found) std::abort();
  return *found;
}

fuzz::Bytes bytes_of(const std::uint8_t* data, std::size_t size) {
  return std::as_bytes(std::span(data, size));
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  ThreadPool::set_shared_threads(1);  // the same path for the same bytes
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string wrong = target().check(bytes_of(data, size));
  if (wrong.empty()) return 0;
  std::fprintf(stderr, "%s: %s\n", BITLOUPE_FUZZ_TARGET, wrong.c_str());
  std::abort();
}

// Every second time only the framed text changes, and the length in front of it is set right: a wrong length
// is refused at once and would hide all that lies behind it.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                               unsigned int seed) {
  const auto frame = target().frame;
  const fuzz::Target::Framed framed = frame ? frame(bytes_of(data, size)) : fuzz::Target::Framed{};
  if (framed.text_length == 0 || seed % 2 == 0) return LLVMFuzzerMutate(data, size, most);
  const std::size_t rest = size - framed.text_at - framed.text_length;
  std::vector<std::uint8_t> text(std::max(framed.text_length, most - framed.text_at - rest));
  std::memcpy(text.data(), data + framed.text_at, framed.text_length);
  const std::size_t length = LLVMFuzzerMutate(text.data(), framed.text_length, text.size());
  std::memmove(data + framed.text_at + length, data + framed.text_at + framed.text_length, rest);
  std::memcpy(data + framed.text_at, text.data(), length);
  for (std::size_t i = 0; i < framed.length_bytes; ++i)
    data[framed.length_at + i] = i < 8 ? static_cast<std::uint8_t>(length >> (8 * i)) : 0;
  return framed.text_at + length + rest;
}
