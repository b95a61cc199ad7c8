// "Copy as command line": the copied text, run by a shell, prints what the experiment gives.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "app/cli/quantize_report.h"
#include "core/command_text.h"
#include "core/quant/quant_spec.h"
#include "tests/app/process.h"
#include "tests/core/random_spec.h"
#include "tests/paths.h"

using namespace bitloupe;
using namespace bitloupe::test;

namespace {

nlohmann::ordered_json without_time(const std::string& text) {
  auto json = nlohmann::ordered_json::parse(text, nullptr, false);
  REQUIRE_MESSAGE(json.is_object(), text);
  json.erase("elapsed_ms");
  return json;
}

// What the window computes for this experiment, as the report that quantize prints.
nlohmann::ordered_json report_of(const Experiment& experiment, const std::string& source_text) {
  const auto tensor = load_source(experiment.source, Pick::Largest, {});
  REQUIRE(tensor.ok());
  const auto prepared = prepare(*tensor, {});
  REQUIRE(prepared.ok());
  RunContext context;
  context.sort_if_needed = true;
  const auto snapshot = run(experiment, *prepared, nullptr, context);
  REQUIRE(snapshot.ok());
  REQUIRE_FALSE((*snapshot)->error.has_value());
  return without_time(cli::report_json(source_text, **snapshot));
}

nlohmann::ordered_json run_copied(const Experiment& experiment, const std::string& tensor) {
  const Result<std::string> command = quantize_command(experiment, tensor);
  REQUIRE(command.ok());
  // "bitloupe" is found where the program lies.
  const std::string folder = binary().substr(0, binary().rfind('/'));
  const ProcessResult result =
      run_process({"bash", "-c", "PATH='" + folder + "':$PATH; " + *command + " --json"});
  CHECK_MESSAGE(result.status == 0, *command, ": ", result.err);
  return without_time(result.out);
}

std::string safetensors(const std::string& first, const std::string& second) {
  const std::string header = "{\"" + first + R"(":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},")" +
                             second + R"(":{"dtype":"F32","shape":[4,5],"data_offsets":[24,104]}})";
  std::string text;
  for (int i = 0; i < 8; ++i) text += static_cast<char>(header.size() >> (8 * i) & 0xFF);
  text += header;
  for (int i = 0; i < 26; ++i) {
    const float value = static_cast<float>(i * i % 17) / 3 - 2;
    text.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  return text;
}

}  // namespace

TEST_CASE("the copied command prints the experiment's report, whatever the spec") {
  std::mt19937 random(77);
  constexpr const char* kSources[] = {
      "synthetic:gaussian?shape=12x40&std=0.02&seed=7",
      "synthetic:student-t?shape=3x8x20&df=3.5&seed=18446744073709551615",
      "synthetic:mixture?shape=300&means=-1,0.5,2&stds=0.1,1,0.3&weights=1,2,3&quantiles=1",
      "synthetic:outliers?shape=16x16&fraction=0.01&factor=30&seed=2"};
  int compared = 0;
  for (int n = 0; n < 4000 && compared < 40; ++n) {
    Experiment experiment{*parse_source(kSources[random() % std::size(kSources)]), random_spec(random)};
    if (!validate(experiment.quant, experiment.source.synthetic->shape)) continue;
    ++compared;
    CAPTURE(*quantize_command(experiment, ""));
    REQUIRE(run_copied(experiment, "") == report_of(experiment, to_text(experiment.source)));
  }
  CHECK(compared == 40);
}

TEST_CASE("F07: the copied command finds files of any name, and the tensor that the window chose") {
  const TemporaryFolder folder;
  for (const std::string name : {"plain.safetensors", "a b'c\"$(d)`e`\\.safetensors", "-x.safetensors",
                                 "new\nline\xff.safetensors", "a::b.safetensors", "~"}) {
    const std::string path = folder.path(name);
    write_file(path, safetensors("small one", "it's::the largest"));
    Experiment experiment;
    experiment.source.path = path;
    SourceSpec named = experiment.source;
    named.tensor = "it's::the largest";
    CAPTURE(name);
    CHECK(run_copied(experiment, named.tensor) == report_of(experiment, to_text(named)));
  }
}
