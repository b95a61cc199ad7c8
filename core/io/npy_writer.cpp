#include "core/io/npy_writer.h"

#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <limits>

namespace bitloupe {

namespace {

void append(std::vector<std::byte>& out, std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  out.insert(out.end(), bytes.begin(), bytes.end());
}

void append_little(std::vector<std::byte>& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<std::byte>(value >> (8 * i)));
}

// A Python tuple: "()", "(3,)", "(3, 4)".
std::string tuple_text(const Shape& shape) {
  std::string text = "(";
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    text += (axis > 0 ? " " : "") + std::to_string(shape[axis]);
    if (axis + 1 < shape.size() || shape.size() == 1) text += ",";
  }
  return text + ")";
}

std::uint32_t crc_of(std::span<const std::byte> bytes) {
  uLong crc = ::crc32(0, nullptr, 0);
  while (!bytes.empty()) {
    const std::size_t part = std::min(bytes.size(), std::size_t{1} << 30);  // zlib counts in 32 bits
    crc = ::crc32(crc, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(part));
    bytes = bytes.subspan(part);
  }
  return static_cast<std::uint32_t>(crc);
}

struct ZipMember {
  std::string name;
  std::uint32_t crc = 0;
  std::uint64_t size = 0, offset = 0;
};

// The fields that local and central headers share, from "version needed" on (APPNOTE.TXT 4.3.7, 4.3.12).
void append_member(std::vector<std::byte>& out, const ZipMember& member) {
  constexpr std::uint64_t kVersion = 20, kUtf8Names = 1 << 11, kStored = 0;
  constexpr std::uint64_t kMidnight = 0, kFirstOf1980 = (1 << 5) + 1;  // same bytes on every run
  append_little(out, kVersion, 2);
  append_little(out, kUtf8Names, 2);
  append_little(out, kStored, 2);
  append_little(out, kMidnight, 2);
  append_little(out, kFirstOf1980, 2);
  append_little(out, member.crc, 4);
  append_little(out, member.size, 4);  // compressed
  append_little(out, member.size, 4);
  append_little(out, member.name.size(), 2);
  append_little(out, 0, 2);  // no extra field
}

void append_directory(std::vector<std::byte>& out, std::span<const ZipMember> members) {
  const std::uint64_t start = out.size();
  for (const ZipMember& member : members) {
    append(out, "PK\1\2");
    append_little(out, 20, 2);  // made by
    append_member(out, member);
    append_little(out, 0, 2 + 2 + 2);  // comment, disk, internal attributes
    append_little(out, 0, 4);          // external attributes
    append_little(out, member.offset, 4);
    append(out, member.name);
  }
  const std::uint64_t size = out.size() - start;
  append(out, "PK\5\6");
  append_little(out, 0, 2 + 2);  // disks
  append_little(out, members.size(), 2);
  append_little(out, members.size(), 2);
  append_little(out, size, 4);
  append_little(out, start, 4);
  append_little(out, 0, 2);  // comment
}

}  // namespace

std::vector<std::byte> encode_npy_header(std::string_view dtype, const Shape& shape) {
  std::string header =
      "{'descr': '" + std::string(dtype) + "', 'fortran_order': False, 'shape': " + tuple_text(shape) + ", }";
  // Data start at a multiple of 64 bytes; the header ends with a newline.
  constexpr std::size_t kPrefix = 10, kAlignment = 64;
  header.append(kAlignment - 1 - (kPrefix + header.size()) % kAlignment, ' ');
  header += '\n';
  std::vector<std::byte> out;
  append(out, std::string_view("\x93NUMPY\1\0", 8));
  append_little(out, header.size(), 2);
  append(out, header);
  return out;
}

std::vector<std::byte> encode_npy(const NpyArray& array) {
  std::vector<std::byte> out = encode_npy_header(array.dtype, array.shape);
  out.reserve(out.size() + array.bytes.size());
  out.insert(out.end(), array.bytes.begin(), array.bytes.end());
  return out;
}

Result<std::vector<std::byte>> encode_npz(std::span<const NamedArray> arrays) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
  constexpr std::size_t kMostNames = std::numeric_limits<std::uint16_t>::max();
  if (arrays.size() >= kMostNames) return bad_input("npz: too many arrays (at most 65534)");
  std::vector<std::byte> out;
  std::vector<ZipMember> members;
  for (const NamedArray& array : arrays) {
    if (array.array.bytes.size() >= kMost || array.name.size() > kMostNames - 4) {
      return bad_input("npz: array '" + array.name.substr(0, 100) + "' is too large (" +
                       std::to_string(array.array.bytes.size()) + " bytes, the limit is 4 GiB)");
    }
    const std::vector<std::byte> npy = encode_npy(array.array);
    members.push_back({array.name + ".npy", crc_of(npy), npy.size(), out.size()});
    append(out, "PK\3\4");
    append_member(out, members.back());
    append(out, members.back().name);
    out.insert(out.end(), npy.begin(), npy.end());
    if (npy.size() >= kMost || out.size() >= kMost) {
      return bad_input("npz: the arrays up to '" + array.name.substr(0, 100) + "' need more than 4 GiB");
    }
  }
  append_directory(out, members);
  if (out.size() >= kMost) return bad_input("npz: the arrays need more than 4 GiB");
  return out;
}

}  // namespace bitloupe
