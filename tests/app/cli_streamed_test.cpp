// The program with a tensor larger than BITLOUPE_MEMORY, and with a file far larger than memory.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "tests/app/process.h"

using namespace bitloupe::test;

namespace {

// F12. The address sanitizer keeps freed memory aside for a while.
#ifdef BITLOUPE_SANITIZED
constexpr long kMostKib = 1 << 20;
#else
constexpr long kMostKib = 300 << 10;
#endif

// Standard output; wall-clock times in it, which differ from run to run, are blotted out.
std::string output(const std::vector<std::string>& arguments, const std::string& memory, int status = 0) {
  ProcessOptions options;
  if (!memory.empty()) options.environment = {{"BITLOUPE_MEMORY", memory}};
  const ProcessResult result = run_bitloupe(arguments, options);
  CHECK_MESSAGE(result.status == status, result.err);
  std::string text = result.out;
  const std::string key = "_ms\":";
  for (std::size_t at = text.find(key); at != std::string::npos; at = text.find(key, at + 1)) {
    const std::size_t begin = at + key.size();
    text.erase(begin, text.find_first_not_of("-+.e0123456789", begin) - begin);
  }
  return text;
}

// A safetensors file of one float32 tensor "w" whose zeros take no room on the disk; false where the file
// system has no files of that size.
bool write_sparse(const std::string& path, std::uint64_t count) {
  std::string header = "{\"w\":{\"dtype\":\"F32\",\"shape\":[" + std::to_string(count) +
                       "],\"data_offsets\":[0," + std::to_string(count * 4) + "]}}";
  header.append((8 - header.size() % 8) % 8, ' ');
  std::string bytes(8, '\0');
  const std::uint64_t length = header.size();
  std::memcpy(bytes.data(), &length, 8);
  write_file(path, bytes + header);
  std::error_code refused;
  std::filesystem::resize_file(path, 8 + length + count * 4, refused);
  return !refused;
}

}  // namespace

TEST_CASE("inspect, quantize and curve print the same bytes for values that are read in chunks") {
  const TemporaryFolder folder;
  const std::string file = folder.path("w.npy");
  output({"sample", "outliers", "shape=300x256", "std=0.02", "--out", file}, "");
  std::vector<std::vector<std::string>> commands = {{"inspect", file, "--json"}, {"inspect", file}};
  for (const char* granularity : {"tensor", "channel:0", "channel:1", "group:64"})
    for (const char* format : {"int4", "uint8", "e4m3fn"})
      for (const char* calibration : {"minmax", "percentile:99"})
        commands.push_back({"quantize", file, "--format", format, "--granularity", granularity,
                            "--calibration", calibration, "--json"});
  commands.push_back(
      {"quantize", file, "--format", "int4", "--granularity", "channel:1", "--calibration", "mse"});
  commands.push_back(
      {"curve", file, "--format", "int4", "--granularity", "group:64", "--points", "8", "--json"});
  for (const std::vector<std::string>& command : commands) {
    const std::string whole = output(command, "");
    CHECK(whole.size() > 20);
    CHECK(output(command, "100000") == whole);
  }
}

TEST_CASE("arrays are written part by part, with the same bytes") {
  const TemporaryFolder folder;
  const std::string file = folder.path("w.npy");
  output({"sample", "laplace", "shape=300x256", "--out", file}, "");
  output({"sample", "laplace", "shape=300x256", "--out", folder.path("parts.npy")}, "1000");
  CHECK(read_file(file) == read_file(folder.path("parts.npy")));
  for (const char* granularity : {"tensor", "channel:1", "group:64"}) {
    for (const std::string memory : {"", "100000"})
      output({"quantize", file, "--format", "int4", "--granularity", granularity, "--codes",
              folder.path("codes" + memory), "--dequantized", folder.path("values" + memory), "--scales",
              folder.path("scales" + memory), "--force"},
             memory);
    for (const char* array : {"codes", "values", "scales"}) {
      const std::string whole = read_file(folder.path(array));
      CHECK(whole.size() > 80);
      CHECK(read_file(folder.path(std::string(array) + "100000")) == whole);
    }
  }
}

TEST_CASE("F12 F13: a file of 100 GB or 1 TB is listed with little memory") {
  const TemporaryFolder folder;
  for (const std::uint64_t gigabytes : std::vector<std::uint64_t>{100, 1000}) {
    const std::string file = folder.path("huge.safetensors");
    if (!write_sparse(file, gigabytes * 250'000'000)) {
      MESSAGE("skipped: this file system has no files of ", gigabytes, " GB");
      continue;
    }
    for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
             {"inspect", "--no-stats", file, "--json"}, {"inspect", "--no-stats", file}}) {
      const ProcessResult result = run_bitloupe(command);
      CHECK_MESSAGE(result.status == 0, result.err);
      CHECK(result.out.find(std::to_string(gigabytes * 250'000'000)) != std::string::npos);
      CHECK(result.peak_kib < kMostKib);
    }
    std::filesystem::remove(file);
  }
}

TEST_CASE("F12: statistics of many values take little memory") {
  const TemporaryFolder folder;
  const std::string file = folder.path("large.safetensors");
  REQUIRE(write_sparse(file, 120'000'000));  // 480 MB of zeros
  ProcessOptions options;
  options.environment = {{"BITLOUPE_MEMORY", "10000000"}};
  const ProcessResult result = run_bitloupe({"inspect", file, "--json"}, options);
  CHECK_MESSAGE(result.status == 0, result.err);
  CHECK(result.out.find("\"zero_count\":120000000") != std::string::npos);
  CHECK(result.peak_kib < kMostKib);
}

TEST_CASE("too large to be read in chunks: one line that says why") {
  const TemporaryFolder folder;
  const std::string file = folder.path("columns.npy");
  std::string header = "{'descr': '<f4', 'fortran_order': True, 'shape': (300, 20), }";
  header.append(128 - 10 - 1 - header.size(), ' ');
  write_file(file, std::string("\x93NUMPY\1\0", 8) + static_cast<char>(header.size() + 1) + '\0' + header +
                       '\n' + std::string(24'000, 'a'));
  ProcessOptions options;
  options.environment = {{"BITLOUPE_MEMORY", "1000"}};
  const ProcessResult result = run_bitloupe({"quantize", file}, options);
  CHECK(result.status == 1);
  CHECK(result.err.find("column by column") != std::string::npos);
  CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
}

TEST_CASE("the curve of a tensor larger than memory says how far its minimum may be off") {
  const TemporaryFolder folder;
  const std::string file = folder.path("w.npy");
  output({"sample", "laplace", "shape=500x400", "--out", file}, "");
  const auto number = [](const std::string& text, const std::string& key) {
    return std::stod(text.substr(text.find("\"" + key + "\":", text.find("\"best\"")) + key.size() + 3));
  };
  for (const char* format : {"int4", "int8", "e4m3fn"}) {
    const std::string whole = output({"curve", file, "--format", format, "--json"}, "");
    const std::string chunks = output({"curve", file, "--format", format, "--json"}, "100000");
    CHECK(number(whole, "mse_bound") == 0);
    const double bound = number(chunks, "mse_bound"), mse = number(whole, "mse");
    CHECK(bound > 0);
    CHECK(bound < 0.01 * mse);
    CHECK(number(chunks, "mse") >= mse - bound);
    CHECK(number(chunks, "mse") <= mse * (1 + 1e-6) + 2 * bound);  // two thresholds, each within its bound
  }
}
