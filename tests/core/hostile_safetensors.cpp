#include "hostile_files.h"
#include "io_support.h"

namespace bitloupe::test {

namespace {

using enum Verdict;

std::string zeros(std::size_t count) { return std::string(count, '\0'); }

std::string file(std::string_view header, std::size_t data = 0) {
  return safetensors_bytes(header, zeros(data));
}

std::string row(std::string_view name, std::string_view dtype, std::string_view shape,
                std::string_view offsets) {
  return std::string("\"") + std::string(name) + R"(":{"dtype":")" + std::string(dtype) + R"(","shape":)" +
         std::string(shape) + R"(,"data_offsets":)" + std::string(offsets) + "}";
}

std::string one(std::string_view dtype, std::string_view shape, std::string_view offsets, std::size_t data) {
  return file("{" + row("a", dtype, shape, offsets) + "}", data);
}

std::string two(std::string_view first, std::string_view second, std::size_t data) {
  return file("{" + row("a", "U8", "[4]", first) + "," + row("b", "U8", "[4]", second) + "}", data);
}

std::string ones(std::size_t count) {
  std::string text = "[2";
  for (std::size_t i = 1; i < count; ++i) text += ",1";
  return text + "]";
}

const std::string kRow = row("a", "F32", "[2]", "[0,8]");
const std::string kGood = "{" + kRow + "}";

void add_headers(std::vector<HostileFile>& files) {
  const std::uint64_t huge = ~std::uint64_t{0};
  for (const HostileFile& item : std::vector<HostileFile>{
           {"S02 one byte", "\1", Refuse, Refuse, "ST_SHORT"},
           {"S02 seven bytes", std::string(7, '\1'), Refuse, Refuse, "ST_SHORT"},
           {"S03 length past the end", little_endian(100, 8) + "{}", Refuse, Refuse, "ST_HEADER_LENGTH"},
           {"S04 length 2^64-1", little_endian(huge, 8) + "{}", Refuse, Refuse, "ST_HEADER_LENGTH"},
           {"S04 length 2^64-8", little_endian(huge - 7, 8) + "{}", Refuse, Refuse, "ST_HEADER_LENGTH"},
           {"S04 length 2^63", little_endian(std::uint64_t{1} << 63, 8) + "{}", Refuse, Refuse,
            "ST_HEADER_LENGTH"},
           {"S04 length 2^32", little_endian(std::uint64_t{1} << 32, 8) + "{}", Refuse, Refuse,
            "ST_HEADER_LENGTH"},
           {"S06 length 0", little_endian(0, 8) + "  ", Refuse, Refuse, "ST_NO_HEADER"},
           {"S06 length 1", little_endian(1, 8) + "{", Refuse, Refuse, "ST_NO_HEADER"},
           {"S07 not UTF-8", file("{\"\xFF\":1}"), Refuse, Refuse, "JSON_UTF8"},
           {"S08 overlong", file("{\"a\xC0\x80\":1}"), Refuse, Refuse, "JSON_UTF8"},
           {"S08 surrogate bytes", file("{\"\xED\xA0\x80\":1}"), Refuse, Refuse, "JSON_UTF8"},
           {"S08 lone high surrogate", file(R"({"\ud800":1})"), Refuse, Refuse, "JSON_SYNTAX"},
           {"S08 lone low surrogate", file(R"({"\udc00":1})"), Refuse, Refuse, "JSON_SYNTAX"},
           {"S09 cut in a key", file("{\"a\":\n{\"dty"), Refuse, Refuse, "JSON_CUT"},
           {"S09 semicolon", file("{\"a\";1}"), Refuse, Refuse, "JSON_SYNTAX"},
           {"S10 text behind", file(kGood + "x", 8), Refuse, Refuse, "JSON_AFTER_END"},
           {"S10 second object", file(kGood + "{}", 8), Refuse, Refuse, "JSON_AFTER_END"},
           {"S10 NUL padding", file(kGood + zeros(3), 8), Refuse, Refuse, "JSON_NUL"},
           {"S10 second object after NUL", file(kGood + zeros(1) + "{}", 8), Refuse, Refuse, "JSON_NUL"},
           {"S11 padding", file("\n\t " + kGood + " \r\n", 8), Accept, Accept, ""},
           {"S12 byte order mark", file("\xEF\xBB\xBF" + kGood, 8), Refuse, Refuse, "JSON_MARK"},
           {"S13 array", file("[]"), Refuse, Refuse, "JSON_TOP"},
           {"S13 number", file("12"), Refuse, Refuse, "JSON_TOP"},
           {"S13 null", file("null"), Refuse, Refuse, "JSON_TOP"},
           {"S14 name twice", file("{" + kRow + "," + row("a", "F32", "[2]", "[8,16]") + "}", 16), Refuse,
            Refuse, "JSON_DUPLICATE"},
           {"S15 name twice, alike", file("{" + kRow + "," + kRow + "}", 8), Refuse, Refuse,
            "JSON_DUPLICATE"},
           {"S16 field twice", file(R"({"a":{"dtype":"U8","dtype":"U8","shape":[0],"data_offsets":[0,0]}})"),
            Refuse, Refuse, "JSON_DUPLICATE"},
           {"S16 field unknown", file(R"({"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"x":[{}]}})"),
            Warn, Warn, ""},
       })
    files.push_back(item);
  for (int i = 0; i < 20; ++i) {
    std::string header = "{";
    for (int name = 0; name < 20; ++name)
      header += row("t" + std::to_string(name == i ? (i + 7) % 20 : name), "U8", "[0]", "[0,0]") + ",";
    header.back() = '}';
    files.push_back({"S15 one of twenty names twice", file(header), Refuse, Refuse, "JSON_DUPLICATE"});
  }
}

