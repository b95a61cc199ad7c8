#include "core/io/safetensors_index.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "core/io/display_text.h"
#include "core/io/file_error.h"
#include "core/io/first_bytes.h"
#include "core/io/limits.h"
#include "core/io/shard_folder.h"

namespace bitloupe {

namespace {

using enum FaultCode;

// Bytes in which weight_map is looked for where the name does not say that it is an index.
constexpr std::size_t kLookedThrough = 64 * 1024;

std::string quoted(std::string_view name) { return "'" + displayed(name) + "'"; }

// The index and its shards put together: which tensor was promised where, which was found where.
class Assembly {
 public:
  Assembly(const std::shared_ptr<const ByteSource>& source, ShardIndex index, const OpenShard& open,
           const ReadOptions& options)
      : index_(std::move(index)), open_(open), options_(options), absent_(index_.shards.size()) {
    file_.source = source;
    file_.format = "safetensors_index";
    file_.metadata = std::move(index_.metadata);
    for (const ShardIndex::Tensor& tensor : index_.tensors) promised_.emplace(tensor.name, tensor.shard);
  }

  Result<TensorFile> run() {
    std::vector<std::size_t> order(index_.shards.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return index_.shards[a] < index_.shards[b]; });
    for (const std::size_t shard : order) {
      if (options_.stop.stop_requested()) return cancelled();
      if (Status status = add_shard(shard); !status) return status.error();
    }
    list_absent_tensors();
    warn();
    return std::move(file_);
  }

 private:
  // Errors are those that condemn the whole checkpoint; a shard that cannot be read takes out its own
  // tensors.
  Status add_shard(std::size_t shard) {
    const std::string& name = index_.shards[shard];
    const auto source = open_(name);
    if (!source) {
      const Error& error = source.error();
      if (is_fault(error, FileLoop) || is_fault(error, IdxOutside)) return error;
      const bool missing = is_fault(error, FileMissing) || is_fault(error, FileDangling);
      if (missing) missing_.push_back(shard);
      absent_[shard] = missing ? file_error(IdxShardMissing, "shard " + quoted(name) + " is missing") : error;
      return Ok{};
    }
    if (name.ends_with(".json") || accepts_safetensors_index(**source))
      return file_error(IdxRecursion, "shard " + quoted(name) + " is an index and holds no values");
    auto read = read_tensor_file(*source, options_);
    if (read && read->format != "safetensors") {
      read = about_file(**source, file_error(FileForeign, "is a " + read->format +
                                                              " file (expected "
                                                              "safetensors)"));
    }
    if (!read && read.error().code == ErrorCode::Cancelled) return read.error();
    if (!read) {
      absent_[shard] = read.error();
      return Ok{};
    }
    return add_tensors(shard, std::move(*read));
  }

  Status add_tensors(std::size_t shard, TensorFile read) {
    for (std::string& warning : read.warnings)
      index_.warnings.add("shard " + quoted(index_.shards[shard]) + ": " + warning);
    const std::size_t place = file_.shards.size();
    file_.shards.push_back(std::move(read.source));
    for (TensorEntry& entry : read.tensors) {
      const auto [holder, is_new] = found_.try_emplace(entry.name, shard);
      if (!is_new) {
        return file_error(IdxTwice,
                          "tensor " + quoted(entry.name) + " lies in two shards (" +
                              quoted(index_.shards[holder->second]) + " and " + quoted(index_.shards[shard]) +
                              ")",
                          std::nullopt, entry.name);
      }
      total_ += entry.bytes;
      const auto promise = promised_.find(entry.name);
      if (promise == promised_.end()) {
        unlisted_.push_back(entry.name);
      } else if (promise->second != shard) {
        continue;  // listed as missing in the shard that the index names
      }
      if (file_.tensors.size() == kMaxTensors)
        return file_error(TensorCount, "shards hold more than " + std::to_string(kMaxTensors) + " tensors");
      entry.shard = place;
      file_.tensors.push_back(std::move(entry));
    }
    return Ok{};
  }

  // Tensors that the index promises and no shard holds, or not the shard that it names.
  void list_absent_tensors() {
    for (ShardIndex::Tensor& tensor : index_.tensors) {
      const auto holder = found_.find(tensor.name);
      if (holder != found_.end() && holder->second == tensor.shard) continue;
      TensorEntry entry;
      entry.described = false;
      entry.error = absent_[tensor.shard];
      if (!entry.error) {
        std::string message = "shard " + quoted(index_.shards[tensor.shard]) + " does not hold it";
        if (holder != found_.end()) message += " (" + quoted(index_.shards[holder->second]) + " does)";
        entry.error = file_error(IdxTensorMissing, std::move(message));
      }
      entry.name = std::move(tensor.name);
      file_.tensors.push_back(std::move(entry));
    }
  }

