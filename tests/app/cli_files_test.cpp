// Files of every kind on the command line: lenient reading, folders, sharded checkpoints, and a system that
// has no memory or no descriptors left.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/app/process.h"
#include "tests/paths.h"

using namespace bitloupe::test;
using Json = nlohmann::ordered_json;

namespace {

// One float32 tensor of four values, and bytes after them.
std::string with_rest(const std::string& rest) {
  return safetensors_bytes(R"({"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}})",
                           std::string(15, '\1') + '\0' + rest);
}

bool one_line(const std::string& text) {
  return text.starts_with("bitloupe: ") && std::count(text.begin(), text.end(), '\n') == 1 &&
         text.ends_with('\n');
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// Descriptors that this process was given, by whoever runs the tests, count towards the limits: they are
// closed.
ProcessResult shell(const std::string& limits, const std::string& arguments) {
  const std::string own = "exec 3<&- 4<&- 5<&- 6<&- 7<&- 8<&- 9<&-; ";
  return run_process({"bash", "-c", own + limits + "; exec '" + binary() + "' " + arguments});
}

}  // namespace

TEST_CASE("S27 S28 S29: every command refuses what only lenient reading takes, and says how to ask for it") {
  const TemporaryFolder folder;
  const std::string path = folder.path("rest.safetensors");
  write_file(path, with_rest("PK"));
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"inspect", path}, {"inspect", path, "--no-stats"}, {"quantize", path}, {"curve", path}}) {
    const ProcessResult refused = run_bitloupe(command);
    CHECK(refused.status == 1);
    CHECK(refused.out == "");
    CHECK_MESSAGE(one_line(refused.err), refused.err);
    CHECK_MESSAGE(refused.err.starts_with("bitloupe: " + path + ": 2 bytes after the last tensor"),
                  refused.err);
    CHECK(holds(refused.err, "--lenient"));
    std::vector<std::string> lenient = command;
    lenient.push_back("--lenient");
    const ProcessResult accepted = run_bitloupe(lenient);
    CHECK_MESSAGE(accepted.status == 0, accepted.err);
    CHECK(accepted.err == "");
  }
  const Json document = Json::parse(run_bitloupe({"--lenient", "inspect", path, "--json"}).out);
  CHECK(document["warnings"].size() == 1);
  CHECK(document["tensors"][0]["error"].is_null());
  CHECK(holds(run_bitloupe({"inspect", path, "--lenient"}).out, "warning: 2 bytes after the last tensor"));

  write_file(path, with_rest("").substr(0, with_rest("").size() - 1));
  const ProcessResult cut = run_bitloupe({"inspect", path, "--lenient", "--json"});
  CHECK(cut.status == 1);
  CHECK(one_line(cut.err));
  CHECK(Json::parse(cut.out)["tensors"][0]["error_code"] == "ST_CUT");
}

TEST_CASE("render reads leniently when it is asked to") {
  const TemporaryFolder folder;
  const std::string path = folder.path("rest.safetensors"), out = folder.path("out.png");
  write_file(path, with_rest("x"));
  CHECK(holds(run_bitloupe({"render", path, "--size", "400x300", "--out", out}).err, "--lenient"));
  const ProcessResult drawn =
      run_bitloupe({"render", path, "--size", "400x300", "--out", out, "--lenient", "--force"});
  CHECK_MESSAGE(drawn.status == 0, drawn.err);
  CHECK(std::filesystem::exists(out));
}

