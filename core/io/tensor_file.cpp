#include "core/io/tensor_file.h"

#include <algorithm>
#include <array>
#include <new>
#include <string>

#include "core/io/display_text.h"
#include "core/io/file_error.h"
#include "core/io/first_bytes.h"
#include "core/io/folder_listing.h"
#include "core/io/gguf.h"
#include "core/io/npy.h"
#include "core/io/safetensors.h"
#include "core/io/safetensors_index.h"

namespace bitloupe {

namespace {

// safetensors has no magic and takes what looks like a header length, so it comes last.
constexpr std::array kReaders = {
    Reader{"npy", "NumPy array", "One array with its header: .npy, versions 1.0 to 3.0", ".npy", accepts_npy,
           read_npy},
    Reader{"gguf", "GGUF",
           "Named tensors in ggml's block types with metadata, in one file or in parts: .gguf", ".gguf",
           accepts_gguf, read_gguf},
    Reader{"safetensors_index", "sharded safetensors",
           "Many safetensors files behind one index: model.safetensors.index.json", ".index.json",
           accepts_safetensors_index, read_safetensors_index},
    Reader{"safetensors", "safetensors", "Many named tensors behind one JSON header: .safetensors",
           ".safetensors", accepts_safetensors, read_safetensors},
};

using enum FaultCode;

// Formats that are known by their first bytes and have no reader, or none yet.
struct ForeignFormat {
  std::string_view magic, name;
  bool planned;
};

constexpr ForeignFormat kForeignFormats[] = {
    {std::string_view("PK\x03\x04", 4), "zip archive (npz)", true},
    {std::string_view("PK\x05\x06", 4), "empty zip archive (npz)", true},
    {"\x89PNG", "PNG image", true},
    {"\xFF\xD8\xFF", "JPEG image", true},
    {"GGML", "GGML file of the time before GGUF", false},
    {"GGJT", "GGJT file of the time before GGUF", false},
    {"lmgg", "GGML file of the time before GGUF", false},  // its number is little-endian
    {"fmgg", "GGMF file of the time before GGUF", false},
    {"tjgg", "GGJT file of the time before GGUF", false},
    {"\x89HDF", "HDF5 file", false},
    {"\x1F\x8B", "gzip archive", false},
    {"\x80\x02", "pickle, which runs code when loaded", false},
    {"\x80\x04", "pickle, which runs code when loaded", false},
};

std::string known_formats() {
  std::string list;
  for (const Reader& reader : kReaders) list += (list.empty() ? "" : " or ") + std::string(reader.key);
  return list;
}

std::optional<Error> foreign_format(const ByteSource& source) {
  const std::string start = first_bytes(source, 8);
  for (const ForeignFormat& format : kForeignFormats) {
    if (!start.starts_with(format.magic)) continue;
    const std::string kind(format.name);
    if (format.planned) return file_error(FileNotBuilt, kind + ": not available");
    return file_error(FileForeign, "is a " + kind + " (expected " + known_formats() + ")");
  }
  return std::nullopt;
}

Error unrecognized(const ByteSource& source) {
  if (is_json_text(first_bytes(source, 64)))
    return file_error(FileForeign, "is JSON text without a weight_map (expected " + known_formats() + ")");
  return file_error(FileUnknown, "not a tensor file (starts with '" + displayed(first_bytes(source, 8)) +
                                     "', expected " + known_formats() + ")");
}

// The tensor files in a folder, for the message that refuses the folder.
std::string tensor_files_in(const std::string& folder) {
  constexpr std::size_t kMostNames = 20;
  const auto files = list_tensor_files(folder);
  if (!files) return "it cannot be listed";
  if (files->empty()) return "it holds no tensor files";
  std::string list = "it holds ";
  for (std::size_t i = 0; i < std::min(files->size(), kMostNames); ++i)
    list += (i > 0 ? ", " : "") + displayed((*files)[i].name);
  if (files->size() > kMostNames) list += " and " + std::to_string(files->size() - kMostNames) + " more";
  return list;
}

}  // namespace

const TensorEntry* TensorFile::find(std::string_view name) const {
  const auto found = std::find_if(tensors.begin(), tensors.end(),
                                  [&](const TensorEntry& entry) { return entry.name == name; });
  return found == tensors.end() ? nullptr : &*found;
}

const std::shared_ptr<const ByteSource>& TensorFile::source_of(const TensorEntry& entry) const {
  return shards.empty() ? source : shards[entry.shard];
}

FileState TensorFile::state() const {
  FileState worst = source->state();
  for (std::size_t i = 0; i < shards.size() && worst == FileState::Unchanged; ++i) worst = shards[i]->state();
  return worst;
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
  // No reader takes what it cannot read.
  std::array<std::byte, 8> start{};
  const std::size_t size = std::min<std::uint64_t>(start.size(), source->size());
  if (Status status = source->read(0, std::span(start).first(size)); !status)
    return about_file(*source, status.error());
  return about_file(*source, unrecognized(*source));
} catch (const std::bad_alloc&) {
  return about_file(*source, file_error(FileMemory, "not enough memory to read the header"));
}

Result<TensorFile> read_tensor_file(const std::string& path, const ReadOptions& options) {
  const auto source = open_file(path);
  if (source) return read_tensor_file(*source, options);
  Error error = source.error();
  if (is_fault(error, FileDirectory)) error.message += "; " + tensor_files_in(path);
  return error;
}

}  // namespace bitloupe
