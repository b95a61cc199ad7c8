#include "core/io/gguf_parts.h"

#include <algorithm>
#include <map>
#include <utility>

#include "core/io/display_text.h"
#include "core/io/file_error.h"
#include "core/io/gguf.h"
#include "core/io/gguf_extents.h"
#include "core/io/limits.h"

namespace bitloupe {

namespace {

using enum FaultCode;

constexpr std::string_view kExtension = ".gguf", kOf = "-of-";

std::string quoted(std::string_view text) { return "'" + displayed(text) + "'"; }

std::string five_digits(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  return std::string(5 - std::min<std::size_t>(5, digits.size()), '0') + digits;
}

std::string part_ending(std::uint64_t number, std::uint64_t count) {
  return "-" + five_digits(number + 1) + std::string(kOf) + five_digits(count) + std::string(kExtension);
}

std::string plain_name(const ByteSource& source) {
  const std::string& path = source.name();
  return path.substr(path.rfind('/') + 1);
}

// Whether the name ends as some part of some checkpoint does.
bool is_part_name(std::string_view name) {
  const std::string pattern = "-00001-of-00005.gguf";
  if (name.size() <= pattern.size()) return false;
  const std::string_view ending = name.substr(name.size() - pattern.size());
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool digit = pattern[i] >= '0' && pattern[i] <= '9';
    if (digit ? ending[i] < '0' || ending[i] > '9' : ending[i] != pattern[i]) return false;
  }
  return true;
}

class Parts {
 public:
  Parts(const std::shared_ptr<const ByteSource>& source, GgufHeader header, const OpenPart& open,
        const ReadOptions& options)
      : open_(open), options_(options), own_(header.split), own_name_(plain_name(*source)) {
    file_.source = source;
    file_.format = "gguf";
    named_ = std::move(header);
  }

  Result<TensorFile> run() {
    if (own_.count > kMaxGgufParts || own_.number >= own_.count) {
      return file_error(GgufMixedParts, "is part " + std::to_string(own_.number + 1) + " of " +
                                            std::to_string(own_.count) + " (expected at most " +
                                            std::to_string(kMaxGgufParts) +
                                            " parts, each with a number of its own)");
    }
    if (Status status = check_model(named_, own_name_); !status) return status.error();
    const bool alone = !gguf_part_name(own_name_, own_, own_.number).has_value();
    if (alone && is_part_name(own_name_)) {
      return file_error(GgufMixedParts, "says that it is part " + std::to_string(own_.number + 1) + " of " +
                                            std::to_string(own_.count) +
                                            ", but its name is that of another part");
    }
    for (std::uint64_t number = 0; number < own_.count; ++number) {
      if (options_.stop.stop_requested()) return cancelled();
      if (alone && number != own_.number) continue;
      if (Status status = number == own_.number ? add(file_.source, std::move(named_)) : add_other(number);
          !status)
        return status.error();
    }
    warn(alone);
    return std::move(file_);
  }

 private:
  Status add_other(std::uint64_t number) {
    const std::string name = *gguf_part_name(own_name_, own_, number);
    const auto source = open_(name);
    if (!source) {
      const bool missing = is_fault(source.error(), FileMissing) || is_fault(source.error(), FileDangling);
      if (is_fault(source.error(), IdxOutside)) return source.error();
      list_absent(name, missing ? file_error(GgufPartMissing, "this part is missing, and its tensors with it")
                                : source.error());
      return Ok{};
    }
    if (!accepts_gguf(**source)) {
      list_absent(name, about_file(**source, file_error(FileForeign, "not a GGUF file")));
      return Ok{};
    }
    auto header = read_gguf_part(**source, options_);
    if (!header) {
      if (header.error().code == ErrorCode::Cancelled) return header.error();
      list_absent(name, about_file(**source, header.error()));
      return Ok{};
    }
    if (Status status = check_same(*header, name, number); !status) return status;
    return add(*source, std::move(*header));
  }

  // In place of the tensors of a part, whose names nobody knows.
  void list_absent(const std::string& name, Error error) {
    TensorEntry entry;
    entry.name = name;
    entry.described = false;
    entry.error = std::move(error);
    file_.tensors.push_back(std::move(entry));
    ++absent_;
  }

