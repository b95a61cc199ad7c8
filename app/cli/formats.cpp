// bitloupe formats [NAME]: the facts of every named format, or of one with all its codes.
#include <CLI/CLI.hpp>
#include <memory>

#include "app/cli/codes.h"
#include "app/cli/command.h"
#include "app/cli/json_writer.h"
#include "app/cli/table.h"
#include "app/cli/text.h"
#include "core/format/codec.h"
#include "core/format/presets.h"

namespace bitloupe::cli {

namespace {

constexpr int kMaxListedBits = 16;

// Number of distinct finite values; +0 and -0 are one.
std::uint64_t value_count(const NumberFormat& format) {
  if (format.bits <= kMaxListedBits) return levels(format).size();
  const auto code = [&](double value) {
    return encode(format, value, Rounding::NearestEven, Overflow::Saturate).value_or(0);
  };
  const double least = min_subnormal(format) > 0 ? min_subnormal(format) : min_normal(format);
  const std::uint64_t positive = std::uint64_t{code(max_finite(format))} - code(least) + 1;
  return (format.is_signed ? 2 : 1) * positive + (format.has_zero ? 1 : 0);
}

void write_facts(JsonWriter& writer, std::string_view name, const NumberFormat& format) {
  writer.member("name", name)
      .member("family", family_name(format.family))
      .member("bits", format.bits)
      .member("signed", format.is_signed)
      .member("exponent_bits", format.exponent_bits)
      .member("mantissa_bits", format.mantissa_bits)
      .member("bias", format.bias)
      .member("max", max_finite(format))
      .member("min_normal", min_normal(format))
      .member("min_subnormal", min_subnormal(format))
      .member("values", value_count(format))
      .member("specials", specials_name(format.specials));
}

std::string all_json() {
  JsonWriter writer;
  writer.begin_object().key("formats").begin_array();
  for (const FormatPreset& preset : format_presets()) {
    writer.begin_object();
    write_facts(writer, preset.key, preset.format);
    writer.end_object();
  }
  writer.end_array().end_object();
  return std::move(writer).finish();
}

std::string all_table() {
  Table table({{"name"},
               {"family"},
               {"bits", Align::Right},
               {"exponent", Align::Right},
               {"mantissa", Align::Right},
               {"max", Align::Right},
               {"min normal", Align::Right},
               {"min subnormal", Align::Right},
               {"values", Align::Right},
               {"specials"},
               {"also known as"}});
  for (const FormatPreset& preset : format_presets()) {
    const NumberFormat& format = preset.format;
    const bool is_float = format.family == Family::Float;
    std::string aliases;
    for (const std::string_view alias : preset.aliases)
      aliases += (aliases.empty() ? "" : " ") + std::string(alias);
    table.row({std::string(preset.key), std::string(family_name(format.family)), std::to_string(format.bits),
               is_float ? std::to_string(format.exponent_bits) : "-",
               is_float ? std::to_string(format.mantissa_bits) : "-", short_number(max_finite(format), 6),
               short_number(min_normal(format)),
               min_subnormal(format) > 0 ? short_number(min_subnormal(format)) : "-",
               std::to_string(value_count(format)), std::string(specials_name(format.specials)), aliases});
  }
  return table.text();
}

template <class Visit>
void for_each_code(const NumberFormat& format, Visit&& visit) {
  if (format.bits > kMaxListedBits) return;
  const bool table = format.family == Family::Table;  // its last indices may stand for nothing
  const std::size_t codes = table ? format.table.levels().size() : std::size_t{1} << format.bits;
  for (Code code = 0; code < codes; ++code) visit(code, decode(format, code));
}

std::string one_json(std::string_view name, const NumberFormat& format) {
  JsonWriter writer;
  writer.begin_object();
  write_facts(writer, name, format);
  if (format.bits <= kMaxListedBits) {
    writer.key("codes").begin_array();
    for_each_code(format, [&](Code code, double value) {
      writer.begin_object()
          .member("code", code_hex(format, code))
          .member("bits", code_bits(format, code))
          .member("value", value)
          .member("hex", hex_float(value))
          .end_object();
    });
    writer.end_array();
  }
  writer.end_object();
  return std::move(writer).finish();
}

std::string one_table(std::string_view name, const NumberFormat& format) {
  std::vector<std::pair<std::string_view, std::string>> rows = {
      {"name", std::string(name)},
      {"family", std::string(family_name(format.family))},
      {"bits", std::to_string(format.bits)},
      {"max", short_number(max_finite(format), 9)},
      {"min normal", short_number(min_normal(format), 9)},
      {"values", std::to_string(value_count(format))}};
  if (format.family == Family::Float) {
    rows.insert(rows.begin() + 3, {{"exponent bits", std::to_string(format.exponent_bits)},
                                   {"mantissa bits", std::to_string(format.mantissa_bits)},
                                   {"bias", std::to_string(format.bias)},
                                   {"specials", std::string(specials_name(format.specials))}});
    rows.emplace_back("min subnormal",
                      min_subnormal(format) > 0 ? short_number(min_subnormal(format), 9) : "-");
  }
  if (format.bits > kMaxListedBits) return facts(rows);
  Table table({{"code"}, {"bits"}, {"value", Align::Right}, {"hex"}});
  for_each_code(format, [&](Code code, double value) {
    table.row({code_hex(format, code), code_bits(format, code), short_number(value, 9), hex_float(value)});
  });
  return facts(rows) + '\n' + table.text();
}

Outcome list_formats(const std::string& name, const Globals& globals) {
  if (name.empty()) return {globals.json ? all_json() : all_table(), {}};
  const Result<NumberFormat> format = parse_format(name);
  if (!format) return {"", format.error()};
  return {globals.json ? one_json(name, *format) : one_table(name, *format), {}};
}

}  // namespace

Action declare_formats(CLI::App& app) {
  const auto name = std::make_shared<std::string>();
  app.add_option("NAME", *name, "A format: e4m3fn, int4, fixed:Q3.4, float:E3M2, ... [all named ones]")
      ->type_name("");
  return [name](const Globals& globals) { return list_formats(*name, globals); };
}

}  // namespace bitloupe::cli
