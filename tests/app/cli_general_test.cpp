// What every command line has in common: exit status, streams, global options, what is not built yet.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/app/process.h"
#include "tests/paths.h"

using namespace bitloupe::test;

namespace {

bool one_line(const std::string& text) {
  return text.starts_with("bitloupe: ") && std::count(text.begin(), text.end(), '\n') == 1 &&
         text.ends_with('\n');
}

void check_refused(const ProcessResult& result, int status, const std::string& word) {
  CHECK(result.status == status);
  CHECK(result.out == "");
  CHECK_MESSAGE(one_line(result.err), result.err);
  CHECK_MESSAGE(result.err.find(word) != std::string::npos, result.err);
}

}  // namespace

TEST_CASE("help lists what is built, and nothing else") {
  const ProcessResult help = run_bitloupe({"--help"});
  CHECK(help.status == 0);
  CHECK(help.err == "");
  for (const char* name :
       {"inspect", "formats", "encode", "quantize", "curve", "sweep", "sample", "render", "lesson"}) {
    CHECK_MESSAGE(help.out.find("  " + std::string(name) + ' ') != std::string::npos, name);
    const ProcessResult own = run_bitloupe({name, "--help"});
    CHECK(own.status == 0);
    CHECK(own.out.find("Usage: bitloupe " + std::string(name)) != std::string::npos);
    CHECK(own.out.find("--json") != std::string::npos);
    for (const char* later : {"--importance", "--export"})
      CHECK_MESSAGE(own.out.find(later) == std::string::npos, name, " ", later);
  }
  for (const char* later : {"gemm", "convert"}) CHECK(help.out.find(later) == std::string::npos);
}

TEST_CASE("the version is one line") {
  CHECK(run_bitloupe({"--version"}).out == "bitloupe " BITLOUPE_VERSION "\n");
  CHECK(run_bitloupe({"quantize", "--version"}).out == "bitloupe " BITLOUPE_VERSION "\n");
}

TEST_CASE("what is documented but not built is not available, exit 2") {
  for (const char* name : {"gemm", "convert"}) check_refused(run_bitloupe({name, "x"}), 2, "not available");
  const std::string source = "synthetic:gaussian?shape=4x4";
  for (const std::vector<std::string>& options :
       std::vector<std::vector<std::string>>{{"--importance", "a.npy"},
                                             {"--export=onnx:x"},
                                             {"--calibration", "aciq"},
                                             {"--format", "kmeans:16"}}) {
    std::vector<std::string> arguments = {"quantize", source};
    arguments.insert(arguments.end(), options.begin(), options.end());
    check_refused(run_bitloupe(arguments), 2, "not available");
  }
  for (const std::vector<std::string>& options :
       std::vector<std::vector<std::string>>{{"--workspace", "gemm", "--out", "x.png"}}) {
    std::vector<std::string> arguments = {"render", source};
    arguments.insert(arguments.end(), options.begin(), options.end());
    check_refused(run_bitloupe(arguments), 2, "not available");
  }
}

TEST_CASE("a wrong command line is exit 2 with one line that helps") {
  check_refused(run_bitloupe({"quantize"}), 2, "SOURCE");
  check_refused(run_bitloupe({"render", "--out", "x.txt"}), 2, ".png");
  check_refused(run_bitloupe({"render", "--out", "x.svg"}), 2, "--plot (histogram, ");
  check_refused(run_bitloupe({"render", "--plot", "pie", "--out", "x.svg"}), 2, "expected histogram, ");
  check_refused(run_bitloupe({"render", "--plot", "curve", "--out", "x.pdf"}), 2, ".svg or .csv");
  check_refused(run_bitloupe({"render", "--plot", "curve", "--size", "99999x9", "--out", "x.svg"}), 2,
                "16384");
  check_refused(run_bitloupe({"render", "--scale", "nan", "--out", "x.png"}), 2, "0.5 to 4");
  check_refused(run_bitloupe({"quantize", "synthetic:gaussian", "--fromat", "int4"}), 2, "--format");
  check_refused(run_bitloupe({"quantize", "synthetic:gaussian", "--format"}), 2, "--format");
  check_refused(run_bitloupe({"quantize", "synthetic:gaussian", "--format", "int99"}), 2, "int99");
  check_refused(run_bitloupe({"quantize", "synthetic:gaussian", "--scheme", "symetric"}), 2, "symmetric");
  check_refused(run_bitloupe({"quantize", "synthetic:gausian"}), 2, "gaussian");
  check_refused(run_bitloupe({"inspect", "a", "b"}), 2, "b");
  check_refused(run_bitloupe({"inspect", "a", "--threads", "0"}), 2, "--threads");
  check_refused(run_bitloupe({"--no-such-option"}), 2, "--no-such-option");
  check_refused(run_bitloupe({"--window-size", "wide"}), 2, "--window-size");
}

