// Fuzz targets: functions that take any bytes whatsoever and check what must hold for them. libFuzzer drives
// them (libfuzzer.cpp); the corpus is replayed by an ordinary test (replay_test.cpp) with any compiler.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace bitloupe::fuzz {

using Bytes = std::span<const std::byte>;

struct Target {
  std::string_view key, help;
  // What did not hold, as one sentence; empty: all is well.
  std::string (*check)(Bytes input);
  // The part that is text with its length in front, so that mutations of the text keep the length true.
  // Length 0: there is none. Null: the input has no such part.
  struct Framed {
    std::size_t length_at = 0, length_bytes = 0, text_at = 0, text_length = 0;
  };
  Framed (*frame)(Bytes input) = nullptr;
};

std::span<const Target> targets();
const Target* find_target(std::string_view key);

inline std::string_view text_of(Bytes input) {
  return {reinterpret_cast<const char*>(input.data()), input.size()};
}

std::string check_safetensors(Bytes input);
std::string check_shard_index(Bytes input);
std::string check_npy(Bytes input);
std::string check_gguf(Bytes input);
std::string check_spec_json(Bytes input);
std::string check_experiment_json(Bytes input);
std::string check_session(Bytes input);
std::string check_format_name(Bytes input);
std::string check_source_text(Bytes input);
std::string check_quantizer(Bytes input);

Target::Framed frame_safetensors(Bytes input);
Target::Framed frame_npy(Bytes input);

}  // namespace bitloupe::fuzz
