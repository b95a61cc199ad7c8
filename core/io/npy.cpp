#include "core/io/npy.h"

#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "core/checked.h"
#include "core/io/display_text.h"
#include "core/io/file_error.h"
#include "core/io/limits.h"
#include "core/io/python_literal.h"

namespace bitloupe {

namespace {

using enum FaultCode;

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::uint64_t kLengthAt = 8;  // after the magic and two bytes of version

using Kind = PythonLiteral::Kind;

struct DTypeText {
  char kind;
  int bytes;
  DType dtype;
};

constexpr DTypeText kDTypeTexts[] = {
    {'b', 1, DType::Bool}, {'i', 1, DType::I8},  {'u', 1, DType::U8},  {'i', 2, DType::I16},
    {'u', 2, DType::U16},  {'i', 4, DType::I32}, {'u', 4, DType::U32}, {'i', 8, DType::I64},
    {'u', 8, DType::U64},  {'f', 2, DType::F16}, {'f', 4, DType::F32}, {'f', 8, DType::F64},
};

Error unsupported(const std::string& descr) {
  const std::string shown = "'" + displayed(descr) + "'";
  if (descr.find('O') != std::string::npos)
    return file_error(NpyObject, "dtype " + shown + ": object arrays run code when loaded; not supported");
  return file_error(NpyDType,
                    "unsupported dtype " + shown + " (expected b1, i1 to i8, u1 to u8, f2, f4 or f8)");
}

Error structured(const std::vector<PythonLiteral>& items) {
  std::string fields;
  for (const PythonLiteral& field : items) {
    const bool named =
        field.kind == Kind::Tuple && !field.items.empty() && field.items.front().kind == Kind::String;
    if (named) fields += (fields.empty() ? "" : ", ") + displayed(field.items.front().text);
  }
  return file_error(NpyStructure,
                    "structured dtype not supported (" +
                        (fields.empty() ? std::string("no fields") : "fields " + displayed(fields)) + ")");
}

// "<f4": byte order ('<' or '=' little, '>' big, '|' where it does not matter), kind, bytes.
Status read_descr(const PythonLiteral& descr, TensorEntry& entry, bool lenient) {
  if (descr.kind == Kind::List) return structured(descr.items);
  if (descr.kind == Kind::Tuple)
    return file_error(NpyStructure, "subarray dtype not supported (found a tuple, expected a string)");
  if (descr.kind != Kind::String) {
    return file_error(NpyDType, std::string("descr is not a dtype (found ") + kind_name(descr.kind) +
                                    ", expected a string)");
  }
  entry.dtype_name = descr.text;
  std::string_view text = descr.text;
  const char order = text.empty() ? '\0' : text.front();
  const bool has_order = order == '<' || order == '>' || order == '=' || order == '|';
  if (has_order) text.remove_prefix(1);
  for (const DTypeText& row : kDTypeTexts) {
    if (text != std::string{row.kind} + std::to_string(row.bytes)) continue;
    if (order == '|' && row.bytes > 1) break;
    entry.dtype = row.dtype;
    entry.big_endian = order == '>' && row.bytes > 1;
    return Ok{};
  }
  if (text != "V2" || order == '>') return unsupported(descr.text);
  // How numpy writes an array of the package ml_dtypes.
  if (!lenient) {
    return file_error(NpyBfloat16, "unsupported dtype '" + displayed(descr.text) +
                                       "' (two bytes of unknown meaning, perhaps bfloat16)");
  }
  entry.dtype = DType::BF16;
  return Ok{};
}

Status read_shape(const PythonLiteral& shape, TensorEntry& entry) {
  if (shape.kind != Kind::Tuple) {
    return file_error(NpyShape, std::string("shape is not a tuple (found ") + kind_name(shape.kind) + ")");
  }
  for (const PythonLiteral& length : shape.items) {
    if (length.kind != Kind::Integer) {
      return file_error(NpyShape, std::string("shape holds something else than lengths (found ") +
                                      kind_name(length.kind) + ", expected integers)");
    }
    if (length.negative) {
      return file_error(NpyShape,
                        "shape has a negative length (found -" + std::to_string(length.integer) + ")");
    }
    entry.shape.push_back(length.integer);
  }
  if (entry.shape.size() > kMaxAxes) {
    return file_error(NpyAxes, "shape has too many axes (found " + std::to_string(entry.shape.size()) +
                                   ", expected at most " + std::to_string(kMaxAxes) + ")");
  }
  return Ok{};
}

Status read_dict(const PythonLiteral& dict, TensorEntry& entry, bool lenient) {
  if (dict.kind != Kind::Dict) {
    return file_error(NpyKeys, std::string("header is not a dict (found ") + kind_name(dict.kind) + ")");
  }
  const PythonLiteral *descr = nullptr, *order = nullptr, *shape = nullptr;
  for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2) {
    const PythonLiteral& key = dict.items[i];
    if (key.kind != Kind::String) return file_error(NpyKeys, "header has a key that is no string");
    const PythonLiteral** place = key.text == "descr"           ? &descr
                                  : key.text == "fortran_order" ? &order
                                  : key.text == "shape"         ? &shape
                                                                : nullptr;
    if (place == nullptr)
      return file_error(NpyKeys, "header has an unknown key '" + displayed(key.text) + "'");
    if (*place != nullptr) return file_error(NpyKeys, "header has the key '" + key.text + "' twice");
    *place = &dict.items[i + 1];
  }
  const char* missing = !descr ? "descr" : !order ? "fortran_order" : !shape ? "shape" : nullptr;
  if (missing != nullptr) return file_error(NpyKeys, std::string("header has no key '") + missing + "'");
  if (order->kind != Kind::Bool) {
    return file_error(NpyOrder, std::string("fortran_order is neither True nor False (found ") +
                                    kind_name(order->kind) + ")");
  }
  entry.fortran_order = order->truth;
  if (Status status = read_descr(*descr, entry, lenient); !status) return status;
  return read_shape(*shape, entry);
}

// The values must be exactly what follows the header; lenient: more may follow.
Status place_values(TensorFile& file, TensorEntry& entry, std::uint64_t data_start, bool lenient) {
  const std::uint64_t file_size = file.source->size(), have = file_size - data_start;
  const auto count = checked_element_count(entry.shape);
  const auto bytes =
      count ? checked_mul(*count, static_cast<std::uint64_t>(info(entry.dtype).bits / 8)) : count;
  if (!bytes)
    return file_error(NpyOverflow, "shape " + displayed(to_text(entry.shape)) + " does not fit in 64 bits");
  if (have < *bytes) {
    return file_error(
        NpyIncomplete,
        "incomplete: have " + std::to_string(have) + " of " + std::to_string(*bytes) + " bytes of values",
        file_size);
  }
  if (have > *bytes) {
    const Error error =
        file_error(NpyTrailing,
                   std::to_string(have - *bytes) + " bytes after the values (found " + std::to_string(have) +
                       " bytes, expected " + std::to_string(*bytes) + ")",
                   data_start + *bytes);
    if (!lenient) return error;
    file.warnings.push_back(error.message + "; they are not read");
  }
  entry.offset = data_start;
  entry.bytes = *bytes;
  return Ok{};
}

// The header's text, and where it starts in the file.
struct HeaderText {
  std::string text;
  int version = 0;
  std::uint64_t start = 0;
};

Result<HeaderText> read_text(const ByteSource& source, std::uint64_t most) {
  std::array<std::byte, 12> start{};
  const std::uint64_t size = source.size();
  const auto got = static_cast<std::size_t>(std::min<std::uint64_t>(size, start.size()));
  if (Status status = source.read(0, std::span(start).first(got)); !status) return status.error();
  if (got < 10)
    return file_error(
        NpyShort, "truncated: the file has " + std::to_string(size) + " bytes (expected a npy header)", size);
  auto byte = [&](std::size_t i) { return std::to_integer<unsigned>(start[i]); };
  const unsigned major = byte(6), minor = byte(7);
  if (major < 1 || major > 3 || minor != 0) {
    return file_error(NpyVersion,
                      "unknown npy version " + std::to_string(major) + "." + std::to_string(minor) +
                          " (expected 1.0, 2.0 or 3.0)",
                      kMagic.size());
  }
  const std::uint64_t prefix = major == 1 ? 10 : 12;
  if (size < prefix) return file_error(NpyShort, "truncated: the file ends inside the npy header", size);
  std::uint64_t length = byte(8) | byte(9) << 8;
  if (major > 1) length |= byte(10) << 16 | std::uint64_t{byte(11)} << 24;
  if (length > size - prefix) {
    return file_error(NpyHeaderLength,
                      "truncated: the file ends inside the npy header (header length " +
                          std::to_string(length) + ", only " + std::to_string(size - prefix) +
                          " bytes follow it)",
                      kLengthAt);
  }
  if (length > most) {
    return file_error(NpyHeaderBudget,
                      "header is too large (" + std::to_string(length) + " bytes, expected at most " +
                          std::to_string(most) + ")",
                      kLengthAt);
  }
  HeaderText header{std::string(length, '\0'), static_cast<int>(major), prefix};
  if (Status status = source.read(prefix, std::as_writable_bytes(std::span(header.text))); !status) {
    return status.error();
  }
  return header;
}

Result<TensorFile> read_checked(const std::shared_ptr<const ByteSource>& source, const ReadOptions& options) {
  const auto header =
      read_text(*source, options.max_header_bytes > 0 ? options.max_header_bytes : kMaxNpyHeaderBytes);
  if (!header) return header.error();
  if (header->version == 3) {  // versions 1 and 2 are Latin-1: every byte is a character
    if (const auto at = ill_formed_utf8(header->text)) {
      return file_error(NpyUtf8, "header is not UTF-8 (at byte " + std::to_string(*at) + " of the header)",
                        header->start + *at);
    }
  }
  const auto dict = parse_python_literal(header->text, header->version < 3);
  if (!dict) return in_part(header->start, dict.error());
  TensorFile file{source, "npy", {}, {}, {}};
  TensorEntry entry;
  entry.name = std::filesystem::path(source->name()).stem().string();
  if (Status status = read_dict(*dict, entry, options.lenient); !status) return status.error();
  if (entry.dtype == DType::BF16)
    file.warnings.push_back("dtype '" + displayed(entry.dtype_name) + "' is read as bfloat16");
  const std::uint64_t end = header->start + header->text.size();
  if (Status status = place_values(file, entry, end, options.lenient); !status) return status.error();
  if (entry.shape.size() > kMaxShownAxes) {
    if (entry.fortran_order) {
      entry.error = file_error(NpyAxes, "Fortran order with more than " + std::to_string(kMaxShownAxes) +
                                            " axes is not supported");
    } else {
      file.warnings.push_back("the array has " + std::to_string(entry.shape.size()) +
                              " axes and is shown flattened");
      entry.shape = {element_count(entry.shape)};
    }
  }
  file.tensors.push_back(std::move(entry));
  return file;
}

}  // namespace

bool accepts_npy(const ByteSource& source) {
  std::array<std::byte, kMagic.size()> start{};
  return source.size() >= start.size() && source.read(0, start) &&
         std::equal(start.begin(), start.end(), std::as_bytes(std::span(kMagic)).begin());
}

Result<TensorFile> read_npy(const std::shared_ptr<const ByteSource>& source, const ReadOptions& options) {
  auto file = read_checked(source, options);
  if (!file) return about_file(*source, file.error());
  return file;
}

}  // namespace bitloupe