TEST_CASE("N05: a header above the limit is read when the limit is raised") {
  const TemporaryFolder folder;
  const std::string path = folder.path("long.npy");
  std::string dict = "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }";
  dict += std::string(70'000 - dict.size(), ' ');
  const auto size = static_cast<unsigned>(dict.size());
  std::string head("\x93NUMPY\2\0", 8);
  for (unsigned i = 0; i < 4; ++i) head += static_cast<char>(size >> (8 * i) & 255);
  write_file(path, head + dict + std::string(4, '\0'));
  const ProcessResult refused = run_bitloupe({"inspect", path});
  CHECK(refused.status == 1);
  CHECK(holds(refused.err, "header is too large (70000 bytes, expected at most 65536); --max-header"));
  CHECK(run_bitloupe({"inspect", path, "--max-header", "70000"}).status == 0);
  CHECK(run_bitloupe({"--max-header", "70000", "inspect", path}).status == 0);
  CHECK(run_bitloupe({"inspect", path, "--max-header", "0"}).status == 2);
}

TEST_CASE("F03: inspect lists the tensor files of a folder, each by what its header says") {
  const TemporaryFolder folder;
  const ProcessResult empty = run_bitloupe({"inspect", folder.path()});
  CHECK(empty.status == 1);
  CHECK(one_line(empty.err));
  CHECK(holds(empty.err, "holds no tensor files"));
  CHECK(empty.out == "");

  write_file(folder.path("b.safetensors"), with_rest(""));
  run_bitloupe({"sample", "ramp", "shape=8", "--out", folder.path("a.npy")});
  write_file(folder.path("notes.txt"), "not one of them");
  ProcessResult listed = run_bitloupe({"inspect", folder.path(), "--json"});
  CHECK_MESSAGE(listed.status == 0, listed.err);
  Json document = Json::parse(listed.out);
  CHECK(document["format"] == "folder");
  CHECK(document["tensors"].empty());
  REQUIRE(document["files"].size() == 2);
  CHECK(document["files"][0].dump() == R"({"name":"a.npy","format":"npy","bytes":160,"tensors":1,)"
                                       R"("warnings":[],"error":null,"error_code":null})");
  CHECK(document["files"][1]["name"] == "b.safetensors");
  CHECK(holds(run_bitloupe({"inspect", folder.path()}).out, "folder  2 files\n"));

  write_file(folder.path("c.npy"), "");
  write_file(folder.path("d.safetensors"), with_rest("x"));
  listed = run_bitloupe({"inspect", folder.path(), "--json"});
  CHECK(listed.status == 1);
  CHECK_MESSAGE(one_line(listed.err), listed.err);
  CHECK(holds(listed.err, folder.path("c.npy") + ": empty file; 1 other likewise"));
  document = Json::parse(listed.out);
  CHECK(document["files"][2]["format"].is_null());
  CHECK(document["files"][2]["tensors"].is_null());
  CHECK(document["files"][2]["error_code"] == "FILE_EMPTY");
  CHECK(document["files"][3]["error_code"] == "ST_TRAILING");
  document = Json::parse(run_bitloupe({"inspect", folder.path(), "--json", "--lenient"}).out);
  CHECK(document["files"][3]["warnings"].size() == 1);
}

TEST_CASE("I01: a checkpoint with a missing shard is listed, and its other tensors are used") {
  const TemporaryFolder folder;
  const std::string index = folder.path("model.safetensors.index.json");
  write_file(folder.path("1.safetensors"), with_rest(""));
  write_file(index,
             R"({"metadata":{"total_size":32},"weight_map":{"a":"1.safetensors","b":"2.safetensors"}})");
  const ProcessResult listed = run_bitloupe({"inspect", index, "--json"});
  CHECK(listed.status == 1);
  CHECK(listed.err == "bitloupe: " + index + ": tensor 'b': shard '2.safetensors' is missing\n");
  const Json document = Json::parse(listed.out);
  CHECK(document["format"] == "safetensors_index");
  CHECK(document["metadata"]["total_size"] == "32");
  CHECK(document["warnings"][0] == "1 of 2 shards missing: 2.safetensors");
  CHECK(document["tensors"][0]["name"] == "a");
  CHECK(document["tensors"][0]["error"].is_null());
  CHECK(document["tensors"][1]["name"] == "b");
  for (const char* key : {"dtype", "shape", "count", "min", "rounded_to_f32"})
    CHECK(document["tensors"][1][key].is_null());
  CHECK(document["tensors"][1]["error_code"] == "IDX_SHARD_MISSING");
  CHECK(run_bitloupe({"quantize", index + "::a", "--json"}).status == 0);
  const ProcessResult gone = run_bitloupe({"quantize", index + "::b"});
  CHECK(gone.status == 1);
  CHECK(gone.err == listed.err);
}

TEST_CASE("S33: a name of a megabyte takes its room once") {
  const TemporaryFolder folder;
  const std::string path = folder.path("names.safetensors"), name(1 << 20, 'n');
  std::string header = "{\"" + name + R"(":{"dtype":"U8","shape":[0],"data_offsets":[0,0]})";
  for (int i = 0; i < 200; ++i)
    header += ",\"" + std::to_string(i) + R"(":{"dtype":"U8","shape":[0],"data_offsets":[0,0]})";
  write_file(path, safetensors_bytes(header + "}", ""));
  const ProcessResult listed = run_bitloupe({"inspect", path});
  CHECK(listed.status == 0);
  CHECK(listed.out.size() < 1 << 20);
  CHECK(Json::parse(run_bitloupe({"inspect", path, "--json"}).out)["tensors"][0]["name"] == name);
}

