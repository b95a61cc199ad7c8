#include "core/command_text.h"

#include <doctest/doctest.h>

#include "core/quant/spec_text.h"

using namespace bitloupe;

TEST_CASE("a word for the shell is quoted where it has to be") {
  CHECK(shell_quoted("a-b/c.npy::x,1@%^+") == "a-b/c.npy::x,1@%^+");
  CHECK(shell_quoted("") == "''");
  CHECK(shell_quoted("a b") == "'a b'");
  CHECK(shell_quoted("it's") == "'it'\\''s'");
  CHECK(shell_quoted("$(x)`y`\"*?") == "'$(x)`y`\"*?'");
  CHECK(shell_quoted("~") == "'~'");
  CHECK(shell_quoted("a=b") == "'a=b'");
  CHECK(shell_quoted("gr\xc3\xbcn") == "'gr\xc3\xbcn'");
  CHECK(shell_quoted("a\n'\\\xff"
                     "1") == "$'a\\012\\'\\\\\\3771'");
}

TEST_CASE("an experiment as a command") {
  Experiment experiment{*parse_source("synthetic:gaussian?shape=8x8&seed=3"), {}};
  CHECK(*quantize_command(experiment, "gaussian") ==
        "bitloupe quantize 'synthetic:gaussian?shape=8x8&seed=3'");
  REQUIRE(set_key(experiment.quant, "format", "int4"));
  REQUIRE(set_key(experiment.quant, "granularity", "group:32:0"));
  CHECK(*quantize_command(experiment, "") ==
        "bitloupe quantize 'synthetic:gaussian?shape=8x8&seed=3' "
        "--format int4 --granularity group:32:0");
  experiment.source = {};
  experiment.source.path = "/tmp/a b.safetensors";
  CHECK(
      quantize_command(experiment, "w")->starts_with("bitloupe quantize '/tmp/a b.safetensors::w' --format"));
  experiment.source.tensor = "v";
  CHECK(quantize_command(experiment, "w")->find("::v'") != std::string::npos);
  experiment.source.lenient = true;
  experiment.source.max_header_bytes = 99;
  CHECK(quantize_command(experiment, "w")->find("::v' --lenient --max-header 99 --format int4") !=
        std::string::npos);
  experiment.source.path = "-x.npy";
  CHECK(quantize_command(experiment, "")->find("quantize /") != std::string::npos);
}

TEST_CASE("ranges that no command line takes are refused") {
  Experiment experiment{*parse_source("synthetic:gaussian"), {}};
  for (std::uint64_t group = 0; group < 20000; ++group)
    experiment.quant.overrides.push_back({group, -1.0 / 3, 1.0 / 3});
  const Result<std::string> command = quantize_command(experiment, "");
  REQUIRE_FALSE(command.ok());
  CHECK(command.error().message.find("save the session") != std::string::npos);
}
