// bitloupe sweep: its rows, the forms in which they are printed, and what cannot be measured.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/app/json_output.h"
#include "tests/app/sweep_files.h"
#include "tests/core/gguf_bytes.h"
#include "tests/paths.h"

using namespace bitloupe::test;
using Json = nlohmann::ordered_json;

namespace {

using Names = std::vector<std::string>;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

Json rows_of(Names arguments) {
  arguments.push_back("--json");
  const ProcessResult result = run_sweep(arguments);
  CHECK_MESSAGE(result.status == 0, result.err);
  return Json::parse(result.out, nullptr, false);
}

void check_refused(const Names& arguments, int status, const std::string& word) {
  const ProcessResult result = run_sweep(arguments);
  CHECK(result.status == status);
  CHECK(result.out == "");
  CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
  CHECK_MESSAGE(result.err.find(word) != std::string::npos, result.err);
}

Names keys_of(const Json& object) {
  Names keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

// As CSV writes them: nested keys with a dot, null as nothing, texts without quotes.
void flatten(const Json& value, const std::string& path, Names& names, Names& cells) {
  if (value.is_object()) {
    for (const auto& [key, inner] : value.items())
      flatten(inner, path.empty() ? key : path + '.' + key, names, cells);
    return;
  }
  names.push_back(path);
  if (value.is_array()) {
    std::string text;
    for (const Json& length : value) text += (text.empty() ? "" : "x") + length.dump();
    cells.push_back(text);
  } else {
    cells.push_back(value.is_null() ? "" : value.is_string() ? value.get<std::string>() : value.dump());
  }
}

std::string without_point_zero(std::string text) {
  return text.ends_with(".0") ? text.substr(0, text.size() - 2) : text;
}

}  // namespace

TEST_CASE("sweep: error and storage are those of quantize, whatever was measured before") {
  const TemporaryFolder folder;
  const std::string model = folder.path("model.safetensors");
  write_model(model);
  const std::vector<Names> specs = {{},
                                    {"--granularity", "group:32", "--scale-type", "f16"},
                                    {"--calibration", "mse"},
                                    {"--granularity", "channel:0", "--calibration", "percentile:99"},
                                    {"--rounding", "stochastic", "--seed", "3"}};
  for (const Names& spec : specs) {
    CAPTURE(spec);
    Names arguments = {model, "--formats", "int4,fp16,e4m3fn,format:nf4,ternary,uint6"};
    arguments.insert(arguments.end(), spec.begin(), spec.end());
    const Json rows = rows_of(arguments);
    REQUIRE(rows.size() == 30);
    for (const Json& row : rows) {
      CAPTURE(row.dump());
      if (row["error"].is_null()) {  // stochastic rounding to fitted levels, say
        CHECK(row["storage"].is_null());
        CHECK(row["message"] != "");
        continue;
      }
      CHECK(row["source"] == model);
      Names alone = {"quantize", model + "::" + row["tensor"].get<std::string>(), "--format", row["format"]};
      if (alone.back() == "format:nf4") alone.back() = "nf4";  // the recipe has its name
      alone.insert(alone.end(), spec.begin(), spec.end());
      const Json report = json_of(alone);
      CHECK(row["error"] == report["error"]);
      CHECK(row["storage"] == report["storage"]);
      for (const char* key : {"dtype", "shape", "count"}) CHECK(row[key] == report[key]);
    }
  }
}

TEST_CASE("sweep: rows by source, tensor and format, with the contract's keys") {
  const std::string a = "synthetic:gaussian?shape=20x30", b = "synthetic:laplace?shape=100";
  const Json rows = rows_of({a, b, "--formats", " int8,float8_e4m3fn,table:-1,0,0.5,E2M1 "});
  REQUIRE(rows.size() == 8);
  Names formats;
  for (const Json& row : rows) formats.push_back(row["format"]);
  const Names four = {"int8", "float8_e4m3fn", "table:-1,0,0.5", "E2M1"};
  CHECK(Names(formats.begin(), formats.begin() + 4) == four);
  CHECK(Names(formats.begin() + 4, formats.end()) == four);
  const Json one = rows_of({a, "--format", "int8"});
  REQUIRE(one.size() == 1);
  CHECK(one[0] == rows[0]);
  CHECK(rows[0]["source"] == a);
  CHECK(rows[0]["tensor"] == "gaussian");
  CHECK(rows[4]["source"] == b);
  CHECK(keys_of(rows[0]) ==
        Names{"source", "tensor", "dtype", "shape", "count", "format", "error", "storage"});
  CHECK(keys_of(rows[0]["storage"]) ==
        Names{"bits_per_value", "sum", "bytes", "ratio", "entropy_bits", "huffman_bits"});
}

TEST_CASE("sweep: lines of JSON, the array and CSV say the same") {
  const TemporaryFolder folder;
  const std::string model = folder.path("a,\"b\".safetensors");
  write_model(model);
  const Names common = {model,      "--formats", "int8,fp16,e2m1", "--granularity",
                        "group:16", "--scheme",  "symmetric"};
  const auto with = [&](const char* form) {
    Names arguments = common;
    arguments.emplace_back(form);
    return run_sweep(arguments);
  };
  const Json rows = rows_of(common);
  const std::vector<std::string> lines = lines_of(with("--jsonl").out), table = lines_of(with("--csv").out);
  REQUIRE(lines.size() == rows.size());
  REQUIRE(table.size() == rows.size() + 1);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CHECK(Json::parse(lines[i], nullptr, false) == rows[i]);
    Names names, cells;
    flatten(rows[i], "", names, cells);
    std::string title, line;
    for (const std::string& name : names) title += name + ',';
    for (const std::string& cell : cells) line += (line.empty() ? "" : ",") + without_point_zero(cell);
    CHECK(table[0] == title + "message");
    std::string quoted = model;
    for (std::size_t at = quoted.find('"'); at != quoted.npos; at = quoted.find('"', at + 2))
      quoted.insert(at, 1, '"');
    CHECK(table[i + 1] == '"' + quoted + '"' + line.substr(model.size()) + ',');
  }
}

