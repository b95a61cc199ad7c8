#include "core/io/shard_index.h"

#include <map>

#include "core/io/display_text.h"
#include "core/io/file_error.h"
#include "core/io/json_events.h"
#include "core/io/limits.h"

namespace bitloupe {

namespace {

using enum FaultCode;

enum class Place { Start, Top, Map, Metadata, Unknown };

// Why a name cannot be that of a shard beside the index; null where it can.
const char* not_plain(std::string_view name) {
  if (name.empty()) return "is empty";
  if (name == "." || name == "..") return "is a folder";
  if (name.find('/') != std::string_view::npos) return "holds a '/'";
  if (name.find('\\') != std::string_view::npos) return "holds a '\\'";
  if (name.find(':') != std::string_view::npos) return "holds a ':'";  // a drive letter, a URL
  if (name.find('\0') != std::string_view::npos) return "holds a NUL byte";
  return nullptr;
}

class IndexVisitor final : public JsonVisitor {
 public:
  ShardIndex index;
  bool has_map = false, has_size = false;

  Status key(std::string& name) override {
    key_ = std::move(name);
    return Ok{};
  }

  Status scalar(const JsonScalar& value) override {
    switch (place_) {
      case Place::Map:
        if (value.kind == JsonScalar::Kind::String) return add_tensor(*value.text);
        return wrong_type(value.found());
      case Place::Metadata:
        if (key_ == "total_size") take_size(value);
        index.metadata.emplace_back(key_, value.written());
        return Ok{};
      case Place::Unknown:
        return Ok{};
      default:
        return wrong_type(value.found());
    }
  }

  Status begin(bool array) override {
    if (!array && place_ == Place::Start) return enter(Place::Top);
    if (!array && place_ == Place::Top && key_ == "weight_map") {
      has_map = true;
      return enter(Place::Map);
    }
    if (!array && place_ == Place::Top && key_ == "metadata") return enter(Place::Metadata);
    if (place_ == Place::Metadata || place_ == Place::Unknown) return enter(Place::Unknown);
    if (place_ == Place::Top && key_ != "weight_map") {
      ignored();
      return enter(Place::Unknown);
    }
    return wrong_type(array ? "an array" : "an object");
  }

  Status end() override {
    place_ = around_.back();
    around_.pop_back();
    return Ok{};
  }

 private:
  Status enter(Place place) {
    around_.push_back(place_);
    place_ = place;
    return Ok{};
  }

  void ignored() {
    index.warnings.add(key_ == "metadata" ? "metadata is not an object and is ignored"
                                          : "unknown key '" + displayed(key_) + "' is ignored");
  }

  Status wrong_type(const std::string& found) {
    const std::string tail = " (found " + found + ", expected ";
    if (place_ == Place::Start)
      return file_error(JsonTop, "index is not a JSON object" + tail + "an object)");
    if (place_ == Place::Map) {
      return file_error(IdxMap,
                        "weight_map names no shard for tensor '" + displayed(key_) + "'" + tail + "a string)",
                        std::nullopt, key_);
    }
    if (key_ == "weight_map") return file_error(IdxMap, "weight_map is not an object" + tail + "an object)");
    ignored();
    return Ok{};
  }

  void take_size(const JsonScalar& value) {
    if (value.kind == JsonScalar::Kind::Unsigned) {
      index.total_size = value.number;
    } else {
      index.warnings.add("metadata total_size is not a number of bytes (found " + displayed(value.found()) +
                         ")");
    }
    has_size = true;
  }

  Status add_tensor(const std::string& shard) {
    if (index.tensors.size() == kMaxTensors)
      return file_error(TensorCount, "index lists more than " + std::to_string(kMaxTensors) + " tensors");
    if (const char* why = not_plain(shard)) {
      return file_error(IdxEscape,
                        "shard '" + displayed(shard) + "' of tensor '" + displayed(key_) + "' " + why +
                            " (expected the plain name of a file beside the index)",
                        std::nullopt, key_);
    }
    const auto [known, is_new] = shards_.try_emplace(shard, index.shards.size());
    if (is_new) {
      if (index.shards.size() == kMaxShards)
        return file_error(IdxShards, "index names more than " + std::to_string(kMaxShards) + " shards");
      index.shards.push_back(shard);
    }
    index.tensors.push_back({std::move(key_), known->second});
    return Ok{};
  }

  Place place_ = Place::Start;
  std::vector<Place> around_;
  std::string key_;
  std::map<std::string, std::size_t> shards_;
};

}  // namespace

Result<ShardIndex> parse_shard_index(std::string_view text, const std::stop_token& stop) {
  IndexVisitor visitor;
  if (Status read = read_json(text, "index", visitor, stop); !read) return read.error();
  if (!visitor.has_map) return file_error(IdxMap, "index has no weight_map");
  if (!visitor.has_size)
    visitor.index.warnings.add("metadata has no total_size, so the shards' size is not checked");
  return std::move(visitor.index);
}

}  // namespace bitloupe
