// bitloupe encode NAME VALUE...: numbers rounded to a format once, from the command line or standard input.
#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <iostream>
#include <memory>

#include "app/cli/codes.h"
#include "app/cli/command.h"
#include "app/cli/json_writer.h"
#include "app/cli/spec_options.h"
#include "app/cli/table.h"
#include "app/cli/text.h"
#include "core/format/presets.h"
#include "core/io/display_text.h"
#include "core/quant/choices.h"
#include "core/random.h"

namespace bitloupe::cli {

namespace {

struct Options {
  std::string format;
  std::vector<std::string> values;
  std::shared_ptr<SpecOptions> conventions;  // rounding, overflow, seed
};

struct Row {
  double input = 0;
  std::optional<Code> code;
  std::optional<double> value, error;
};

Error not_a_number(const std::string& where, std::string_view text, ErrorCode code) {
  constexpr std::size_t kQuoted = 40;  // characters
  return {code, where + ": '" + displayed_path(text.substr(0, kQuoted)) +
                    (text.size() > kQuoted ? "..." : "") +
                    "' is not a number (a decimal or hex float, nan or inf was expected)"};
}

Result<std::vector<double>> numbers_of(const std::vector<std::string>& texts) {
  std::vector<double> numbers;
  for (const std::string& text : texts) {
    const std::optional<double> number = parse_double(text);
    if (!number) return not_a_number("VALUE", text, ErrorCode::BadArgument);
    numbers.push_back(*number);
  }
  return numbers;
}

// A line of at most kLongestLine characters; what is longer comes back cut, and is no number.
bool read_line(std::istream& input, std::string& line) {
  constexpr std::size_t kLongestLine = 4096;
  line.clear();
  for (int c = input.get(); c != std::istream::traits_type::eof(); c = input.get()) {
    if (c == '\n') return true;
    line += static_cast<char>(c);
    if (line.size() >= kLongestLine) return true;
  }
  return !line.empty();
}

Result<std::vector<double>> numbers_from_standard_input() {
  std::vector<double> numbers;
  std::string text;
  for (std::size_t line = 1; read_line(std::cin, text); ++line) {
    if (text.find_first_not_of(" \t\r") == std::string::npos) continue;
    const std::optional<double> number = parse_double(text);
    if (!number)
      return not_a_number("standard input, line " + std::to_string(line), text, ErrorCode::BadInput);
    numbers.push_back(*number);
  }
  // The stream takes an error for the end; what is beneath it knows better.
  if (std::cin.bad() || std::ferror(stdin) != 0)
    return Error{ErrorCode::Io, "standard input: cannot be read"};
  return numbers;
}

std::vector<Row> encode_all(const QuantSpec& spec, const std::vector<double>& numbers) {
  std::vector<Row> rows;
  for (const double input : numbers) {
    Row row;
    row.input = input;
    row.code = encode(spec.format, input, spec.rounding, spec.overflow, random_unit(spec.seed, rows.size()));
    if (row.code) {
      row.value = decode(spec.format, *row.code);
      row.error = *row.value == input ? 0 : input - *row.value;  // inf encoded as inf has no error
    }
    rows.push_back(row);
  }
  return rows;
}

std::string json(const std::string& name, const QuantSpec& spec, const std::vector<Row>& rows) {
  JsonWriter writer;
  writer.begin_object()
      .member("format", name)
      .member("rounding", choice_of(rounding_choices(), spec.rounding).key)
      .member("overflow", choice_of(overflow_choices(), spec.overflow).key)
      .key("results")
      .begin_array();
  for (const Row& row : rows) {
    writer.begin_object().member("input", row.input).key("code");
    row.code ? writer.value(code_hex(spec.format, *row.code)) : writer.value(std::nullopt);
    writer.member("value", row.value).member("error", row.error).end_object();
  }
  writer.end_array().end_object();
  return std::move(writer).finish();
}

std::string table(const QuantSpec& spec, const std::vector<Row>& rows) {
  Table table(
      {{"input", Align::Right}, {"code"}, {"bits"}, {"value", Align::Right}, {"error", Align::Right}});
  for (const Row& row : rows) {
    const bool has_code = row.code.has_value();
    table.row({short_number(row.input, 9), has_code ? code_hex(spec.format, *row.code) : "-",
               has_code ? code_bits(spec.format, *row.code) : "-",
               has_code ? short_number(*row.value, 9) : "-", has_code ? short_number(*row.error) : "-"});
  }
  return table.text();
}

Outcome encode_values(const Options& options, const Globals& globals) {
  const Result<NumberFormat> format = parse_format(options.format);
  if (!format) return {"", format.error()};
  Result<QuantSpec> spec = options.conventions->spec();
  if (!spec) return {"", spec.error()};
  spec->format = *format;
  if (const Status rounding = validate_rounding(*format, spec->rounding); !rounding)
    return {"", rounding.error()};
  const auto numbers = options.values.empty() ? numbers_from_standard_input() : numbers_of(options.values);
  if (!numbers) return {"", numbers.error()};
  const std::vector<Row> rows = encode_all(*spec, *numbers);
  return {globals.json ? json(options.format, *spec, rows) : table(*spec, rows), {}};
}

}  // namespace

Action declare_encode(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option("NAME", options->format, "A format: e4m3fn, int4, fixed:Q3.4, float:E3M2, ...")
      ->type_name("")
      ->required();
  app.add_option("VALUE", options->values,
                 "Decimal or hex floats, nan, inf; read as double [one a line from standard input]")
      ->type_name("");
  constexpr std::array<std::string_view, 3> kConventions = {"rounding", "overflow", "seed"};
  options->conventions = add_spec_options(app, kConventions);
  return [options](const Globals& globals) { return encode_values(*options, globals); };
}

}  // namespace bitloupe::cli
