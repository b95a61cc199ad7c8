#include "core/format/presets.h"

#include <doctest/doctest.h>

#include <random>
#include <set>
#include <string>

namespace bitloupe {
namespace {

ErrorCode code_of(std::string_view name) {
  const Result<NumberFormat> format = parse_format(name);
  REQUIRE_MESSAGE(!format, name);
  return format.error().code;
}

bool names_the(std::string_view name, std::string_view part) {
  const Result<NumberFormat> format = parse_format(name);
  return !format && format.error().message.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("presets are valid, and their keys, aliases and labels unique") {
  std::set<std::string_view> names, labels;
  for (const FormatPreset& preset : format_presets()) {
    CAPTURE(preset.key);
    CHECK(validate(preset.format));
    CHECK(names.insert(preset.key).second);
    CHECK(labels.insert(preset.label).second);
    CHECK(!preset.help.empty());
    CHECK(parse_format(preset.key).value() == preset.format);
    CHECK(format_name(preset.format) == preset.key);
    CHECK(format_label(preset.format) == preset.label);
    for (const std::string_view alias : preset.aliases) {
      CHECK(names.insert(alias).second);
      CHECK(parse_format(alias).value() == preset.format);
    }
  }
}

TEST_CASE("any number of bits has a name") {
  CHECK(parse_format("int12").value() == integer_format(12, true));
  CHECK(parse_format("uint1").value() == integer_format(1, false));
  CHECK(parse_format("sm16").value() == sign_magnitude_format(16));
  CHECK(parse_format("fixed:Q0.15").value() == fixed_format(0, 15));
  CHECK(parse_format("FIXED:q3.4").value() == fixed_format(3, 4));
  CHECK(parse_format("E4M3FN").value() == float_format(4, 3, Specials::Fn));
  CHECK(parse_format("FP16").value() == parse_format("binary16").value());
}

TEST_CASE("the long text form of a float") {
  NumberFormat format = float_format(3, 2, Specials::Fn);
  CHECK(parse_format("float:E3M2").value() == float_format(3, 2, Specials::Finite));
  CHECK(parse_format("float:E3M2:specials=fn").value() == format);
  format.bias = 4;
  CHECK(parse_format("float:E3M2:bias=4:specials=fn").value() == format);
  CHECK(parse_format("float:e3m2:specials=fn:bias=4").value() == format);
  CHECK(format_name(format) == "float:E3M2:bias=4:specials=fn");
  CHECK(parse_format("float:E4M3:specials=fnuz").value().bias == 8);
  CHECK(format_name(parse_format("float:E4M3:specials=fn").value()) == "e4m3fn");
  CHECK(parse_format("float:E4M3:signed=no").value().bits == 7);
}

TEST_CASE("P3109, powers of two and tables have text forms of their own") {
  CHECK(parse_format("P3109_K8P4SE").value() == p3109_format(8, 4, true, true));
  CHECK(parse_format("p3109_k6p4uf").value().bits == 6);
  CHECK(!parse_format("p3109_k6p4uf").value().is_signed);
  CHECK(format_name(p3109_format(8, 8, false, false)) == "p3109_k8p8uf");
  CHECK(parse_format("p3109_k16p11se").value().mantissa_bits == 10);
  CHECK(parse_format("pow2:3").value() == pow2_format(3));
  CHECK(format_name(pow2_format(8)) == "pow2:8");
  CHECK(parse_format("float:E3M0:bias=7").value() == pow2_format(4));
  constexpr float kLevels[] = {-1, 0.1f, 0, -0.0f, 3e-20f};
  const NumberFormat table = table_format(kLevels);
  CHECK(table.bits == 3);
  CHECK(format_name(table) == "table:-1,0.1,0,-0,3e-20");
  CHECK(parse_format(format_name(table)).value() == table);
  CHECK(parse_format("table:-1,0.1,0,-0,3e-20").value() == table);
  CHECK(format_name(parse_format("float:E4M3:specials=p3109-finite:subnormals=no").value()) ==
        "float:E4M3:specials=p3109-finite:subnormals=no");
  for (const char* name : {"p3109_",
                           "p3109_k8",
                           "p3109_k8p4",
                           "p3109_k8p4s",
                           "p3109_k8p4ze",
                           "p3109_k8p4sx",
                           "p3109_k8p0se",
                           "p3109_k8p9sf",
                           "p3109_k2p1se",
                           "p3109_k99p4se",
                           "p3109_k16p1se",
                           "pow2:",
                           "pow2:1",
                           "pow2:9",
                           "pow2:x",
                           "table:",
                           "table:1",
                           "table:0,0",
                           "table:1,x",
                           "table:1,inf",
                           "table:1,1e39",
                           "float:E4M3:specials=nan-top",
                           "float:E1M0:specials=p3109-extended",
                           "float:E4M3:specials=p3109-finite:subnormals=no:zero=no"}) {
    CAPTURE(name);
    CHECK(code_of(name) == ErrorCode::BadArgument);
  }
  CHECK(names_the("float:E4M3:specials=nan-top", "signed"));
}

TEST_CASE("levels as text: blanks are allowed, a mistake names the code, what was found and expected") {
  CHECK(parse_levels(" -1, 0,\t+0.5 ,\n2e0 ").value() == parse_format("table:-1,0,0.5,2").value());
  const auto mistake = [](std::string_view text) {
    const auto table = parse_levels(text);
    REQUIRE_MESSAGE(!table, std::string(text));
    CHECK(table.error().code == ErrorCode::BadArgument);
    return table.error().message;
  };
  CHECK(mistake("") == "code 0: found nothing, expected a number");
  CHECK(mistake("1, 2,") == "code 2: found nothing, expected a number");
  CHECK(mistake("1, x2, 3") == "code 1: found 'x2', expected a number");
  CHECK(mistake("1 2, 3") == "code 0: found '1 2', expected a number");
  CHECK(mistake("+-1, 3") == "code 0: found '+-1', expected a number");
  CHECK(mistake("1, 1e99") == "code 1: found '1e99', expected a float32");
  CHECK(mistake("nan, 1") == "code 0: found 'nan', expected a finite number");
  CHECK(mistake("1") == "levels: expected 2 to 256 of them (found 1)");
  CHECK(mistake(std::string(300, ',')) == "levels: expected 2 to 256 of them (found 301)");
  CHECK(mistake("0, -0") == "levels: one of them must differ from 0");
  CHECK(parse_format("table:1,x").error().message ==
        "format 'table:1,x': code 1: found 'x', expected a number");
}

TEST_CASE("every valid format has a name that reads back to it") {
  std::mt19937 random(6);
  int checked = 0;
  while (checked < 2000) {
    NumberFormat format = float_format(1 + static_cast<int>(random() % 8), static_cast<int>(random() % 24),
                                       static_cast<Specials>(random() % 7));
    format.bias += static_cast<int>(random() % 11) - 5;
    format.subnormals = random() % 4 != 0;
    format.has_zero = format.subnormals || random() % 2 == 0;
    format.is_signed = random() % 4 != 0;
    format.bits = (format.is_signed ? 1 : 0) + format.exponent_bits + format.mantissa_bits;
    if (random() % 4 == 0)
      format = fixed_format(static_cast<int>(random() % 16), static_cast<int>(random() % 16));
    if (random() % 4 == 0) format = integer_format(1 + static_cast<int>(random() % 16), random() % 2 == 0);
    if (!validate(format)) continue;
    ++checked;
    const std::string name = format_name(format);
    CAPTURE(name);
    const Result<NumberFormat> again = parse_format(name);
    REQUIRE(again);
    REQUIRE(*again == format);
  }
}

TEST_CASE("documented names of later formats are not available") {
  for (const char* name :
       {"kmeans:16", "mxfp4", "mxfp8_e4m3", "nvfp4", "nf4_double", "q4_k", "bfp:e4m3:g16"}) {
    CAPTURE(name);
    CHECK(code_of(name) == ErrorCode::NotAvailable);
  }
}

TEST_CASE("wrong names answer with the nearest known one") {
  CHECK(code_of("e4m3") == ErrorCode::BadArgument);
  CHECK(names_the("e4m3", "e4m3fn"));
  CHECK(names_the("bfloat", "bfloat16"));
  CHECK(names_the("itn8", "int8"));
  CHECK(names_the("", "nearest"));
  CHECK(names_the(std::string(100000, 'x'), "..."));
}

TEST_CASE("V16: bad bits and malformed names are refused") {
  for (const char* name : {"int0",
                           "int1",
                           "int17",
                           "int33",
                           "int64",
                           "int99999999999999999999",
                           "uint0",
                           "uint17",
                           "sm1",
                           "int-4",
                           "int+8",
                           "int 8",
                           "int8 ",
                           "int8x",
                           "fixed:Q8.8",
                           "fixed:Q0.0",
                           "fixed:3.4",
                           "fixed:Q3",
                           "fixed:Q3.4.5",
                           "fixed:Q-1.4",
                           "fixed:Q99999.4",
                           "fixed:",
                           "float:",
                           "float:E",
                           "float:E3",
                           "float:M2",
                           "float:E0M3",
                           "float:E9M3",
                           "float:E3M24",
                           "float:E3M2:",
                           "float:E3M2:bias",
                           "float:E3M2:bias=",
                           "float:E3M2:bias=1.5",
                           "float:E3M2:bias=9999999999",
                           "float:E3M2:bias=500",
                           "float:E3M2:specials=inf",
                           "float:E3M2:signed=maybe",
                           "float:E3M2:zero=no",
                           "float:E8M7",
                           "float:E1M1:specials=ieee"}) {
    CAPTURE(name);
    CHECK(code_of(name) == ErrorCode::BadArgument);
  }
  CHECK(names_the("int33", "2 to 16"));
  CHECK(names_the("float:E3M2:special=fn", "specials"));
}

TEST_CASE("labels fall back to names") {
  CHECK(format_label(integer_format(4, true)) == "INT4");
  CHECK(format_label(float_format(3, 1, Specials::Finite)) == "float:E3M1");
}

}  // namespace bitloupe
