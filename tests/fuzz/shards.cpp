// A sharded checkpoint in memory: every tensor that the index promises is listed once, loads or says why not,
// and lies inside its shard.
#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/io/file_error.h"
#include "core/io/safetensors_index.h"
#include "core/io/shard_index.h"
#include "tests/fuzz/judge.h"
#include "tests/fuzz/target.h"

namespace bitloupe::fuzz {
namespace {

// The index's text, a zero byte, and the shards in the order in which the index names them, each with its
// length in front (two bytes, little-endian).
struct Checkpoint {
  std::string_view index;
  std::vector<std::vector<std::byte>> shards;
};

Checkpoint checkpoint_of(Bytes input) {
  const std::string_view all = text_of(input);
  const std::size_t end = std::min(all.find('\0'), all.size());
  Checkpoint made{all.substr(0, end), {}};
  for (std::size_t at = end + 1; at + 2 <= input.size();) {
    const std::size_t said =
        std::to_integer<std::size_t>(input[at]) | std::to_integer<std::size_t>(input[at + 1]) << 8;
    const Bytes shard = input.subspan(at + 2, std::min(said, input.size() - at - 2));
    made.shards.emplace_back(shard.begin(), shard.end());
    at += 2 + shard.size();
  }
  return made;
}

std::string judge_index(const ShardIndex& index) {
  for (const ShardIndex::Tensor& tensor : index.tensors)
    if (tensor.shard >= index.shards.size()) return "a tensor lies in no shard";
  for (const std::string& shard : index.shards) {
    if (shard.empty() || shard == "." || shard == ".." || shard.find('/') != std::string::npos)
      return "a shard's name leaves the folder";
    if (std::count(index.shards.begin(), index.shards.end(), shard) != 1) return "a shard is listed twice";
  }
  return "";
}

std::string judge_file(const TensorFile& file, const ShardIndex& index) {
  std::map<std::string, int> listed;
  for (const TensorEntry& entry : file.tensors) {
    ++listed[entry.name];
    if (!entry.error && entry.shard >= file.shards.size()) return "a tensor in a shard that is not there";
    if (std::string wrong = judge_entry(file, entry); !wrong.empty()) return wrong;
  }
  for (const ShardIndex::Tensor& tensor : index.tensors)
    if (listed[tensor.name] != 1)
      return "a promised tensor is listed " + std::to_string(listed[tensor.name]) + " times";
  for (const auto& [name, times] : listed)
    if (times > 1) return "a tensor is listed twice";
  return "";
}

}  // namespace

std::string check_shard_index(Bytes input) {
  const Checkpoint checkpoint = checkpoint_of(input);
  const Result<ShardIndex> index = parse_shard_index(checkpoint.index);
  if (!index) return judge_file_message(index.error());
  if (std::string wrong = judge_index(*index); !wrong.empty()) return wrong;
  const OpenShard open = [&](const std::string& name) -> Result<std::shared_ptr<const ByteSource>> {
    const auto found = std::find(index->shards.begin(), index->shards.end(), name);
    const auto place = static_cast<std::size_t>(found - index->shards.begin());
    if (place >= checkpoint.shards.size())
      return about_file(name, file_error(FaultCode::FileMissing, "no such file"));
    return memory_source(name, checkpoint.shards[place]);
  };
  const std::vector<std::byte> text(input.begin(),
                                    input.begin() + static_cast<std::ptrdiff_t>(checkpoint.index.size()));
  const auto file = read_shards(memory_source("model.safetensors.index.json", text), *index, open, {});
  if (!file) return judge_file_message(file.error());
  return judge_file(*file, *index);
}

}  // namespace bitloupe::fuzz
