#include "core/io/safetensors_header.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <unordered_set>

#include "core/io/display_text.h"
#include "core/io/limits.h"

namespace bitloupe {

namespace {

using nlohmann::json;

std::string line_and_column(std::string_view text, std::size_t position) {
  const std::string_view before = text.substr(0, position);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t start = before.rfind('\n');
  const std::size_t column = start == std::string_view::npos ? position + 1 : position - start;
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

// What the handler of the parser's events is in the middle of.
enum class Place {
  Start,     // before the outermost brace
  Top,       // in the outermost object
  Metadata,  // in "__metadata__"
  Tensor,    // in the object of a tensor
  Shape,
  Offsets,
  Unknown,  // in the value of a key that is not ours
};

// Takes the parser's events one by one: nothing is kept but entries. Every function returns false to stop,
// after having set `error`.
class Handler {
 public:
  explicit Handler(std::string_view text) : text_(text) {}

  SafetensorsHeader header;
  std::optional<std::string> error;

  bool null() { return value("null"); }
  bool boolean(bool v) { return value(v ? "true" : "false"); }
  bool number_integer(json::number_integer_t v) { return value(std::to_string(v).c_str()); }
  bool number_float(json::number_float_t, const std::string& written) { return value(written.c_str()); }
  bool binary(json::binary_t&) { return value("binary"); }

  bool number_unsigned(json::number_unsigned_t v) {
    if (place_ == Place::Shape) {
      if (entry().shape.size() >= kMaxParsedAxes) {
        return fail("shape of " + quoted() + " has too many axes (more than " +
                    std::to_string(kMaxParsedAxes) + ")");
      }
      entry().shape.push_back(v);
      return true;
    }
    if (place_ == Place::Offsets) {
      if (offsets_.size() == 2) return fail("data_offsets of " + quoted() + " has more than 2 numbers");
      offsets_.push_back(v);
      return true;
    }
    return value(std::to_string(v).c_str());
  }

  bool string(std::string& v) {
    if (place_ == Place::Metadata) {
      metadata_bytes_ += key_.size() + v.size();
      header.metadata.emplace_back(key_, std::move(v));
      return true;
    }
    if (place_ == Place::Tensor && key_ == "dtype") {
      entry().dtype_name = std::move(v);
      return true;
    }
    return value("a string");
  }

  bool start_object(std::size_t) {
    if (!deeper()) return false;
    if (place_ == Place::Start) return enter(Place::Top);
    if (place_ == Place::Top && key_ == "__metadata__") return enter(Place::Metadata);
    if (place_ == Place::Top) {
      if (header.tensors.size() == kMaxTensors) {
        return fail("header lists more than " + std::to_string(kMaxTensors) + " tensors");
      }
      header.tensors.emplace_back().name = std::move(key_);
      has_dtype_ = has_shape_ = has_offsets_ = false;
      offsets_.clear();
      return enter(Place::Tensor);
    }
    return skips_value() ? enter(Place::Unknown) : value("an object");
  }

  bool start_array(std::size_t) {
    if (!deeper()) return false;
    if (place_ == Place::Tensor && key_ == "shape") return enter(Place::Shape);
    if (place_ == Place::Tensor && key_ == "data_offsets") return enter(Place::Offsets);
    return skips_value() ? enter(Place::Unknown) : value("an array");
  }

  bool end_object() {
    const bool was_tensor = place_ == Place::Tensor;
    leave();
    return !was_tensor || finish_tensor();
  }

  bool end_array() {
    leave();
    return true;
  }

  bool key(std::string& name) {
    key_ = std::move(name);
    if (place_ == Place::Tensor && (key_ == "dtype" || key_ == "shape" || key_ == "data_offsets")) {
      bool& seen = key_ == "dtype" ? has_dtype_ : key_ == "shape" ? has_shape_ : has_offsets_;
      if (seen) return fail("duplicate key '" + key_ + "' in tensor " + quoted());
      seen = true;
      return true;
    }
    const bool is_new = place_ == Place::Top ? names_.insert(key_).second : keys_.back().insert(key_).second;
    if (!is_new) return fail("duplicate key '" + displayed(key_) + "'");
    if (place_ == Place::Tensor) {
      warn("tensor " + quoted() + " has an unknown key '" + displayed(key_) + "'");
    }
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& problem) {
    // The position counts the bytes consumed, the offending one included.
    const std::size_t at = std::min(position > 0 ? position - 1 : 0, text_.size());
    const std::string where = line_and_column(text_, at);
    if (problem.id == 406) return fail("header has a number out of range (at " + where + ")");
    if (position > text_.size()) return fail("header ends in the middle of its JSON (at " + where + ")");
    if (places_.empty() && place_ == Place::Start && done_) {
      return fail("header has something after its closing brace (at " + where + ")");
    }
    return fail("header is not valid JSON (at " + where + ")");
  }

  void finish() {
    if (metadata_bytes_ > kMaxMetadataBytes) {
      warn("__metadata__ is large (" + std::to_string(metadata_bytes_) + " bytes)");
    }
    if (unlisted_warnings_ > 0) {
      header.warnings.push_back(std::to_string(unlisted_warnings_) + " more warnings");
    }
  }

 private:
  TensorEntry& entry() { return header.tensors.back(); }
  std::string quoted() { return "'" + displayed(entry().name) + "'"; }

  bool fail(std::string message) {
    if (!error) error = std::move(message);
    return false;
  }

  void warn(std::string message) {
    if (header.warnings.size() < 20) {
      header.warnings.push_back(std::move(message));
    } else {
      ++unlisted_warnings_;
    }
  }

  bool deeper() {
    if (static_cast<int>(places_.size()) < kMaxJsonDepth) return true;
    return fail("header is nested too deeply (more than " + std::to_string(kMaxJsonDepth) + " levels)");
  }

  bool enter(Place place) {
    places_.push_back(place_);
    keys_.emplace_back();
    place_ = place;
    return true;
  }

  void leave() {
    place_ = places_.back();
    places_.pop_back();
    keys_.pop_back();
    done_ = places_.empty();
  }

  bool skips_value() const {
    return place_ == Place::Unknown ||
           (place_ == Place::Tensor && key_ != "dtype" && key_ != "shape" && key_ != "data_offsets");
  }

  // A value of a kind that only unknown keys may have.
  bool value(const char* found) {
    if (skips_value()) return true;
    const std::string tail = std::string(" (found ") + found + ", expected ";
    switch (place_) {
      case Place::Start:
        return fail("header is not a JSON object" + tail + "an object)");
      case Place::Top:
        return fail("header entry '" + displayed(key_) + "' is not an object" + tail + "an object)");
      case Place::Metadata:
        return fail("__metadata__ entry '" + displayed(key_) + "' is not text" + tail + "a string)");
      case Place::Shape:
        return fail("shape of " + quoted() + " holds something else than lengths" + tail +
                    "unsigned integers)");
      case Place::Offsets:
        return fail("data_offsets of " + quoted() + " holds something else than offsets" + tail +
                    "unsigned integers)");
      default:
        return fail(key_ + " of " + quoted() + " has the wrong type" + tail +
                    (key_ == "dtype" ? "a string)" : "an array of unsigned integers)"));
    }
  }

  bool finish_tensor() {
    const char* missing = !has_dtype_     ? "dtype"
                          : !has_shape_   ? "shape"
                          : !has_offsets_ ? "data_offsets"
                                          : nullptr;
    if (missing != nullptr) return fail(std::string(missing) + " of " + quoted() + " is missing");
    if (offsets_.size() != 2) {
      return fail("data_offsets of " + quoted() + " is not a pair (found " + std::to_string(offsets_.size()) +
                  " numbers, expected 2)");
    }
    if (offsets_[0] > offsets_[1]) {
      return fail("data_offsets of " + quoted() + " is reversed (found [" + std::to_string(offsets_[0]) +
                  ", " + std::to_string(offsets_[1]) + "], expected begin <= end)");
    }
    entry().offset = offsets_[0];
    entry().bytes = offsets_[1] - offsets_[0];
    return true;
  }

  std::string_view text_;
  Place place_ = Place::Start;
  std::vector<Place> places_;                // those around place_
  std::vector<std::set<std::string>> keys_;  // of each object around the current place, below the top
  std::unordered_set<std::string> names_;    // keys of the top object
  std::string key_;
  bool has_dtype_ = false, has_shape_ = false, has_offsets_ = false, done_ = false;
  std::vector<std::uint64_t> offsets_;
  std::uint64_t metadata_bytes_ = 0, unlisted_warnings_ = 0;
};

}  // namespace

Result<SafetensorsHeader> parse_safetensors_header(std::string_view text) {
  // Before the parser: it takes a NUL for the end of its input, and skips a byte order mark.
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
    return bad_input("header holds a NUL byte (at byte " + std::to_string(nul) + " of the header)");
  }
  if (text.starts_with("\xEF\xBB\xBF")) {
    return bad_input("header starts with a byte order mark (expected '{')");
  }
  if (const auto at = ill_formed_utf8(text)) {
    return bad_input("header is not UTF-8 (at byte " + std::to_string(*at) + " of the header)");
  }
  Handler handler(text);
  const bool parsed = json::sax_parse(text.begin(), text.end(), &handler);
  if (!parsed) return bad_input(handler.error.value_or("header is not valid JSON"));
  handler.finish();
  return std::move(handler.header);
}

}  // namespace bitloupe
