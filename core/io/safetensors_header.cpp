#include "core/io/safetensors_header.h"

#include <cstddef>
#include <cstdint>

#include "core/io/display_text.h"
#include "core/io/file_error.h"
#include "core/io/json_events.h"
#include "core/io/limits.h"

namespace bitloupe {

namespace {

using enum FaultCode;

// What the reader of events is in the middle of.
enum class Place {
  Start,     // before the outermost brace
  Top,       // in the outermost object
  Metadata,  // in "__metadata__"
  Tensor,    // in the object of a tensor
  Shape,
  Offsets,
  Unknown,  // in the value of a key that is not ours
};

class HeaderVisitor final : public JsonVisitor {
 public:
  SafetensorsHeader header;
  std::uint64_t metadata_bytes = 0;

  Status key(std::string& name) override {
    key_ = std::move(name);
    if (place_ != Place::Tensor) return Ok{};
    if (bool* seen = field()) {
      *seen = true;
    } else {
      header.warnings.add("tensor " + quoted() + " has an unknown key '" + displayed(key_) + "'");
    }
    return Ok{};
  }

  Status scalar(const JsonScalar& value) override {
    if (value.kind == JsonScalar::Kind::Unsigned && place_ == Place::Shape) return add_axis(value.number);
    if (value.kind == JsonScalar::Kind::Unsigned && place_ == Place::Offsets) return add_offset(value.number);
    if (value.kind == JsonScalar::Kind::String && place_ == Place::Metadata) {
      metadata_bytes += key_.size() + value.text->size();
      header.metadata.emplace_back(key_, std::move(*value.text));
      return Ok{};
    }
    if (value.kind == JsonScalar::Kind::String && place_ == Place::Tensor && key_ == "dtype") {
      entry().dtype_name = std::move(*value.text);
      return Ok{};
    }
    return unexpected(value.found());
  }

  Status begin(bool array) override {
    if (array && place_ == Place::Tensor && key_ == "shape") return enter(Place::Shape);
    if (array && place_ == Place::Tensor && key_ == "data_offsets") return enter(Place::Offsets);
    if (!array && place_ == Place::Start) return enter(Place::Top);
    if (!array && place_ == Place::Top && key_ == "__metadata__") return enter(Place::Metadata);
    if (!array && place_ == Place::Top) return begin_tensor();
    if (skips_value()) return enter(Place::Unknown);
    return unexpected(array ? "an array" : "an object");
  }

  Status end() override {
    const Place left = place_;
    place_ = around_.back();
    around_.pop_back();
    return left == Place::Tensor ? finish_tensor() : Ok{};
  }

 private:
  TensorEntry& entry() { return header.tensors.back(); }
  std::string quoted() { return "'" + displayed(entry().name) + "'"; }
  Error fault(FaultCode code, std::string message) {
    return file_error(code, std::move(message), std::nullopt, entry().name);
  }

  // Whether the key of a tensor that is being read was seen; null where it is not one of ours.
  bool* field() {
    if (key_ == "dtype") return &has_dtype_;
    if (key_ == "shape") return &has_shape_;
    return key_ == "data_offsets" ? &has_offsets_ : nullptr;
  }

  Status enter(Place place) {
    around_.push_back(place_);
    place_ = place;
    return Ok{};
  }

  Status begin_tensor() {
    if (header.tensors.size() == kMaxTensors)
      return file_error(TensorCount, "header lists more than " + std::to_string(kMaxTensors) + " tensors");
    header.tensors.emplace_back().name = std::move(key_);
    has_dtype_ = has_shape_ = has_offsets_ = false;
    offsets_.clear();
    return enter(Place::Tensor);
  }

  Status add_axis(std::uint64_t length) {
    if (entry().shape.size() >= kMaxParsedAxes) {
      return fault(StAxes, "shape of " + quoted() + " has too many axes (more than " +
                               std::to_string(kMaxParsedAxes) + ")");
    }
    entry().shape.push_back(length);
    return Ok{};
  }

  Status add_offset(std::uint64_t offset) {
    if (offsets_.size() == 2)
      return fault(StOffsets, "data_offsets of " + quoted() + " has more than 2 numbers");
    offsets_.push_back(offset);
    return Ok{};
  }

  bool skips_value() { return place_ == Place::Unknown || (place_ == Place::Tensor && field() == nullptr); }

  // A value of a kind that only unknown keys may have.
  Status unexpected(const std::string& found) {
    if (skips_value()) return Ok{};
    const std::string tail = " (found " + found + ", expected ";
    switch (place_) {
      case Place::Start:
        return file_error(JsonTop, "header is not a JSON object" + tail + "an object)");
      case Place::Top:
        return file_error(StEntry,
                          "header entry '" + displayed(key_) + "' is not an object" + tail + "an object)",
                          std::nullopt, key_);
      case Place::Metadata:
        return file_error(StMetadata,
                          "__metadata__ entry '" + displayed(key_) + "' is not text" + tail + "a string)");
      case Place::Shape:
        return fault(StShape, "shape of " + quoted() + " holds something else than lengths" + tail +
                                  "unsigned integers)");
      case Place::Offsets:
        return fault(StOffsets, "data_offsets of " + quoted() + " holds something else than offsets" + tail +
                                    "unsigned integers)");
      default:
        return fault(StField, key_ + " of " + quoted() + " has the wrong type" + tail +
                                  (key_ == "dtype" ? "a string)" : "an array of unsigned integers)"));
    }
  }

  Status finish_tensor() {
    const char* missing = !has_dtype_     ? "dtype"
                          : !has_shape_   ? "shape"
                          : !has_offsets_ ? "data_offsets"
                                          : nullptr;
    if (missing != nullptr) return fault(StField, std::string(missing) + " of " + quoted() + " is missing");
    if (offsets_.size() != 2) {
      return fault(StOffsets, "data_offsets of " + quoted() + " is not a pair (found " +
                                  std::to_string(offsets_.size()) + " numbers, expected 2)");
    }
    if (offsets_[0] > offsets_[1]) {
      return fault(StOffsets, "data_offsets of " + quoted() + " is reversed (found [" +
                                  std::to_string(offsets_[0]) + ", " + std::to_string(offsets_[1]) +
                                  "], expected begin <= end)");
    }
    entry().offset = offsets_[0];
    entry().bytes = offsets_[1] - offsets_[0];
    return Ok{};
  }

  Place place_ = Place::Start;
  std::vector<Place> around_;
  std::string key_;
  bool has_dtype_ = false, has_shape_ = false, has_offsets_ = false;
  std::vector<std::uint64_t> offsets_;
};

}  // namespace

Result<SafetensorsHeader> parse_safetensors_header(std::string_view text, const std::stop_token& stop) {
  HeaderVisitor visitor;
  if (Status read = read_json(text, "header", visitor, stop); !read) return read.error();
  if (visitor.metadata_bytes > kMaxMetadataBytes) {
    visitor.header.warnings.add("__metadata__ is large (" + std::to_string(visitor.metadata_bytes) +
                                " bytes)");
  }
  return std::move(visitor.header);
}

}  // namespace bitloupe
