#include "core/source.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "core/io/display_text.h"
#include "core/io/file_error.h"

namespace bitloupe {

namespace {

constexpr std::string_view kSynthetic = "synthetic:";
constexpr std::string_view kTensorSeparator = "::";
constexpr std::size_t kMostNames = 20;

bool exists(std::string_view path) {
  std::error_code ignored;
  return std::filesystem::exists(std::filesystem::path(path), ignored);
}

// Where PATH::TENSOR is cut: the last "::" after an existing file, else the last one; npos: no tensor named.
std::size_t separator_in(std::string_view text) {
  if (exists(text)) return std::string_view::npos;
  const std::size_t last = text.rfind(kTensorSeparator);
  for (std::size_t at = last; at != std::string_view::npos && at > 0;
       at = text.rfind(kTensorSeparator, at - 1)) {
    if (exists(text.substr(0, at))) return at;
  }
  return last;
}

std::string names_of(const TensorFile& file) {
  std::string list;
  const std::size_t shown = std::min(file.tensors.size(), kMostNames);
  for (std::size_t i = 0; i < shown; ++i) list += (i > 0 ? ", " : "") + displayed(file.tensors[i].name);
  if (file.tensors.size() > shown) list += " and " + std::to_string(file.tensors.size() - shown) + " more";
  return list;
}

const TensorEntry* largest(const TensorFile& file) {
  const TensorEntry* best = nullptr;
  for (const TensorEntry& entry : file.tensors) {
    if (entry.error) continue;
    if (best == nullptr || element_count(entry.shape) > element_count(best->shape)) best = &entry;
  }
  return best;
}

}  // namespace

Result<SourceSpec> parse_source(std::string_view text) {
  SourceSpec source;
  if (text.starts_with(kSynthetic)) {
    auto synthetic = parse_synthetic(text.substr(kSynthetic.size()));
    if (!synthetic) return synthetic.error();
    source.synthetic = std::move(*synthetic);
    return source;
  }
  const std::size_t at = separator_in(text);
  source.path = text.substr(0, at);
  if (at != std::string_view::npos) source.tensor = text.substr(at + kTensorSeparator.size());
  if (source.path.empty()) {
    return bad_argument("source names no file (found '" + displayed(text) +
                        "', expected PATH, PATH::TENSOR or synthetic:KIND)");
  }
  if (at != std::string_view::npos && source.tensor.empty()) {
    return bad_argument("source names no tensor after '::' (found '" + displayed_path(text) + "')");
  }
  return source;
}

std::string to_text(const SourceSpec& source) {
  if (source.synthetic) return to_text(*source.synthetic);
  if (source.tensor.empty()) return source.path;
  return source.path + std::string(kTensorSeparator) + source.tensor;
}

ReadOptions read_options(const SourceSpec& source, const std::stop_token& stop) {
  return {source.lenient, source.max_header_bytes, stop};
}

Result<const TensorEntry*> pick_tensor(const TensorFile& file, const SourceSpec& source, Pick pick) {
  const ByteSource& bytes = *file.source;
  if (file.tensors.empty())
    return about_file(bytes, file_error(FaultCode::TensorNone, "the file holds no tensors"));
  const TensorEntry* entry = nullptr;
  if (!source.tensor.empty()) {
    entry = file.find(source.tensor);
    if (entry == nullptr) {
      return about_file(bytes, file_error(FaultCode::TensorUnknown,
                                          "no tensor '" + displayed(source.tensor) + "' (the file holds " +
                                              names_of(file) + ")",
                                          std::nullopt, source.tensor));
    }
  } else if (file.tensors.size() == 1) {
    entry = &file.tensors.front();
  } else if (pick == Pick::Refuse) {
    return about_file(bytes, file_error(FaultCode::TensorUnnamed,
                                        "the file holds several tensors; name one after '::' (it holds " +
                                            names_of(file) + ")"));
  } else {
    entry = largest(file);
    if (entry == nullptr) return why_unloadable(file, file.tensors.front());
  }
  if (entry->error) return why_unloadable(file, *entry);
  return entry;
}

Result<std::shared_ptr<const Tensor>> load_source(const SourceSpec& source, Pick pick,
                                                  const WorkContext& context, const TensorFile* file) {
  auto load = [&]() -> Result<Tensor> {
    if (source.synthetic) return make_synthetic(*source.synthetic, context);
    std::optional<TensorFile> opened;
    if (file == nullptr) {
      auto read = read_tensor_file(source.path, read_options(source, context.stop));
      if (!read) return read.error();
      file = &opened.emplace(std::move(*read));
    }
    const auto entry = pick_tensor(*file, source, pick);
    if (!entry) return entry.error();
    return load_tensor(*file, **entry, context);
  };
  auto tensor = load();
  if (!tensor) return tensor.error();
  return std::make_shared<const Tensor>(std::move(*tensor));
}

}  // namespace bitloupe