TEST_CASE("sweep: what is undefined is an empty cell, and every line has all cells") {
  const std::vector<std::string> lines =
      lines_of(run_sweep({"synthetic:gaussian?shape=4x4&std=0", "--formats", "int8,fp32", "--csv"}).out);
  REQUIRE(lines.size() == 3);
  for (const std::string& line : lines)
    CHECK(std::count(line.begin(), line.end(), ',') == std::count(lines[0].begin(), lines[0].end(), ','));
  CHECK(lines[0].find("error.inf,error.worst_group.group,error.worst_group.sqnr_db,storage.bits_per_value") !=
        std::string::npos);
  CHECK(lines[1].find(",0,0,0,0,,,10,8 + 32/16,") != std::string::npos);
}

TEST_CASE("sweep: the table groups its rows by tensor") {
  const TemporaryFolder folder;
  const std::string model = folder.path("model.safetensors");
  write_model(model);
  const ProcessResult result = run_sweep({model, "--formats", "int8,uint4", "--scheme", "affine"});
  CHECK(result.status == 0);
  CHECK(result.err == "");
  const std::vector<std::string> lines = lines_of(result.out);
  REQUIRE(lines.size() == 1 + 5 * 3);
  CHECK(lines[0].find("bits/value") != std::string::npos);
  CHECK(lines[0].find("SQNR dB") != std::string::npos);
  CHECK(lines[1] == "embedding  F32 [64, 48]  (" + model + ")");
  CHECK(lines[2].starts_with("  int8 "));
  CHECK(lines[3].starts_with("  uint4"));
  CHECK(lines[2].size() == lines[0].size());
  CHECK(lines[4].starts_with("norm  F32 [48]"));
}