void add_entries(std::vector<HostileFile>& files) {
  for (const HostileFile& item : std::vector<HostileFile>{
           {"S17 no dtype", file(R"({"a":{"shape":[],"data_offsets":[0,4]}})", 4), Refuse, Refuse,
            "ST_FIELD"},
           {"S17 no shape", file(R"({"a":{"dtype":"F32","data_offsets":[0,4]}})", 4), Refuse, Refuse,
            "ST_FIELD"},
           {"S17 no offsets", file(R"({"a":{"dtype":"F32","shape":[]}})", 4), Refuse, Refuse, "ST_FIELD"},
           {"S17 dtype a number", file(R"({"a":{"dtype":1}})"), Refuse, Refuse, "ST_FIELD"},
           {"S17 shape a text", file(R"({"a":{"shape":"x"}})"), Refuse, Refuse, "ST_FIELD"},
           {"S17 offsets an object", file(R"({"a":{"data_offsets":{}}})"), Refuse, Refuse, "ST_FIELD"},
           {"S17 tensor a number", file(R"({"a":1})"), Refuse, Refuse, "ST_ENTRY"},
           {"S18 dtype unknown", one("F7", "[3]", "[0,5]", 5), Skip, Skip, "ST_DTYPE"},
           {"S18 dtype lower case", one("f32", "[3]", "[0,12]", 12), Skip, Skip, "ST_DTYPE"},
           {"S18 dtype empty", one("", "[3]", "[0,12]", 12), Skip, Skip, "ST_DTYPE"},
           {"S18 dtype complex", one("C64", "[3]", "[0,24]", 24), Skip, Skip, "ST_DTYPE"},
           {"S18 dtype unknown, outside", one("F7", "[3]", "[0,9]", 8), Refuse, Skip, "ST_INCOMPLETE"},
           {"S20 product overflows", one("F32", "[2,18446744073709551614]", "[0,8]", 8), Refuse, Refuse,
            "ST_OVERFLOW"},
           {"S20 bits overflow", one("F32", "[2,9223372036854775807]", "[0,8]", 8), Refuse, Refuse,
            "ST_OVERFLOW"},
           {"S21 scalar", one("F32", "[]", "[0,4]", 4), Accept, Accept, ""},
           {"S22 empty", one("F32", "[3,0]", "[0,0]", 0), Accept, Accept, ""},
           {"S23 empty and huge", one("F32", "[0,18446744073709551615]", "[0,0]", 0), Accept, Accept, ""},
           {"S24 nine axes", one("F32", ones(9), "[0,8]", 8), Warn, Warn, ""},
           {"S24 65 axes", one("F32", ones(65), "[0,8]", 8), Skip, Skip, "ST_AXES"},
           {"S24 10,000 axes", one("F32", ones(10'000), "[0,8]", 8), Refuse, Refuse, "ST_AXES"},
           {"S25 reversed", one("F32", "[2]", "[8,0]", 8), Refuse, Refuse, "ST_OFFSETS"},
           {"S25 negative", one("F32", "[2]", "[-8,0]", 8), Refuse, Refuse, "ST_OFFSETS"},
           {"S25 three numbers", one("F32", "[2]", "[0,4,8]", 8), Refuse, Refuse, "ST_OFFSETS"},
           {"S25 one number", one("F32", "[2]", "[8]", 8), Refuse, Refuse, "ST_OFFSETS"},
           {"S26 overlap", two("[0,4]", "[2,6]", 6), Refuse, Refuse, "ST_OVERLAP"},
           {"S26 tied", two("[0,4]", "[0,4]", 4), Refuse, Refuse, "ST_OVERLAP"},
           {"S27 hole", two("[0,4]", "[5,9]", 9), Refuse, Warn, "ST_HOLE"},
           {"S27 hole at the start", two("[1,5]", "[5,9]", 9), Refuse, Warn, "ST_HOLE"},
           {"S28 rest", two("[0,4]", "[4,8]", 9), Refuse, Warn, "ST_TRAILING"},
           {"S28 rest and no tensor", file("{}", 4), Refuse, Warn, "ST_TRAILING"},
           {"S29 short by a byte", two("[0,4]", "[4,8]", 7), Refuse, Skip, "ST_INCOMPLETE"},
           {"S29 short by all", two("[0,4]", "[4,8]", 0), Refuse, Skip, "ST_INCOMPLETE"},
           {"S29 extent to the end of numbers",
            file("{" + row("a", "F7", "[1]", "[0,18446744073709551615]") + "}", 1), Refuse, Skip,
            "ST_INCOMPLETE"},
           {"S30 too few bytes", one("F32", "[2]", "[0,4]", 4), Refuse, Refuse, "ST_SIZE"},
           {"S31 odd F4", one("F4", "[3]", "[0,2]", 2), Refuse, Refuse, "ST_PARTIAL_BYTE"},
           {"S31 odd F6", one("F6_E2M3", "[3]", "[0,3]", 3), Refuse, Refuse, "ST_PARTIAL_BYTE"},
           {"S32 metadata a number", file(R"({"__metadata__":{"x":1}})"), Refuse, Refuse, "ST_METADATA"},
           {"S32 metadata nested", file(R"({"__metadata__":{"x":{"y":"z"}}})"), Refuse, Refuse,
            "ST_METADATA"},
           {"S32 metadata an array", file(R"({"__metadata__":[]})"), Refuse, Refuse, "ST_ENTRY"},
           {"S32 metadata a tensor",
            file(R"({"__metadata__":{"dtype":"F32","shape":[],"data_offsets":[0,4]}})", 4), Refuse, Refuse,
            "ST_METADATA"},
           {"S35 deep", file(R"({"a":{"x":)" + std::string(50'000, '[')), Refuse, Refuse, "JSON_DEPTH"},
           {"S36 odd start", file(kGood + " ", 8), Accept, Accept, ""},
           {"S37 all NaN", safetensors_bytes(kGood, std::string(8, '\xFF')), Accept, Accept, ""},
           {"S37 denormals", safetensors_bytes(kGood, std::string("\1\0\0\0\2\0\0\0", 8)), Accept, Accept,
            ""},
           {"S38 odd booleans",
            safetensors_bytes("{" + row("a", "BOOL", "[3]", "[0,3]") + "}", std::string("\0\1\xFF", 3)), Warn,
            Warn, ""},
       })
    files.push_back(item);
  for (const char* length : {"-1", "1.0", "1e3", "\"2\"", "null", "true", "18446744073709551616", "[2]"}) {
    files.push_back({std::string("S19 length ") + length,
                     one("F32", "[" + std::string(length) + "]", "[0,8]", 8), Refuse, Refuse, "ST_SHAPE"});
  }
  files.push_back({"S19 length 1e999", one("F32", "[1e999]", "[0,8]", 8), Refuse, Refuse, "JSON_NUMBER"});
  for (const std::string& name :
       {std::string(), std::string(20'000, 'n'), std::string(R"(a\nb)"), std::string(R"(\u0000)"),
        std::string("/../x"), std::string("\xE2\x80\xAE rtl"), std::string("\xF0\x9F\x98\x80")}) {
    files.push_back({"S33 name " + name.substr(0, 8), file("{" + row(name, "U8", "[1]", "[0,1]") + "}", 1),
                     Accept, Accept, ""});
  }
}

}  // namespace

std::vector<HostileFile> hostile_safetensors() {
  std::vector<HostileFile> files;
  add_headers(files);
  add_entries(files);
  return files;
}

std::vector<HostileFile> hostile_strangers() {
  return {
      {"S01 empty", "", Refuse, Refuse, "FILE_EMPTY"},
      {"S01 text", "just some text, no tensors", Refuse, Refuse, "FILE_UNKNOWN"},
      {"S01 JSON", R"({"some":"json"})", Refuse, Refuse, "FILE_FOREIGN"},
      {"S01 zip", "PK\3\4rest of the archive", Refuse, Refuse, "FILE_NOT_BUILT"},
      {"S01 pickle", "\x80\x04\x95 and so on", Refuse, Refuse, "FILE_FOREIGN"},
      {"S01 HDF5", "\x89HDF\r\n\x1a\n and so on", Refuse, Refuse, "FILE_FOREIGN"},
      {"S01 no tensor", file("{}"), Accept, Accept, ""},
  };
}

std::vector<HostileFile> hostile_files() {
  std::vector<HostileFile> files = hostile_safetensors();
  for (auto& more : {hostile_npy(), hostile_gguf(), hostile_strangers()})
    files.insert(files.end(), more.begin(), more.end());
  return files;
}

Outcome outcome_of(const Result<TensorFile>& file) {
  const auto code_of = [](const Error& error) {
    return error.fault ? error.fault->code : std::string_view("none");
  };
  if (!file) return {Verdict::Refuse, code_of(file.error())};
  Outcome outcome{file->warnings.empty() ? Accept : Warn, ""};
  for (const TensorEntry& entry : file->tensors) {
    const auto tensor = load_tensor(*file, entry, {});
    if (tensor) {
      if (!tensor->warnings.empty()) outcome.verdict = std::min(outcome.verdict, Warn);
      continue;
    }
    if (outcome.verdict != Skip) outcome.code = code_of(tensor.error());
    outcome.verdict = Skip;
  }
  return outcome;
}

}  // namespace bitloupe::test