  Status check_same(const GgufHeader& header, const std::string& name, std::uint64_t number) {
    const auto refuse = [&](const std::string& what) {
      return file_error(GgufMixedParts, "part " + quoted(name) + " " + what);
    };
    const GgufSplit& split = header.split;
    if (split.number != number || split.count != own_.count) {
      return refuse("says that it is part " + std::to_string(split.number + 1) + " of " +
                    std::to_string(split.count));
    }
    if (split.all_tensors != own_.all_tensors)
      return refuse("is of another checkpoint: split.tensors.count differs");
    return check_model(header, name);
  }

  // No two parts may say different things of the model; those behind the first mostly say nothing.
  Status check_model(const GgufHeader& header, const std::string& name) {
    for (const auto& [key, value] : header.metadata) {
      if (key != "general.architecture" && key != "general.name") continue;
      const auto [known, is_new] = model_.try_emplace(key, value);
      if (!is_new && known->second != value) {
        return file_error(GgufMixedParts, "part " + quoted(name) + " is of another checkpoint: " + key +
                                              " is " + quoted(value) + ", not " + quoted(known->second));
      }
    }
    return Ok{};
  }

  Status add(const std::shared_ptr<const ByteSource>& source, GgufHeader header) {
    // Of the first part that is there.
    if (file_.metadata.empty()) file_.metadata = std::move(header.metadata);
    const std::string name = plain_name(*source);
    for (std::string& warning : header.warnings.take())
      warnings_.add("part " + quoted(name) + ": " + warning);
    const std::size_t place = file_.shards.size();
    file_.shards.push_back(source);
    for (TensorEntry& entry : header.tensors) {
      const auto [holder, is_new] = found_.try_emplace(entry.name, place);
      if (!is_new) {
        return file_error(GgufTwice,
                          "tensor " + quoted(entry.name) + " lies in two parts (" +
                              quoted(plain_name(*file_.shards[holder->second])) + " and " + quoted(name) +
                              ")",
                          std::nullopt, entry.name);
      }
      if (file_.tensors.size() == kMaxTensors)
        return file_error(TensorCount, "parts hold more than " + std::to_string(kMaxTensors) + " tensors");
      entry.shard = place;
      file_.tensors.push_back(std::move(entry));
    }
    return Ok{};
  }

  void warn(bool alone) {
    const std::string all = std::to_string(own_.count);
    if (alone) {
      file_.warnings.push_back("is part " + std::to_string(own_.number + 1) + " of " + all +
                               "; the others are looked for only if it is named NAME" +
                               part_ending(own_.number, own_.count));
    } else if (absent_ > 0) {
      file_.warnings.push_back(std::to_string(absent_) + " of " + all + " parts cannot be read");
    } else if (own_.all_tensors && *own_.all_tensors != file_.tensors.size()) {
      file_.warnings.push_back("split.tensors.count is wrong (found " + std::to_string(*own_.all_tensors) +
                               ", the parts hold " + std::to_string(file_.tensors.size()) + " tensors)");
    }
    for (std::string& warning : warnings_.take()) file_.warnings.push_back(std::move(warning));
  }

  const OpenPart& open_;
  const ReadOptions& options_;
  const GgufSplit own_;
  const std::string own_name_;
  GgufHeader named_;
  TensorFile file_;
  std::map<std::string, std::string> model_;  // what the parts so far say of it
  std::map<std::string, std::size_t> found_;  // a tree, for names may be chosen to share a hash
  std::size_t absent_ = 0;
  WarningList warnings_;
};

}  // namespace

std::optional<std::string> gguf_part_name(std::string_view name, const GgufSplit& split,
                                          std::uint64_t number) {
  const std::string ending = part_ending(split.number, split.count);
  if (!name.ends_with(ending)) return std::nullopt;
  return std::string(name.substr(0, name.size() - ending.size())) + part_ending(number, split.count);
}

Result<GgufHeader> read_gguf_part(const ByteSource& source, const ReadOptions& options) {
  auto header = read_gguf_header(source, options);
  if (!header) return header.error();
  if (Status status = place_gguf_tensors(*header, source.size(), options.lenient); !status)
    return status.error();
  return header;
}

Result<TensorFile> read_gguf_parts(const std::shared_ptr<const ByteSource>& source, GgufHeader header,
                                   const OpenPart& open, const ReadOptions& options) {
  return Parts(source, std::move(header), open, options).run();
}

}  // namespace bitloupe