TEST_CASE("a word that is nearly a subcommand, and no file, says which") {
  check_refused(run_bitloupe({"quantise", "model.safetensors"}), 2, "nearest subcommand: quantize");
  check_refused(run_bitloupe({"inpsect", "model.safetensors"}), 2, "nearest subcommand: inspect");
  check_refused(run_bitloupe({"--json", "format"}), 2, "nearest subcommand: formats");
  check_refused(run_bitloupe({"weights.npy"}), 1, "no such file");
  const TemporaryFolder folder;
  write_file(folder.path("format"), "");
  ProcessOptions inside;
  inside.folder = folder.path("");
  CHECK(run_bitloupe({"format"}, inside).err.find("subcommand") == std::string::npos);
}

TEST_CASE("an empty value is a wrong command line, and no option left out") {
  const std::string source = "synthetic:gaussian?shape=4x4";
  for (const char* option : {"--codes", "--dequantized", "--scales", "--spec", "--format"}) {
    check_refused(run_bitloupe({"quantize", source, option, ""}), 2, std::string(option) + ": ");
    check_refused(run_bitloupe({"quantize", source, option}), 2, std::string(option) + ": expected a value");
  }
  check_refused(run_bitloupe({""}), 2, "SOURCE");
  check_refused(run_bitloupe({"render", "", "--out", "x.png"}), 2, "SOURCE");
  check_refused(run_bitloupe({"render", "--session", "", "--out", "x.png"}), 2, "--session");
  check_refused(run_bitloupe({"encode", "int8", ""}), 2, "VALUE");
}

TEST_CASE("BITLOUPE_MEMORY is a number of bytes, or a wrong command line") {
  const auto with_memory = [](const char* text) {
    ProcessOptions options;
    options.environment = {{"BITLOUPE_MEMORY", text}};
    return run_bitloupe({"quantize", "synthetic:gaussian?shape=4x4"}, options);
  };
  for (const char* wrong : {"4G", "-1", "1e9", " 5"}) check_refused(with_memory(wrong), 2, "BITLOUPE_MEMORY");
  CHECK(with_memory("4000000000").status == 0);
  CHECK(with_memory("").status == 0);
}

TEST_CASE("BITLOUPE_KERNEL names an instruction set of this processor, or is a wrong command line") {
  const auto with_kernel = [](const char* name, std::vector<std::string> arguments) {
    ProcessOptions options;
    options.environment = {{"BITLOUPE_KERNEL", name}};
    return run_bitloupe(std::move(arguments), options);
  };
  const std::vector<std::string> quantize = {"quantize", "synthetic:gaussian?shape=4x4"};
  check_refused(with_kernel("abacus", quantize), 2, "'abacus'");
  check_refused(with_kernel("abacus", quantize), 2, "portable");
  check_refused(with_kernel("abacus", {}), 2, "BITLOUPE_KERNEL");
  CHECK(with_kernel("abacus", {"--help"}).status == 0);
  CHECK(with_kernel("Portable", quantize).out == with_kernel("", quantize).out);
}

