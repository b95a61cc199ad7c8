#include "core/io/file_error.h"

#include <array>
#include <memory>
#include <utility>

#include "core/checked.h"
#include "core/io/display_text.h"

namespace bitloupe {

namespace {

using enum FaultCode;

constexpr ErrorCode kBad = ErrorCode::BadInput, kIo = ErrorCode::Io, kWrong = ErrorCode::BadArgument,
                    kMemory = ErrorCode::OutOfMemory, kLater = ErrorCode::NotAvailable;
constexpr bool kAsk = true, kNever = false;  // whether --lenient and "Open anyway" accept it

constexpr std::string_view kCut = "copy or download the file again";
constexpr std::string_view kWriter = "write the file again with its format's own library";

constexpr std::array kRows = std::to_array<FaultRow>({
    {FileMissing, "FILE_MISSING", kIo, kNever, "the path of an existing file", "look for a typing error"},
    {FileDangling, "FILE_DANGLING", kIo, kNever, "a link to an existing file",
     "its target was moved or deleted"},
    {FileLoop, "FILE_LOOP", kIo, kNever, "a link to a file", "the links lead to each other"},
    {FilePermission, "FILE_PERMISSION", kIo, kNever, "a file that you may read", "chmod u+r, if it is yours"},
    {FileFolderPermission, "FILE_FOLDER_PERMISSION", kIo, kNever, "folders that you may search",
     "chmod u+x on the folder, if it is yours"},
    {FileDirectory, "FILE_DIRECTORY", kIo, kNever, "a regular file", "name one of the files in it"},
    {FileFifo, "FILE_FIFO", kIo, kNever, "a regular file", "save the stream to a file first"},
    {FileSocket, "FILE_SOCKET", kIo, kNever, "a regular file", ""},
    {FileDevice, "FILE_DEVICE", kIo, kNever, "a regular file", "copy its content to a file first"},
    {FilePath, "FILE_PATH", kIo, kNever, "a path without NUL bytes", ""},
    {FileDescriptors, "FILE_DESCRIPTORS", kIo, kNever, "room for one more open file",
     "close other files, or raise ulimit -n"},
    {FileOpen, "FILE_OPEN", kIo, kNever, "a file that can be opened", ""},
    {FileRead, "FILE_READ", kIo, kNever, "bytes that can be read", "look at the disk or the network"},
    {FileChanged, "FILE_CHANGED", kIo, kNever, "the file as it was opened", "reload it"},
    {FileRange, "FILE_RANGE", kBad, kNever, "a range inside the file", ""},
    {FileEmpty, "FILE_EMPTY", kBad, kNever, "at least one byte", kCut},
    {FileUnknown, "FILE_UNKNOWN", kBad, kNever, "a file of a known format",
     "see the list of formats in the manual"},
    {FileForeign, "FILE_FOREIGN", kBad, kNever, "safetensors, GGUF, npy or an index of shards",
     "convert it to safetensors"},
    {FileNotBuilt, "FILE_NOT_BUILT", kLater, kNever, "a format that this version reads",
     "convert it to safetensors or npy"},
    {FileMemory, "FILE_MEMORY", kMemory, kNever, "memory for the header", "close other programs"},

    {TensorNone, "TENSOR_NONE", kBad, kNever, "at least one tensor", ""},
    {TensorUnnamed, "TENSOR_UNNAMED", kWrong, kNever, "the name of one tensor", "write PATH::TENSOR"},
    {TensorUnknown, "TENSOR_UNKNOWN", kWrong, kNever, "the name of a tensor in the file",
     "inspect lists the names"},
    {TensorRange, "TENSOR_RANGE", kBad, kNever, "bytes inside the file", "reload the file"},
    {TensorMemory, "TENSOR_MEMORY", kMemory, kNever, "memory for the values",
     "close other programs, or lower BITLOUPE_MEMORY"},
    {TensorColumns, "TENSOR_COLUMNS", kMemory, kNever, "values stored row by row",
     "save it in row-major order, or raise BITLOUPE_MEMORY"},

    {TensorCount, "TENSOR_COUNT", kBad, kNever, "at most 1,000,000 tensors", "split the file"},

    {JsonNul, "JSON_NUL", kBad, kNever, "text without NUL bytes", kWriter},
    {JsonMark, "JSON_MARK", kBad, kNever, "text without a byte order mark", kWriter},
    {JsonUtf8, "JSON_UTF8", kBad, kNever, "UTF-8 text", kWriter},
    {JsonSyntax, "JSON_SYNTAX", kBad, kNever, "JSON text", kWriter},
    {JsonCut, "JSON_CUT", kBad, kNever, "JSON text that ends with its closing brace", kCut},
    {JsonAfterEnd, "JSON_AFTER_END", kBad, kNever, "nothing but blanks after the closing brace", kWriter},
    {JsonNumber, "JSON_NUMBER", kBad, kNever, "numbers of at most 64 bits", kWriter},
    {JsonDepth, "JSON_DEPTH", kBad, kNever, "at most 16 levels of nesting", ""},
    {JsonDuplicate, "JSON_DUPLICATE", kBad, kNever, "every key once", kWriter},
    {JsonTop, "JSON_TOP", kBad, kNever, "a JSON object", ""},

    {StShort, "ST_SHORT", kBad, kNever, "8 bytes of header length", kCut},
    {StHeaderLength, "ST_HEADER_LENGTH", kBad, kNever, "a header that fits the file", kCut},
    {StHeaderBudget, "ST_HEADER_BUDGET", kBad, kNever, "a header of at most 100,000,000 bytes",
     "--max-header raises the limit"},
    {StNoHeader, "ST_NO_HEADER", kBad, kNever, "a JSON header", kCut},
    {StEntry, "ST_ENTRY", kBad, kNever, "an object for every tensor", kWriter},
    {StField, "ST_FIELD", kBad, kNever, "dtype, shape and data_offsets of their types", kWriter},
    {StShape, "ST_SHAPE", kBad, kNever, "a shape of unsigned integers", kWriter},
    {StAxes, "ST_AXES", kBad, kNever, "at most 64 axes", "reshape the tensor"},
    {StOffsets, "ST_OFFSETS", kBad, kNever, "data_offsets [begin, end] with begin <= end", kWriter},
    {StMetadata, "ST_METADATA", kBad, kNever, "__metadata__ of strings", kWriter},
    {StOverflow, "ST_OVERFLOW", kBad, kNever, "a size of at most 64 bits", kWriter},
    {StDType, "ST_DTYPE", kBad, kNever, "a real dtype of the format", "convert the tensor"},
    {StPartialByte, "ST_PARTIAL_BYTE", kBad, kNever, "values that fill whole bytes", kWriter},
    {StSize, "ST_SIZE", kBad, kNever, "as many bytes as dtype and shape need", kWriter},
    {StOverlap, "ST_OVERLAP", kBad, kNever, "tensors that do not share bytes", kWriter},
    {StHole, "ST_HOLE", kBad, kAsk, "each tensor right behind the one before",
     "--lenient or \"Open anyway\" skips the bytes between"},
    {StTrailing, "ST_TRAILING", kBad, kAsk, "nothing after the last tensor",
     "--lenient or \"Open anyway\" leaves the rest unread"},
    {StIncomplete, "ST_INCOMPLETE", kBad, kAsk, "all bytes of all tensors",
     "copy or download the file again; --lenient or \"Open anyway\" loads the tensors that are complete"},
    {StCut, "ST_CUT", kBad, kNever, "all bytes of the tensor", kCut},

    {IdxBudget, "IDX_BUDGET", kBad, kNever, "an index of at most 100,000,000 bytes",
     "--max-header raises the limit"},
    {IdxMap, "IDX_MAP", kBad, kNever, "a weight_map of tensor names to file names", kWriter},
    {IdxShards, "IDX_SHARDS", kBad, kNever, "at most 100,000 shards", "write fewer, larger shards"},
    {IdxEscape, "IDX_ESCAPE", kBad, kNever, "plain names of files beside the index", kWriter},
    {IdxOutside, "IDX_OUTSIDE", kBad, kAsk, "shards in the folder of the index",
     "--lenient or \"Open anyway\" follows the link"},
    {IdxRecursion, "IDX_RECURSION", kBad, kNever, "shards of values", kWriter},
    {IdxTwice, "IDX_TWICE", kBad, kNever, "every tensor in one shard", kWriter},
    {IdxShardMissing, "IDX_SHARD_MISSING", kBad, kNever, "every shard beside the index",
     "download the missing shards"},
    {IdxTensorMissing, "IDX_TENSOR_MISSING", kBad, kNever, "the tensor in the shard that the index names",
     "download the shards again"},

    {NpyShort, "NPY_SHORT", kBad, kNever, "magic, version and header length", kCut},
    {NpyVersion, "NPY_VERSION", kBad, kNever, "version 1.0, 2.0 or 3.0", "save it with a current numpy"},
    {NpyHeaderLength, "NPY_HEADER_LENGTH", kBad, kNever, "a header that fits the file", kCut},
    {NpyHeaderBudget, "NPY_HEADER_BUDGET", kBad, kNever, "a header of at most 65,536 bytes",
     "--max-header raises the limit"},
    {NpyUtf8, "NPY_UTF8", kBad, kNever, "UTF-8 text in version 3.0", kWriter},
    {NpyLiteral, "NPY_LITERAL", kBad, kNever, "a Python dict of plain literals", kWriter},
    {NpyDepth, "NPY_DEPTH", kBad, kNever, "at most 16 levels of nesting", ""},
    {NpyKeys, "NPY_KEYS", kBad, kNever, "a dict with descr, fortran_order and shape", kWriter},
    {NpyOrder, "NPY_ORDER", kBad, kNever, "fortran_order True or False", kWriter},
    {NpyDType, "NPY_DTYPE", kBad, kNever, "b1, i1 to i8, u1 to u8, f2, f4 or f8", "convert it with astype"},
    {NpyObject, "NPY_OBJECT", kBad, kNever, "an array of numbers", "convert it with astype"},
    {NpyStructure, "NPY_STRUCTURE", kBad, kNever, "an array of numbers",
     "save each field as an array of its own"},
    {NpyBfloat16, "NPY_BFLOAT16", kBad, kAsk, "a dtype that says what its bytes mean",
     "--lenient or \"Open anyway\" reads them as bfloat16"},
    {NpyShape, "NPY_SHAPE", kBad, kNever, "a tuple of lengths", kWriter},
    {NpyAxes, "NPY_AXES", kBad, kNever, "at most 64 axes; 8 in Fortran order", "reshape the array"},
    {NpyOverflow, "NPY_OVERFLOW", kBad, kNever, "a size of at most 64 bits", kWriter},
    {NpyIncomplete, "NPY_INCOMPLETE", kBad, kNever, "all bytes of the array", kCut},
    {NpyTrailing, "NPY_TRAILING", kBad, kAsk, "nothing after the values",
     "--lenient or \"Open anyway\" leaves the rest unread"},

    {GgufShort, "G_SHORT", kBad, kNever, "a header that ends inside the file", kCut},
    {GgufVersion, "G_VERSION", kBad, kNever, "version 2 or 3", "convert it with a current llama.cpp"},
    {GgufEndian, "G_ENDIAN", kBad, kNever, "little-endian numbers",
     "convert it with gguf-py's gguf_convert_endian"},
    {GgufCount, "G_COUNT", kBad, kNever, "no more tensors and keys than the file has room for", kCut},
    {GgufBudget, "G_BUDGET", kBad, kNever, "a header of at most 268,435,456 bytes and 65,536 keys",
     "--max-header raises the limit of bytes"},
    {GgufText, "G_TEXT", kBad, kNever, "texts of at most 16 MiB, names of at most 64 KiB", kCut},
    {GgufKey, "G_KEY", kBad, kNever, "metadata keys with a name", kWriter},
    {GgufValueType, "G_VALUE_TYPE", kBad, kNever, "value types 0 to 12", kWriter},
    {GgufArray, "G_ARRAY", kBad, kNever, "arrays of at most 67,108,864 numbers or texts", kWriter},
    {GgufTwice, "G_TWICE", kBad, kNever, "every key and every tensor once", kWriter},
    {GgufAlignment, "G_ALIGNMENT", kBad, kNever, "general.alignment, u32, a power of two up to 1 MiB",
     kWriter},
    {GgufName, "G_NAME", kBad, kNever, "tensors with a name", kWriter},
    {GgufAxes, "G_AXES", kBad, kNever, "at most 4 axes", "reshape the tensor"},
    {GgufOverflow, "G_OVERFLOW", kBad, kNever, "lengths of at most 63 bits and sizes of at most 64", kWriter},
    {GgufType, "G_TYPE", kBad, kNever, "a type of ggml that is decoded",
     "requantize the tensor to another type"},
    {GgufRow, "G_ROW", kBad, kNever, "rows of whole blocks", kWriter},
    {GgufOffset, "G_OFFSET", kBad, kNever, "offsets that are multiples of general.alignment", kWriter},
    {GgufOverlap, "G_OVERLAP", kBad, kNever, "tensors that do not share bytes", kWriter},
    {GgufOrder, "G_ORDER", kBad, kAsk, "tensors in the order in which they are listed",
     "--lenient or \"Open anyway\" reads them where they are"},
    {GgufHole, "G_HOLE", kBad, kAsk, "each tensor right behind the one before",
     "--lenient or \"Open anyway\" skips the bytes between"},
    {GgufIncomplete, "G_INCOMPLETE", kBad, kAsk, "all bytes of all tensors",
     "copy or download the file again; --lenient or \"Open anyway\" loads the tensors that are complete"},
    {GgufCut, "G_CUT", kBad, kNever, "all bytes of the tensor", kCut},
    {GgufMixedParts, "G_SPLIT", kBad, kNever, "parts of one checkpoint, each with its number",
     "download the parts again"},
    {GgufPartMissing, "G_PART_MISSING", kBad, kNever, "every part beside the others",
     "download the missing parts"},
});

constexpr bool in_order() {
  for (std::size_t i = 0; i < kRows.size(); ++i)
    if (static_cast<std::size_t>(kRows[i].code) != i) return false;
  return true;
}
static_assert(in_order());

FileFault fault_of(FaultCode code) {
  const FaultRow& row = fault_row(code);
  return {row.key, "", std::nullopt, "", row.expected, row.hint, row.can_be_lenient};
}

// The error with its fault changed; a source that is not ours may have given none.
template <class Change>
Error with_fault(Error error, Change&& change) {
  FileFault fault =
      error.fault ? *error.fault : fault_of(error.code == ErrorCode::OutOfMemory ? FileMemory : FileRead);
  change(fault);
  error.fault = std::make_shared<const FileFault>(std::move(fault));
  return error;
}

}  // namespace

std::span<const FaultRow> fault_rows() { return kRows; }

const FaultRow& fault_row(FaultCode code) { return kRows[static_cast<std::size_t>(code)]; }

bool is_fault(const Error& error, FaultCode code) {
  return error.fault && error.fault->code == fault_row(code).key;
}

Error file_error(FaultCode code, std::string message, std::optional<std::uint64_t> offset,
                 std::string_view tensor) {
  FileFault fault = fault_of(code);
  fault.offset = offset;
  fault.tensor = displayed(tensor);
  return {fault_row(code).kind, std::move(message), std::make_shared<const FileFault>(std::move(fault))};
}

Error about_file(std::string_view path, Error error) {
  if (error.code == ErrorCode::Cancelled) return error;
  const std::string shown = displayed_path(path), front = shown + ": ";
  error = with_fault(std::move(error), [&](FileFault& fault) {
    if (fault.file.empty()) fault.file = shown;
  });
  if (!error.message.starts_with(front)) error.message = front + error.message;
  return error;
}

Error about_file(const ByteSource& source, Error error) {
  return about_file(source.name(), std::move(error));
}

Error about_tensor(std::string_view name, Error error) {
  if (error.code == ErrorCode::Cancelled) return error;
  return with_fault(std::move(error), [&](FileFault& fault) { fault.tensor = displayed(name); });
}

Error in_part(std::uint64_t start, Error error) {
  if (!error.fault || !error.fault->offset) return error;
  return with_fault(std::move(error),
                    [&](FileFault& fault) { fault.offset = checked_add(*fault.offset, start); });
}

}  // namespace bitloupe