TEST_CASE("sweep: the same bytes for any number of threads") {
  const Names arguments = {"synthetic:gaussian?shape=300x700", "synthetic:outliers?shape=1000x100",
                           "--jsonl"};
  Names one = arguments, four = arguments;
  one.insert(one.end(), {"--threads", "1"});
  four.insert(four.end(), {"--threads", "4"});
  const std::string text = run_sweep(one).out;
  CHECK(lines_of(text).size() == 20);  // the default list, as --help gives it
  CHECK(run_sweep(four).out == text);
}

TEST_CASE("sweep: a format for which the options are wrong is a row with a message") {
  const Names arguments = {"synthetic:gaussian?shape=8x8", "--formats", "int4,e4m3fn", "--scheme", "affine"};
  const Json rows = rows_of(arguments);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0]["error"].is_object());
  CHECK(!rows[0].contains("message"));
  CHECK(keys_of(rows[1]) ==
        Names{"source", "tensor", "dtype", "shape", "count", "format", "error", "storage", "message"});
  CHECK(rows[1]["error"].is_null());
  CHECK(rows[1]["storage"].is_null());
  CHECK(rows[1]["message"].get<std::string>().find("affine") != std::string::npos);
  const ProcessResult csv =
      run_sweep({arguments[0], arguments[1], arguments[2], "--scheme", "affine", "--csv"});
  const std::vector<std::string> lines = lines_of(csv.out);
  REQUIRE(lines.size() == 3);
  CHECK(std::count(lines[2].begin(), lines[2].end(), ',') ==
        std::count(lines[0].begin(), lines[0].end(), ','));
  const ProcessResult none =
      run_sweep({arguments[0], "--formats", "e4m3fn,nf4", "--scheme", "affine", "--jsonl"});
  CHECK(none.status == 1);
  CHECK(lines_of(none.out).size() == 2);
  CHECK(none.err.find("no row could be measured") != std::string::npos);
}

TEST_CASE("sweep: what holds no floating-point numbers is passed over with one line") {
  const TemporaryFolder folder;
  const std::string mixed = folder.path("mixed.safetensors"), whole = folder.path("whole.safetensors"),
                    gguf = folder.path("some.gguf");
  write_checkpoint(mixed,
                   {{"ids", "I64", {4}}, {"w", "F32", {4, 4}}, {"void", "F32", {0, 3}}, {"z", "U64", {2}}});
  write_checkpoint(whole, {{"ids", "I64", {4}}});
  const ProcessResult result = run_sweep({mixed, "--formats", "int8", "--jsonl"});
  CHECK(result.status == 0);
  CHECK(lines_of(result.out).size() == 1);
  CHECK(result.err ==
        "bitloupe: " + mixed +
            ": 3 of 4 tensors skipped: no floating-point numbers ('ids', 'z'), empty ('void')\n");
  CHECK(rows_of({mixed + "::ids", "--formats", "int8"}).size() == 1);  // asked for by its name
  CHECK(rows_of({whole, "--formats", "int8"}).size() == 1);            // or the only one
  const ProcessResult nothing = run_sweep({mixed + "::void"});
  CHECK(nothing.status == 1);
  CHECK(nothing.out == "");
  CHECK(nothing.err.find("skipped: empty ('void')\nbitloupe: sweep: no tensor") != std::string::npos);

  const std::string four(16, '\0'), rest(16, '\0');
  write_file(gguf, gguf_file({}, {gguf_tensor("a", {4}, 0, 0), gguf_tensor("q", {256}, 16, 32)},
                             four + rest + std::string(66, '\1')));
  const ProcessResult undecoded = run_sweep({gguf, "--formats", "int8", "--jsonl"});
  CHECK(undecoded.status == 0);
  CHECK(lines_of(undecoded.out).size() == 1);
  CHECK(undecoded.err == "bitloupe: " + gguf + ": 1 of 2 tensors skipped: IQ2_XXS is not decoded ('q')\n");
  check_refused({gguf + "::q"}, 1, "IQ2_XXS is not decoded");
}