TEST_CASE("V12 V18 a spec that does not fit the tensor is a wrong command line") {
  const std::string source = "synthetic:gaussian?shape=4x4";
  check_refused(run_bitloupe({"quantize", source, "--granularity", "channel:5"}), 2, "axis");
  check_refused(run_bitloupe({"quantize", source, "--granularity", "group:0"}), 2, "group");
  check_refused(run_bitloupe({"quantize", source, "--format", "e4m3fn", "--scheme", "affine"}), 2, "affine");
  check_refused(run_bitloupe({"quantize", source, "--calibration", "ratio:nan"}), 2, "ratio");
}

TEST_CASE("global options stand before or after the subcommand") {
  const std::string before = run_bitloupe({"--json", "--threads", "1", "formats", "int2"}).out;
  CHECK(before.starts_with("{"));
  CHECK(before == run_bitloupe({"formats", "int2", "--threads=1", "--json"}).out);
}

TEST_CASE("F01 F02 F03 F05 files that cannot be read are exit 1 and named") {
  const TemporaryFolder folder;
  write_file(folder.path("empty.npy"), "");
  for (const char* command : {"inspect", "quantize"}) {
    check_refused(run_bitloupe({command, folder.path("missing.npy")}), 1, "missing.npy");
    check_refused(run_bitloupe({command, folder.path("empty.npy")}), 1, "empty.npy");
    check_refused(run_bitloupe({command, "/dev/zero"}), 1, "/dev/zero");
  }
  check_refused(run_bitloupe({"quantize", folder.path()}), 1, "is a directory");
  run_process({"mkfifo", folder.path("fifo")});
  check_refused(run_bitloupe({"inspect", folder.path("fifo")}), 1, "fifo");
  check_refused(run_bitloupe({folder.path("missing.npy")}), 1, "missing.npy");  // the window
}

TEST_CASE("F07 odd file names work and never break the line") {
  const TemporaryFolder folder;
  for (const char* name :
       {"with space.npy", "quote'\"$(x).npy", "line\nbreak.npy", "-dash.npy", "\xFF\xFE.npy", "[a,b]"}) {
    const std::string path = folder.path(name);
    const ProcessResult made = run_bitloupe({"sample", "ramp", "shape=8", "--out", path});
    CHECK_MESSAGE(made.status == 0, made.err);
    CHECK(run_bitloupe({"inspect", path}).status == 0);
    CHECK(run_bitloupe({"inspect", "--json", path}).status == 0);
    ProcessOptions inside;
    inside.folder = folder.path();
    CHECK(run_bitloupe({"inspect", "--", name}, inside).status == 0);
    check_refused(run_bitloupe({"inspect", path + "-gone"}), 1, "gone");
  }
}

TEST_CASE("F19 a closed or full standard output is exit 1, quietly where the reader left") {
  ProcessOptions closed;
  closed.close_output = true;
  const ProcessResult result = run_bitloupe({"formats"}, closed);
  CHECK(result.status == 1);
  CHECK(result.err == "");
  const std::string program = binary();
  const ProcessResult piped = run_process(
      {"bash", "-c", "'" + program + "' formats bf16 --json | head -c 10; echo ${PIPESTATUS[0]}"});
  CHECK(piped.err == "");
  CHECK(piped.out.ends_with("1\n"));
  const ProcessResult full = run_process({"bash", "-c", "'" + program + "' formats > /dev/full"});
  CHECK(full.status == 1);
  CHECK(one_line(full.err));
}

TEST_CASE("F11 standard input that cannot be read is no empty one") {
  const ProcessResult folder = run_process({"bash", "-c", "'" + binary() + "' encode int8 < /"});
  check_refused(folder, 1, "standard input: cannot be read");
}

TEST_CASE("F20 the locale changes nothing") {
  for (const char* locale : {"C", "de_DE.UTF-8", "no_SUCH"}) {
    ProcessOptions options;
    options.environment = {{"LC_ALL", locale}, {"LANG", locale}};
    CHECK(run_bitloupe({"encode", "fp32", "1.5", "--json"}, options).out ==
          run_bitloupe({"encode", "fp32", "1.5", "--json"}).out);
    CHECK(run_bitloupe({"encode", "fp32", "1,5"}, options).status == 2);
  }
}
