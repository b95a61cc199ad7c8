#include "hostile_files.h"
#include "io_support.h"
#include "tests/core/gguf_bytes.h"

namespace bitloupe::test {

namespace {

using enum Verdict;

constexpr std::uint64_t kHuge = ~std::uint64_t{0}, kHalf = std::uint64_t{1} << 63;

std::string zeros(std::size_t count) { return std::string(count, '\0'); }

// One tensor and its data.
std::string one(const std::vector<std::uint64_t>& lengths, std::uint32_t type, std::size_t data,
                std::uint64_t offset = 0) {
  return gguf_file({}, {gguf_tensor("a", lengths, type, offset)}, zeros(data));
}

std::string named(std::string_view name) {
  return gguf_file({}, {gguf_tensor(name, {1}, kF32, 0)}, zeros(4));
}

std::string keyed(const std::string& key) { return gguf_file({key}, {}); }

std::string two(std::uint64_t first, std::uint64_t second, std::size_t data) {
  return gguf_file({}, {gguf_tensor("a", {4}, kF32, first), gguf_tensor("b", {4}, kF32, second)},
                   zeros(data));
}

std::string aligned(std::uint32_t type, std::uint64_t value, int bytes) {
  return gguf_file({gguf_key("general.alignment", type, little_endian(value, bytes))},
                   {gguf_tensor("a", {1}, kF32, 0)}, zeros(4));
}

// A block of Q4_0 with this scale.
std::string scaled(std::uint16_t scale) {
  return gguf_file({}, {gguf_tensor("a", {32}, kQ4_0, 0)}, little_endian(scale, 2) + std::string(16, '\x97'));
}

std::string part(std::uint16_t number, std::uint16_t count) {
  return gguf_file({gguf_key("split.no", kU16, little_endian(number, 2)),
                    gguf_key("split.count", kU16, little_endian(count, 2))},
                   {gguf_tensor("a", {1}, kF32, 0)}, zeros(4));
}

std::vector<HostileFile> headers() {
  return {
      {"G01 magic", "GGUG" + zeros(40), Refuse, Refuse, "FILE_UNKNOWN"},
      {"G01 GGML", "lmgg" + zeros(40), Refuse, Refuse, "FILE_FOREIGN"},
      {"G01 GGJT", "tjgg\3" + zeros(40), Refuse, Refuse, "FILE_FOREIGN"},
      {"G01 magic alone", "GGUF", Refuse, Refuse, "G_SHORT"},
      {"G01 counts cut", gguf_start(0, 0).substr(0, 20), Refuse, Refuse, "G_SHORT"},
      {"G02 version 0", gguf_start(0, 0, 0), Refuse, Refuse, "G_VERSION"},
      {"G02 version 1", gguf_start(0, 0, 1), Refuse, Refuse, "G_VERSION"},
      {"G02 version 2", gguf_start(0, 0, 2), Accept, Accept, ""},
      {"G02 version 4", gguf_start(0, 0, 4), Refuse, Refuse, "G_VERSION"},
      {"G02 big-endian", gguf_start(0, 0, 0x03000000), Refuse, Refuse, "G_ENDIAN"},
      {"G03 2^63 tensors", gguf_start(kHalf, 0) + zeros(100), Refuse, Refuse, "G_COUNT"},
      {"G03 2^64-1 tensors", gguf_start(kHuge, 0) + zeros(100), Refuse, Refuse, "G_COUNT"},
      {"G03 2^63 keys", gguf_start(0, kHalf) + zeros(100), Refuse, Refuse, "G_COUNT"},
      {"G03 2^64-1 keys", gguf_start(0, kHuge) + zeros(100), Refuse, Refuse, "G_COUNT"},
      {"G04 key of 2^63", gguf_start(0, 1) + little_endian(kHalf, 8) + zeros(20), Refuse, Refuse, "G_TEXT"},
      {"G04 key empty", keyed(gguf_key("", kU8, "\1")), Refuse, Refuse, "G_KEY"},
      {"G04 key not UTF-8", keyed(gguf_key("a\xFF", kU8, "\1")), Warn, Warn, ""},
      {"G05 text longer by one",
       gguf_start(0, 1) + gguf_text("k") + little_endian(kString, 4) + little_endian(5, 8) + "four", Refuse,
       Refuse, "G_TEXT"},
      {"G05 text of 2^64-1",
       gguf_start(0, 1) + gguf_text("k") + little_endian(kString, 4) + little_endian(kHuge, 8) + "four",
       Refuse, Refuse, "G_TEXT"},
      {"G05 text not UTF-8", keyed(gguf_key("k", kString, gguf_text("a\xFF"))), Warn, Warn, ""},
      {"G06 array of 2^63", keyed(gguf_array("k", kU8, kHalf, "")), Refuse, Refuse, "G_ARRAY"},
      {"G06 array of 2^61 numbers of 8 bytes", keyed(gguf_array("k", 10, kHalf >> 2, "")), Refuse, Refuse,
       "G_ARRAY"},
      {"G06 2^62 texts", keyed(gguf_array("k", kString, kHalf >> 1, "")), Refuse, Refuse, "G_ARRAY"},
      {"G06 three texts in nine bytes", gguf_start(0, 1) + gguf_array("k", kString, 3, gguf_text("a")),
       Refuse, Refuse, "G_ARRAY"},
      {"G06 array of arrays",
       keyed(gguf_array("k", kArray, 1, little_endian(kU8, 4) + little_endian(1, 8) + "\1")), Refuse, Refuse,
       "G_ARRAY"},
      {"G06 2^62 arrays", keyed(gguf_array("k", kArray, kHalf >> 1, "")), Refuse, Refuse, "G_ARRAY"},
      {"G07 value type 13", keyed(gguf_key("k", 13, zeros(8))), Refuse, Refuse, "G_VALUE_TYPE"},
      {"G07 value type 2^32-1", keyed(gguf_key("k", 0xFFFFFFFF, zeros(8))), Refuse, Refuse, "G_VALUE_TYPE"},
      {"G07 element type 13", keyed(gguf_array("k", 13, 1, zeros(8))), Refuse, Refuse, "G_VALUE_TYPE"},
      {"G08 bool 7", keyed(gguf_key("k", kBool, "\7")), Warn, Warn, ""},
      {"G08 bools 7 and 2", keyed(gguf_array("k", kBool, 20, "\7" + std::string(18, '\1') + "\2")), Warn,
       Warn, ""},
      {"G09 key twice", gguf_file({gguf_key("k", kU8, "\1"), gguf_key("k", kU8, "\1")}, {}), Refuse, Refuse,
       "G_TWICE"},
      {"G09 tensor twice",
       gguf_file({}, {gguf_tensor("a", {1}, kF32, 0), gguf_tensor("a", {1}, kF32, 32)}, zeros(64)), Refuse,
       Refuse, "G_TWICE"},
      {"G10 alignment 0", aligned(kU32, 0, 4), Refuse, Refuse, "G_ALIGNMENT"},
      {"G10 alignment 3", aligned(kU32, 3, 4), Refuse, Refuse, "G_ALIGNMENT"},
      {"G10 alignment 2^31", aligned(kU32, 1u << 31, 4), Refuse, Refuse, "G_ALIGNMENT"},
      {"G10 alignment 2^21", aligned(kU32, 1u << 21, 4), Refuse, Refuse, "G_ALIGNMENT"},
      {"G10 alignment i32", aligned(kI32, 32, 4), Refuse, Refuse, "G_ALIGNMENT"},
      {"G10 alignment u64", aligned(10, 32, 8), Refuse, Refuse, "G_ALIGNMENT"},
      {"G10 alignment a text", keyed(gguf_key("general.alignment", kString, gguf_text("32"))), Refuse, Refuse,
       "G_ALIGNMENT"},
      {"G23 NaN", keyed(gguf_key("k", kFloat, little_endian(0x7FC00000, 4))), Accept, Accept, ""},
      {"G26 no tensors", keyed(gguf_key("k", kU8, "\1")), Accept, Accept, ""},
      {"G26 nothing", gguf_start(0, 0), Accept, Accept, ""},
  };
}

std::vector<HostileFile> tensors() {
  return {
      {"G11 scalar", one({}, kF32, 4), Accept, Accept, ""},
      {"G11 four axes", one({2, 1, 1, 1}, kF32, 8), Accept, Accept, ""},
      {"G11 five axes", one({2, 1, 1, 1, 1}, kF32, 8), Refuse, Refuse, "G_AXES"},
      {"G11 2^32-1 axes", gguf_start(1, 0) + gguf_text("a") + little_endian(0xFFFFFFFF, 4) + zeros(64),
       Refuse, Refuse, "G_AXES"},
      {"G12 empty", one({0}, kF32, 0), Accept, Accept, ""},
      {"G12 empty, the file not padded", gguf_start(1, 0) + gguf_tensor("a", {0}, kF32, 0), Accept, Accept,
       ""},
      {"G12 empty rows", one({32, 0}, kQ4_0, 0), Accept, Accept, ""},
      {"G13 length 2^63", one({kHalf}, kF32, 8), Refuse, Refuse, "G_OVERFLOW"},
      {"G13 length 2^63 of nothing", one({kHalf, 0}, kF32, 8), Refuse, Refuse, "G_OVERFLOW"},
      {"G14 2^32 x 2^32", one({std::uint64_t{1} << 32, std::uint64_t{1} << 32}, kF32, 8), Refuse, Refuse,
       "G_OVERFLOW"},
      {"G14 2^64-1 x 2", one({kHuge, 2}, kF32, 8), Refuse, Refuse, "G_OVERFLOW"},
      {"G14 2^62 values of 4 bytes", one({std::uint64_t{1} << 62}, kF32, 8), Refuse, Refuse, "G_OVERFLOW"},
      {"G14 2^42 + 1", one({(std::uint64_t{1} << 42) + 1}, kF32, 8), Refuse, Skip, "G_INCOMPLETE"},
      {"G15 removed type", one({32}, 4, 20), Skip, Skip, "G_TYPE"},
      {"G15 removed type 33", one({32}, 33, 18), Skip, Skip, "G_TYPE"},
      {"G15 not decoded", one({256}, 16, 66), Skip, Skip, "G_TYPE"},
      {"G15 not decoded, short", one({256}, 16, 65), Refuse, Skip, "G_INCOMPLETE"},
      {"G15 future type", one({32}, 77, 20), Skip, Skip, "G_TYPE"},
      {"G15 type 2^32-1 behind the end", one({32}, 0xFFFFFFFF, 20, 64), Refuse, Skip, "G_HOLE"},
      {"G15 future type between others",
       gguf_file(
           {},
           {gguf_tensor("a", {1}, kF32, 0), gguf_tensor("b", {7}, 77, 32), gguf_tensor("c", {1}, kF32, 96)},
           zeros(100)),
       Skip, Skip, "G_TYPE"},
      {"G15 future type beside an empty tensor",
       gguf_file(
           {},
           {gguf_tensor("a", {7}, 77, 0), gguf_tensor("b", {0}, kF32, 0), gguf_tensor("c", {1}, kF32, 32)},
           zeros(36)),
       Skip, Skip, "G_TYPE"},
      {"G16 row of 100 in Q4_K", one({100}, kQ4_K, 144), Refuse, Refuse, "G_ROW"},
      {"G16 row of 16 in Q4_0, twice", one({16, 2}, kQ4_0, 18), Refuse, Refuse, "G_ROW"},
      {"G16 scalar in Q4_0", one({}, kQ4_0, 18), Refuse, Refuse, "G_ROW"},
      {"G17 unaligned", two(0, 16, 64), Refuse, Refuse, "G_OFFSET"},
      {"G17 overlap", two(0, 0, 64), Refuse, Refuse, "G_OVERLAP"},
      {"G17 hole", two(0, 64, 80), Refuse, Warn, "G_HOLE"},
      {"G17 hole at the start", one({1}, kF32, 36, 32), Refuse, Warn, "G_HOLE"},
      {"G17 not ascending", two(32, 0, 48), Refuse, Warn, "G_ORDER"},
      {"G17 behind the file", two(0, std::uint64_t{1} << 40, 48), Refuse, Skip, "G_HOLE"},
      {"G17 in order", two(0, 32, 48), Accept, Accept, ""},
      {"G17 padded", two(0, 32, 64), Accept, Accept, ""},
      {"G18 short by a byte", two(0, 32, 47), Refuse, Skip, "G_INCOMPLETE"},
      {"G18 short by all", two(0, 32, 0), Refuse, Skip, "G_INCOMPLETE"},
      {"G18 rest", two(0, 32, 200), Warn, Warn, ""},
      {"G19 offset 2^64-32", one({8}, kF32, 32, kHuge - 31), Refuse, Refuse, "G_OVERFLOW"},
      {"G20 name of 64 bytes", named(std::string(64, 'n')), Warn, Warn, ""},
      {"G20 name of 63 bytes", named(std::string(63, 'n')), Accept, Accept, ""},
      {"G20 name empty", named(""), Refuse, Refuse, "G_NAME"},
      {"G20 name with NUL", named(std::string("a\0b", 3)), Accept, Accept, ""},
      {"G20 name with formats", named("%s%n%s%n"), Accept, Accept, ""},
      {"G20 name not UTF-8", named("a\xFF"), Warn, Warn, ""},
      {"G21 a part without its name", part(1, 3), Warn, Warn, ""},
      {"G21 part 3 of 3, from 0", part(3, 3), Refuse, Refuse, "G_SPLIT"},
      {"G21 65,535 parts", part(0, 65535), Refuse, Refuse, "G_SPLIT"},
      {"G24 scale NaN", scaled(0x7E00), Warn, Warn, ""},
      {"G24 scale -inf", scaled(0xFC00), Warn, Warn, ""},
      {"G24 scale subnormal", scaled(0x03FF), Warn, Warn, ""},
      {"G24 scale smallest normal", scaled(0x0400), Accept, Accept, ""},
      {"G25 scale 0", scaled(0), Accept, Accept, ""},
      {"G25 scale -0", scaled(0x8000), Accept, Accept, ""},
  };
}

}  // namespace

std::vector<HostileFile> hostile_gguf() {
  std::vector<HostileFile> files = headers();
  for (const HostileFile& file : tensors()) files.push_back(file);
  return files;
}

}  // namespace bitloupe::test