TEST_CASE("sweep: rows of what can be read come all the same; the exit status is 1") {
  const TemporaryFolder folder;
  const std::string model = folder.path("model.safetensors"), cut = folder.path("cut.safetensors");
  write_model(model);
  write_model(cut);
  std::filesystem::resize_file(cut, std::filesystem::file_size(cut) - 100);
  const ProcessResult result =
      run_sweep({folder.path("none.npy"), model, cut, "--formats", "int8,int4", "--jsonl"});
  CHECK(result.status == 1);
  CHECK(lines_of(result.out).size() == 10);
  const std::vector<std::string> diagnostics = lines_of(result.err);
  REQUIRE(diagnostics.size() == 2);
  CHECK(diagnostics[0].find("none.npy") != std::string::npos);
  CHECK(diagnostics[1].find("cut.safetensors") != std::string::npos);
  // --lenient reads the tensors that are whole.
  const ProcessResult lenient = run_sweep({cut, "--formats", "int8", "--jsonl", "--lenient"});
  CHECK(lenient.status == 1);
  CHECK(lines_of(lenient.out).size() == 4);
  CHECK(lenient.err.find("'head'") != std::string::npos);
}

TEST_CASE("sweep: a tensor whose values cannot be loaded is said once, and its rows have a message") {
  const TemporaryFolder folder;
  const std::string columns = folder.path("columns.npy");
  std::string header = "{'descr': '<f4', 'fortran_order': True, 'shape': (40, 40), }";
  header.resize(117, ' ');
  header += '\n';
  write_file(columns, std::string("\x93NUMPY\1\0", 8) + little_endian(header.size(), 2) + header +
                          std::string(6400, '\1'));
  const ProcessResult result =
      run_sweep({columns, "synthetic:gaussian?shape=4x4", "--formats", "int8,int4", "--jsonl"},
                {{"BITLOUPE_MEMORY", "1000"}});
  CHECK(result.status == 1);
  const std::vector<std::string> lines = lines_of(result.out), diagnostics = lines_of(result.err);
  REQUIRE(lines.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    const Json row = Json::parse(lines[i], nullptr, false);
    CHECK(row["error"].is_null() == (i < 2));
    if (i < 2) CHECK(row["message"].get<std::string>().find("columns.npy") != std::string::npos);
  }
  REQUIRE(diagnostics.size() == 1);
  CHECK(diagnostics[0].find("columns.npy") != std::string::npos);
  CHECK(rows_of({columns, "--formats", "int8"}).size() == 1);
}

TEST_CASE("sweep: wrong command lines are one line, exit 2, and nothing is printed") {
  const std::string source = "synthetic:gaussian?shape=4x4";
  check_refused({}, 2, "SOURCE");
  check_refused({source, "--formats", "int4,int99"}, 2, "int99");
  check_refused({source, "--formats", "int4,,int8"}, 2, "--formats");
  check_refused({source, "--formats", ""}, 2, "--formats");
  check_refused({source, "--formats", "int4,int8,int4"}, 2, "stands twice");
  check_refused({source, "--formats", "int4", "--format", "int8"}, 2, "exclude each other");
  check_refused({source, "--granularity", "column"}, 2, "column");
  check_refused({source, "--json", "--csv"}, 2, "exclude each other");
  check_refused({source, "synthetic:gausian"}, 2, "gaussian");
  const TemporaryFolder folder;
  const std::string model = folder.path("model.safetensors");
  write_model(model);
  check_refused({source, model + "::q"}, 2, "no tensor 'q'");
}

TEST_CASE("sweep: a reader that leaves ends it quietly, a full disk with one line") {
  const std::string command =
      "'" + binary() + "' sweep 'synthetic:gaussian?shape=300x300' --shard 1/1 --jsonl ";
  const ProcessResult piped = run_process({"bash", "-c", command + "| head -c 10; echo ${PIPESTATUS[0]}"});
  CHECK(piped.err == "");
  CHECK(piped.out.ends_with("1\n"));
  const ProcessResult full = run_process({"bash", "-c", command + "> /dev/full"});
  CHECK(full.status == 1);
  CHECK(full.err == "bitloupe: standard output: No space left on device\n");
}
