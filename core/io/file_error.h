// The one table of what can be wrong with a file: a stable code each, what was expected, what may help. It
// knows the readers' words but none of the readers.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/io/byte_source.h"
#include "core/result.h"

namespace bitloupe {

enum class FaultCode {
  // Opening and reading any file.
  FileMissing,
  FileDangling,
  FileLoop,
  FilePermission,
  FileFolderPermission,
  FileDirectory,
  FileFifo,
  FileSocket,
  FileDevice,
  FilePath,
  FileDescriptors,
  FileOpen,
  FileRead,
  FileChanged,
  FileRange,
  FileEmpty,
  FileUnknown,
  FileForeign,
  FileNotBuilt,
  FileMemory,
  // Choosing and loading a tensor.
  TensorNone,
  TensorUnnamed,
  TensorUnknown,
  TensorRange,
  TensorMemory,
  TensorColumns,
  TensorCount,
  // JSON text: a safetensors header, an index.
  JsonNul,
  JsonMark,
  JsonUtf8,
  JsonSyntax,
  JsonCut,
  JsonAfterEnd,
  JsonNumber,
  JsonDepth,
  JsonDuplicate,
  JsonTop,
  // safetensors.
  StShort,
  StHeaderLength,
  StHeaderBudget,
  StNoHeader,
  StEntry,
  StField,
  StShape,
  StAxes,
  StOffsets,
  StMetadata,
  StOverflow,
  StDType,
  StPartialByte,
  StSize,
  StOverlap,
  StHole,
  StTrailing,
  StIncomplete,
  StCut,
  // Index of shards.
  IdxBudget,
  IdxMap,
  IdxShards,
  IdxEscape,
  IdxOutside,
  IdxRecursion,
  IdxTwice,
  IdxShardMissing,
  IdxTensorMissing,
  // npy.
  NpyShort,
  NpyVersion,
  NpyHeaderLength,
  NpyHeaderBudget,
  NpyUtf8,
  NpyLiteral,
  NpyDepth,
  NpyKeys,
  NpyOrder,
  NpyDType,
  NpyObject,
  NpyStructure,
  NpyBfloat16,
  NpyShape,
  NpyAxes,
  NpyOverflow,
  NpyIncomplete,
  NpyTrailing,
  // GGUF.
  GgufShort,
  GgufVersion,
  GgufEndian,
  GgufCount,
  GgufBudget,
  GgufText,
  GgufKey,
  GgufValueType,
  GgufArray,
  GgufTwice,
  GgufAlignment,
  GgufName,
  GgufAxes,
  GgufOverflow,
  GgufType,
  GgufRow,
  GgufOffset,
  GgufOverlap,
  GgufOrder,
  GgufHole,
  GgufIncomplete,
  GgufCut,
  GgufMixedParts,
  GgufPartMissing,
};

struct FaultRow {
  FaultCode code;
  std::string_view key;  // "ST_OVERLAP": never changed once released
  ErrorCode kind;
  bool can_be_lenient;
  std::string_view expected, hint;
};

// One row a code, in the order of the enumerators.
std::span<const FaultRow> fault_rows();
const FaultRow& fault_row(FaultCode code);
// Whether the error is one of that code.
bool is_fault(const Error& error, FaultCode code);

// An error of that row. `tensor` is the name as stored.
Error file_error(FaultCode code, std::string message, std::optional<std::uint64_t> offset = {},
                 std::string_view tensor = {});

// `error` with "<path>: " in front, unless it is there already, and the path in its fault, unless one is.
Error about_file(std::string_view path, Error error);
Error about_file(const ByteSource& source, Error error);
// `error` with the tensor's name in its fault.
Error about_tensor(std::string_view name, Error error);
// An error about a part of a file that starts at byte `start`: its offset counts from the file's start then.
Error in_part(std::uint64_t start, Error error);

}  // namespace bitloupe