  std::string first_names(const std::vector<std::string>& names) const {
    constexpr std::size_t kMost = 5;
    std::string list;
    for (std::size_t i = 0; i < std::min(names.size(), kMost); ++i)
      list += (i > 0 ? ", " : "") + displayed(names[i]);
    if (names.size() > kMost) list += " and " + std::to_string(names.size() - kMost) + " more";
    return list;
  }

  void warn() {
    std::vector<std::string> warnings;
    if (!missing_.empty()) {
      std::vector<std::string> names;
      for (const std::size_t shard : missing_) names.push_back(index_.shards[shard]);
      warnings.push_back(std::to_string(missing_.size()) + " of " + std::to_string(index_.shards.size()) +
                         " shards missing: " + first_names(names));
    }
    const auto unreadable =
        static_cast<std::size_t>(
            std::count_if(absent_.begin(), absent_.end(), [](const auto& e) { return e.has_value(); })) -
        missing_.size();
    if (unreadable > 0) {
      warnings.push_back(std::to_string(unreadable) + " of " + std::to_string(index_.shards.size()) +
                         " shards cannot be read");
    }
    if (!unlisted_.empty()) {
      warnings.push_back(std::to_string(unlisted_.size()) +
                         (unlisted_.size() == 1 ? " tensor is" : " tensors are") +
                         " not in the index: " + first_names(unlisted_));
    }
    const bool complete = missing_.empty() && unreadable == 0;
    if (complete && index_.total_size && *index_.total_size != total_) {
      warnings.push_back("metadata total_size is wrong (found " + std::to_string(*index_.total_size) +
                         ", the shards hold " + std::to_string(total_) + " bytes of values)");
    }
    for (std::string& warning : index_.warnings.take()) warnings.push_back(std::move(warning));
    file_.warnings = std::move(warnings);
  }

  ShardIndex index_;
  const OpenShard& open_;
  const ReadOptions& options_;
  TensorFile file_;
  // Trees, for names may be chosen to share one bucket of a hash table.
  std::map<std::string_view, std::size_t> promised_;  // keys lie in index_
  std::map<std::string, std::size_t> found_;          // the shard that holds a tensor
  std::vector<std::optional<Error>> absent_;          // why a shard gives no tensors
  std::vector<std::size_t> missing_;
  std::vector<std::string> unlisted_;
  std::uint64_t total_ = 0;
};

Result<std::string> read_text(const ByteSource& source, const ReadOptions& options) {
  const std::uint64_t most = options.max_header_bytes > 0 ? options.max_header_bytes : kMaxJsonHeaderBytes;
  if (source.size() > most) {
    return file_error(IdxBudget, "index is too large (" + std::to_string(source.size()) +
                                     " bytes, expected at most " + std::to_string(most) + ")");
  }
  std::string text(source.size(), '\0');
  if (Status status = source.read(0, std::as_writable_bytes(std::span(text))); !status) return status.error();
  return text;
}

Result<TensorFile> read_checked(const std::shared_ptr<const ByteSource>& source, const ReadOptions& options) {
  const auto text = read_text(*source, options);
  if (!text) return text.error();
  auto index = parse_shard_index(*text, options.stop);
  if (!index) return index.error();
  if (!source->identity()) {
    const OpenShard nowhere = [](const std::string& name) -> Result<std::shared_ptr<const ByteSource>> {
      return about_file(name, file_error(FileMissing, "no such file"));
    };
    return read_shards(source, std::move(*index), nowhere, options);
  }
  const ShardFolder folder(source->name(), options.lenient);
  return read_shards(
      source, std::move(*index), [&](const std::string& name) { return folder.open(name); }, options);
}

}  // namespace

bool accepts_safetensors_index(const ByteSource& source) {
  if (!is_json_text(first_bytes(source, 64))) return false;
  if (source.name().ends_with(".index.json")) return true;
  return first_bytes(source, kLookedThrough).find("\"weight_map\"") != std::string::npos;
}

Result<TensorFile> read_shards(const std::shared_ptr<const ByteSource>& source, ShardIndex index,
                               const OpenShard& open, const ReadOptions& options) {
  return Assembly(source, std::move(index), open, options).run();
}

Result<TensorFile> read_safetensors_index(const std::shared_ptr<const ByteSource>& source,
                                          const ReadOptions& options) {
  auto file = read_checked(source, options);
  if (!file) return about_file(*source, file.error());
  return file;
}

}  // namespace bitloupe
