#include "core/io/tensor_file.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <new>
#include <string>
#include <system_error>

#include "core/io/display_text.h"
#include "core/io/file_error.h"
#include "core/io/npy.h"
#include "core/io/safetensors.h"

namespace bitloupe {

namespace {

// safetensors has no magic and takes what looks like a header length, so it comes last.
constexpr std::array kReaders = {
    Reader{"npy", "NumPy array", "One array with its header: .npy, versions 1.0 to 3.0", accepts_npy,
           read_npy},
    Reader{"safetensors", "safetensors", "Many named tensors behind one JSON header: .safetensors",
           accepts_safetensors, read_safetensors},
};

using enum FaultCode;

// Formats that are known by their first bytes and have no reader, or none yet.
struct ForeignFormat {
  std::string_view magic, name;
  bool planned;
};

constexpr ForeignFormat kForeignFormats[] = {
    {"GGUF", "GGUF file", true},
    {std::string_view("PK\x03\x04", 4), "zip archive (npz)", true},
    {std::string_view("PK\x05\x06", 4), "empty zip archive (npz)", true},
    {"\x89PNG", "PNG image", true},
    {"\xFF\xD8\xFF", "JPEG image", true},
    {"GGML", "GGML file of the time before GGUF", false},
    {"\x89HDF", "HDF5 file", false},
    {"\x1F\x8B", "gzip archive", false},
    {"\x80\x02", "pickle, which runs code when loaded", false},
    {"\x80\x04", "pickle, which runs code when loaded", false},
};

std::string first_bytes(const ByteSource& source, std::size_t most) {
  std::string bytes(std::min<std::uint64_t>(most, source.size()), '\0');
  if (!source.read(0, std::as_writable_bytes(std::span(bytes)))) bytes.clear();
  return bytes;
}

// JSON text instead of a length: the length's high bytes would be 0 in any real file.
bool is_json_text(std::string_view start) {
  return start.starts_with('{') && start.substr(0, 8).find('\0') == std::string_view::npos;
}

std::optional<Error> foreign_format(const ByteSource& source) {
  const std::string start = first_bytes(source, 4096);
  for (const ForeignFormat& format : kForeignFormats) {
    if (!start.starts_with(format.magic)) continue;
    const std::string kind(format.name);
    if (format.planned) return file_error(FileNotBuilt, kind + ": not available");
    return file_error(FileForeign, "is a " + kind + " (expected npy or safetensors)");
  }
  if (!is_json_text(start)) return std::nullopt;
  const bool index =
      start.find("\"weight_map\"") != std::string::npos || source.name().ends_with(".index.json");
  if (index)
    return file_error(FileNotBuilt,
                      "index of a sharded checkpoint (open one of its .safetensors files): not available");
  return file_error(FileForeign, "is JSON text (expected npy or safetensors)");
}

Error unrecognized(const ByteSource& source) {
  std::string expected;
  for (const Reader& reader : kReaders) {
    expected += (expected.empty() ? "" : " or ") + std::string(reader.key);
  }
  return file_error(FileUnknown, "not a tensor file (starts with '" + displayed(first_bytes(source, 8)) +
                                     "', expected " + expected + ")");
}

// The tensor files in a folder, sorted, for the message that refuses the folder.
std::string tensor_files_in(const std::string& folder) {
  constexpr std::size_t kMostNames = 20;
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string extension = entry->path().extension().string();
    if (extension == ".npy" || extension == ".safetensors")
      names.push_back(entry->path().filename().string());
  }
  if (names.empty()) return "it holds no tensor files";
  std::sort(names.begin(), names.end());
  std::string list = "it holds ";
  for (std::size_t i = 0; i < std::min(names.size(), kMostNames); ++i) {
    list += (i > 0 ? ", " : "") + displayed(names[i]);
  }
  if (names.size() > kMostNames) list += " and " + std::to_string(names.size() - kMostNames) + " more";
  return list;
}

}  // namespace

const TensorEntry* TensorFile::find(std::string_view name) const {
  const auto found = std::find_if(tensors.begin(), tensors.end(),
                                  [&](const TensorEntry& entry) { return entry.name == name; });
  return found == tensors.end() ? nullptr : &*found;
}

std::span<const Reader> readers() { return kReaders; }

Error why_unloadable(const TensorFile& file, const TensorEntry& entry) {
  Error error = *entry.error;
  error.message = "tensor '" + displayed(entry.name) + "': " + error.message;
  return about_tensor(entry.name, about_file(*file.source, std::move(error)));
}

Result<TensorFile> read_tensor_file(const std::shared_ptr<const ByteSource>& source,
                                    const ReadOptions& options) try {
  if (source->size() == 0) return about_file(*source, file_error(FileEmpty, "empty file"));
  if (auto error = foreign_format(*source)) return about_file(*source, *error);
  for (const Reader& reader : kReaders) {
    if (reader.accepts(*source)) return reader.read_header(source, options);
  }
  return about_file(*source, unrecognized(*source));
} catch (const std::bad_alloc&) {
  return about_file(*source, file_error(FileMemory, "not enough memory to read the header"));
}

Result<TensorFile> read_tensor_file(const std::string& path, const ReadOptions& options) {
  const auto source = open_file(path);
  if (source) return read_tensor_file(*source, options);
  std::error_code ignored;
  Error error = source.error();
  if (std::filesystem::is_directory(path, ignored)) error.message += "; " + tensor_files_in(path);
  return error;
}

}  // namespace bitloupe
