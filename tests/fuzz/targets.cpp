#include "tests/fuzz/target.h"

namespace bitloupe::fuzz {
namespace {

constexpr Target kTargets[] = {
    {"safetensors", "a safetensors file", check_safetensors, frame_safetensors},
    {"shard_index", "a model.safetensors.index.json and up to three shards", check_shard_index},
    {"npy", "a npy file", check_npy, frame_npy},
    {"gguf", "a GGUF file", check_gguf},
    {"spec_json", "the quantizer's part of a session, or --spec", check_spec_json},
    {"experiment_json", "source and quantizer of a session", check_experiment_json},
    {"session", "a session file", check_session},
    {"format_name", "the name of a number format", check_format_name},
    {"source_text", "what is typed to name a source", check_source_text},
    {"quantizer", "a spec and values: kernels against the readable specification", check_quantizer},
};

}  // namespace

std::span<const Target> targets() { return kTargets; }

const Target* find_target(std::string_view key) {
  for (const Target& target : kTargets)
    if (target.key == key) return &target;
  return nullptr;
}

}  // namespace bitloupe::fuzz
