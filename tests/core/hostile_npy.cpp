#include "hostile_files.h"
#include "io_support.h"

namespace bitloupe::test {

namespace {

using enum Verdict;

std::string dict(std::string_view descr, std::string_view order, std::string_view shape) {
  return "{'descr': " + std::string(descr) + ", 'fortran_order': " + std::string(order) +
         ", 'shape': " + std::string(shape) + "}";
}

std::string file(std::string_view header, std::size_t data = 12, int version = 1) {
  return npy_bytes(header, std::string(data, '\0'), version);
}

std::string shaped(std::string_view shape) { return file(dict("'<f4'", "False", shape)); }
std::string typed(std::string_view descr, std::size_t data = 12) {
  return file(dict(descr, "False", "(3,)"), data);
}
std::string version(char major, char minor) {
  return std::string("\x93NUMPY") + major + minor + std::string("\2\0{}", 4) + std::string(12, '\0');
}

const std::string kGood = dict("'<f4'", "False", "(3,)");

std::vector<HostileFile> single_cases() {
  return {
      {"N01 magic", "\x93NUMPX\1" + std::string(20, '\0'), Refuse, Refuse, "FILE_UNKNOWN"},
      {"N01 five bytes", "\x93NUMP", Refuse, Refuse, "ST_SHORT"},
      {"N01 magic alone", "\x93NUMPY", Refuse, Refuse, "NPY_SHORT"},
      {"N01 nine bytes", std::string("\x93NUMPY\1\0\1", 9), Refuse, Refuse, "NPY_SHORT"},
      {"N01 eleven bytes of version 2", std::string("\x93NUMPY\2\0\1\0\0", 11), Refuse, Refuse, "NPY_SHORT"},
      {"N02 version 0.0", version(0, 0), Refuse, Refuse, "NPY_VERSION"},
      {"N02 version 1.1", version(1, 1), Refuse, Refuse, "NPY_VERSION"},
      {"N02 version 4.0", version(4, 0), Refuse, Refuse, "NPY_VERSION"},
      {"N02 version 255.255", version('\xFF', '\xFF'), Refuse, Refuse, "NPY_VERSION"},
      {"N03 header length of 4 GB", std::string("\x93NUMPY\2\0\xF0\xFF\xFF\xFF", 12), Refuse, Refuse,
       "NPY_HEADER_LENGTH"},
      {"N04 header length 0", std::string("\x93NUMPY\1\0\0\0", 10) + std::string(12, '\0'), Refuse, Refuse,
       "NPY_LITERAL"},
      {"N04 header past the end", std::string("\x93NUMPY\1\0\xFF\0{}", 12), Refuse, Refuse,
       "NPY_HEADER_LENGTH"},
      {"N06 Latin-1 in version 1", typed("[('\xFC', '<f4')]"), Refuse, Refuse, "NPY_STRUCTURE"},
      {"N06 not UTF-8 in version 3", file("{'\xFF': 1}", 12, 3), Refuse, Refuse, "NPY_UTF8"},
      {"N06 UTF-8 field in version 3",
       file("{'descr': [('\xC3\xBC', '<f4')], 'fortran_order': False, "
            "'shape': (3,)}",
            12, 3),
       Refuse, Refuse, "NPY_STRUCTURE"},
      {"N07 list", file("[1, 2]"), Refuse, Refuse, "NPY_KEYS"},
      {"N07 call", file("{'descr': __import__('os').system('x')}"), Refuse, Refuse, "NPY_LITERAL"},
      {"N07 f-string", file("{'descr': f'{1}'}"), Refuse, Refuse, "NPY_LITERAL"},
      {"N07 comment", file(kGood + " # x"), Refuse, Refuse, "NPY_LITERAL"},
      {"N07 nothing", file("   "), Refuse, Refuse, "NPY_LITERAL"},
      {"N08 deep", file(std::string(60'000, '(')), Refuse, Refuse, "NPY_DEPTH"},
      {"N09 key missing", file("{'descr': '<f4', 'shape': (3,)}"), Refuse, Refuse, "NPY_KEYS"},
      {"N09 key unknown", file("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), 'x': 1}"), Refuse,
       Refuse, "NPY_KEYS"},
      {"N09 key twice", file("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (3,)}"),
       Refuse, Refuse, "NPY_KEYS"},
      {"N10 order and spaces", file(" {\"shape\":(3,),'fortran_order' : False,'descr':'<f4',}"), Accept,
       Accept, ""},
      {"N13 long integer", shaped("(3L,)"), Accept, Accept, ""},
      {"N13 long integer in version 3", file(dict("'<f4'", "False", "(3L,)"), 12, 3), Refuse, Refuse,
       "NPY_LITERAL"},
      {"N14 product overflows", shaped("(4294967296, 4294967296)"), Refuse, Refuse, "NPY_OVERFLOW"},
      {"N14 bytes overflow", shaped("(9223372036854775807,)"), Refuse, Refuse, "NPY_OVERFLOW"},
      {"N14 long integer", shaped("(1" + std::string(4000, '0') + ",)"), Refuse, Refuse, "NPY_LITERAL"},
      {"N15 scalar", file(dict("'<f4'", "False", "()"), 4), Accept, Accept, ""},
      {"N16 empty", file(dict("'<f4'", "True", "(5, 0, 18446744073709551615)"), 0), Accept, Accept, ""},
      {"N17 order 1", file(dict("'<f4'", "1", "(3,)")), Refuse, Refuse, "NPY_ORDER"},
      {"N17 order a text", file(dict("'<f4'", "'True'", "(3,)")), Refuse, Refuse, "NPY_ORDER"},
      {"N17 order None", file(dict("'<f4'", "None", "(3,)")), Refuse, Refuse, "NPY_ORDER"},
      {"N18 Fortran order", file(dict("'<f4'", "True", "(3, 1)")), Accept, Accept, ""},
      {"N18 Fortran order of 9 axes", file(dict("'<f4'", "True", "(1,1,1,1,1,1,1,1,3)")), Skip, Skip,
       "NPY_AXES"},
      {"N18 nine axes", shaped("(1,1,1,1,1,1,1,1,3)"), Warn, Warn, ""},
      {"N21 object", typed("'|O'", 24), Refuse, Refuse, "NPY_OBJECT"},
      {"N22 structure", typed("[('x', '<f4'), ('y', '<i2')]", 18), Refuse, Refuse, "NPY_STRUCTURE"},
      {"N23 subarray", typed("('<f4', (2,))", 24), Refuse, Refuse, "NPY_STRUCTURE"},
      {"N23 no bytes", typed("'|V0'"), Refuse, Refuse, "NPY_DTYPE"},
      {"N23 no characters", typed("'|S0'"), Refuse, Refuse, "NPY_DTYPE"},
      {"N23 2 GB an item", typed("'|V2147483648'"), Refuse, Refuse, "NPY_DTYPE"},
      {"N23 a number", typed("4"), Refuse, Refuse, "NPY_DTYPE"},
      {"N24 short by a byte", file(kGood, 11), Refuse, Refuse, "NPY_INCOMPLETE"},
      {"N24 short by all", file(kGood, 0), Refuse, Refuse, "NPY_INCOMPLETE"},
      {"N24 400 GB claimed", file(dict("'<f4'", "False", "(100000000000,)"), 64), Refuse, Refuse,
       "NPY_INCOMPLETE"},
      {"N25 rest", file(kGood, 13), Refuse, Warn, "NPY_TRAILING"},
      {"N26 bfloat16", typed("'|V2'", 6), Refuse, Warn, "NPY_BFLOAT16"},
      {"N26 bfloat16 with an order", typed("'<V2'", 6), Refuse, Warn, "NPY_BFLOAT16"},
      {"N26 bfloat16, short", typed("'|V2'", 5), Refuse, Refuse, "NPY_BFLOAT16"},
  };
}

}  // namespace

std::vector<HostileFile> hostile_npy() {
  std::vector<HostileFile> files = single_cases();
  const auto refused = [&](const std::string& number, std::string bytes, std::string_view code) {
    files.push_back({number, std::move(bytes), Refuse, Refuse, code});
  };
  for (const char* shape : {"(3)", "[3]", "3", "None", "'3'", "(True,)", "('3',)", "((3,),)", "(-3,)"})
    refused(std::string("N11 N12 shape ") + shape, shaped(shape), "NPY_SHAPE");
  for (const char* shape : {"(3.0,)", "(-0,)", "(0x3,)", "(1_000,)", "(03,)", "(+3,)", "(3e0,)"})
    refused(std::string("N12 shape ") + shape, shaped(shape), "NPY_LITERAL");
  for (const char* descr : {"'<f4'", "'>f4'", "'=f4'", "'>i4'", "'<u4'", "'f4'"})
    files.push_back({std::string("N19 dtype ") + descr, typed(descr), Accept, Accept, ""});
  files.push_back({"N19 dtype |u1", typed("'|u1'", 3), Accept, Accept, ""});
  files.push_back({"N20 dtype |b1", typed("'|b1'", 3), Accept, Accept, ""});
  for (const char* descr : {"'<f16'", "'<c8'", "'<M8[ns]'", "'|S5'", "'<U3'", "''", "'<'", "'>V2'"})
    refused(std::string("N20 dtype ") + descr, typed(descr), "NPY_DTYPE");
  std::string axes = "(3";
  for (int i = 0; i < 64; ++i) axes += ",1";
  refused("N14 65 axes", shaped(axes + ")"), "NPY_AXES");
  return files;
}

}  // namespace bitloupe::test