TEST_CASE("F07: a path as long as the system allows, and one that is longer") {
  const TemporaryFolder folder;
  const std::string part(200, 'p');
  std::string path = folder.path();
  while (path.size() + part.size() + 20 < 4096) path += '/' + part;
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) {
    MESSAGE("skipped: ", error.message());
    return;
  }
  const std::string file = path + "/w.npy";
  const ProcessResult made = run_bitloupe({"sample", "ramp", "shape=8", "--out", file});
  CHECK_MESSAGE(made.status == 0, made.err);
  CHECK(run_bitloupe({"inspect", file}).status == 0);
  const ProcessResult longer = run_bitloupe({"inspect", path + '/' + part + "/w.npy"});
  CHECK(longer.status == 1);
  CHECK(one_line(longer.err));
  CHECK(holds(longer.err, "File name too long"));
}

TEST_CASE("F14: without a descriptor left there is one line and exit 1") {
  const TemporaryFolder folder;
  // Forty shards with few descriptors: they are closed for each other.
  std::string map;
  for (int i = 0; i < 40; ++i) {
    const std::string name = std::to_string(i);
    write_file(
        folder.path(name + ".safetensors"),
        safetensors_bytes("{\"" + name + R"(":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})", "\1"));
    map += (i > 0 ? ",\"" : "\"") + name + "\":\"" + name + ".safetensors\"";
  }
  const std::string index = folder.path("model.safetensors.index.json");
  write_file(index, R"({"metadata":{"total_size":40},"weight_map":{)" + map + "}}");
  const ProcessResult all = shell("ulimit -n 12", "inspect '" + index + "' --json");
  CHECK_MESSAGE(all.status == 0, all.err);
  CHECK(Json::parse(all.out)["tensors"].size() == 40);

  // With one descriptor the index takes it. Fewer do not even load the program's libraries.
  const ProcessResult refused = shell("ulimit -n 4", "inspect '" + index + "'");
  CHECK(refused.status == 1);
  CHECK_MESSAGE(holds(refused.err, "too many open files"), refused.err);
  CHECK(one_line(refused.err));
}

#ifndef BITLOUPE_SANITIZED
TEST_CASE("F15: without memory left there is one line and exit 1, whatever the limit") {
  const TemporaryFolder folder;
  const std::string path = folder.path("w.npy");
  CHECK(run_bitloupe({"sample", "ramp", "shape=8000000", "--out", path}).status == 0);  // 32 MB
  int refused = 0, done = 0;
  for (int megabytes = 24; megabytes <= 96; megabytes += 6) {
    const ProcessResult result =
        shell("ulimit -v " + std::to_string(megabytes << 10), "quantize '" + path + "' --json");
    CAPTURE(megabytes);
    CAPTURE(result.err);
    if (result.status == 0) ++done;
    if (result.status == 0 || result.status == 127) continue;  // 127: too little to load the program itself
    CHECK(result.status == 1);
    CHECK(result.out == "");
    CHECK(one_line(result.err));
    ++refused;
  }
  CHECK(refused > 0);
  CHECK(done > 0);
}
#endif

TEST_CASE(
    "U12: beyond the largest file that the process may write there is one line, exit 1 and the old file") {
  const TemporaryFolder folder;
  write_file(folder.path("old.npy"), "old");
  const ProcessResult refused =
      shell("ulimit -f 8", "sample gaussian shape=100000 --force --out '" + folder.path("old.npy") + "'");
  CHECK(refused.status == 1);
  CHECK_MESSAGE(one_line(refused.err), refused.err);
  CHECK(holds(refused.err, folder.path("old.npy") + ": cannot be written"));
  CHECK(read_file(folder.path("old.npy")) == "old");
  CHECK(folder.entries() == 1);
}

TEST_CASE("U12: two outputs at one place are a wrong command line before any work is done") {
  const TemporaryFolder folder;
  for (const char* other : {"a.npy", "./a.npy", "../a.npy"}) {
    std::filesystem::create_directories(folder.path("sub"));
    const std::string path = folder.path(std::string(other) == "../a.npy" ? "sub/../a.npy" : other);
    const ProcessResult refused =
        run_bitloupe({"quantize", "gone.npy", "--codes", folder.path("a.npy"), "--dequantized", path});
    CHECK(refused.status == 2);
    CHECK_MESSAGE(one_line(refused.err), refused.err);
    CHECK(holds(refused.err, "given for two outputs"));
  }
}
