#include "core/experiment_json.h"

#include <doctest/doctest.h>

#include <random>

#include "core/json.h"
#include "core/quant/spec_json.h"
#include "core/tensor/synthetic.h"
#include "field_count.h"
#include "random_spec.h"

namespace bitloupe {
namespace {

SourceSpec random_source(std::mt19937& random) {
  SourceSpec source;
  if (random() % 2) {
    constexpr const char* kPaths[] = {"a.npy", "/tmp/a b/\"c\".safetensors", "\xff\x01", "gr\xc3\xbcn\n", ""};
    source.path = kPaths[random() % std::size(kPaths)];
    if (random() % 2) source.tensor = kPaths[random() % std::size(kPaths)];
    source.lenient = random() % 2 == 0;
    source.max_header_bytes = random() % 2 == 0 ? 0 : random();
    return source;
  }
  SyntheticSpec& spec = source.synthetic.emplace();
  const auto kinds = synthetic_kinds();
  const SyntheticKind& kind = kinds[random() % kinds.size()];
  spec.kind = kind.key;
  for (const SyntheticParameter& parameter : kind.parameters)
    for (auto n = random() % 3; n > 0; --n)
      spec.parameters[std::string(parameter.key)].push_back(random_number(random));
  spec.shape.resize(random() % 4);
  for (std::uint64_t& length : spec.shape) length = std::uint64_t{random()} << random() % 30;
  spec.seed = std::uint64_t{random()} << 32 | random();
  spec.quantiles = random() % 2 == 0;
  return source;
}

std::string refusal(std::string_view text, JsonRules rules = {}) {
  const Result<Experiment> experiment = parse_experiment_json(text, "e.json", rules);
  REQUIRE_MESSAGE(!experiment.ok(), text);
  CHECK(experiment.error().message.starts_with("e.json: "));
  return experiment.error().message;
}

}  // namespace

TEST_CASE("an experiment reads back equal, fields without effect and wrong combinations included") {
  std::mt19937 random(21);
  int wrong = 0;
  for (int n = 0; n < 4000; ++n) {
    const Experiment experiment{random_source(random), random_spec(random)};
    wrong += validate(experiment.quant) ? 0 : 1;
    const std::string text = to_json(experiment, n % 2 == 0 ? -1 : 2);
    CAPTURE(text);
    const Result<Experiment> again = parse_experiment_json(text, "e.json");
    REQUIRE_MESSAGE(again.ok(), (again ? "" : again.error().message));
    REQUIRE(again->source == experiment.source);
    REQUIRE(again->quant == experiment.quant);
    const Result<SourceSpec> source = parse_source_json(to_json(experiment.source), "s.json");
    REQUIRE(source.ok());
    REQUIRE(*source == experiment.source);
  }
  CHECK(wrong > 100);
}

TEST_CASE("an experiment's JSON names source and quantizer as the command line does") {
  Experiment experiment{*parse_source("synthetic:laplace?shape=8x4&scale=0.5&seed=3"), {}};
  CHECK(to_json(experiment) ==
        R"({"source":{"path":"","tensor":"","synthetic":{"kind":"laplace","parameters":{"scale":0.5},)"
        R"("shape":[8,4],"seed":3,"quantiles":false},"lenient":false,"max_header_bytes":0},"quant":)" +
            to_json(experiment.quant) + R"(,"kept":{"scheme":"auto","code_range":"auto"}})");
  CHECK(parse_experiment_json("{}", "e.json").value() == Experiment{});
  CHECK(parse_experiment_json(R"({"source":{"path":"x.npy"}})", "e.json")->source.path == "x.npy");
}

TEST_CASE("every member of an experiment is saved") {
  const Json experiment = Json::parse(to_json(Experiment{*parse_source("synthetic:gaussian"), {}}));
  CHECK(experiment.size() == test::field_count<Experiment>() + 1);  // and "kept"
  CHECK(experiment["source"].size() == test::field_count<SourceSpec>());
  CHECK(experiment["source"]["synthetic"].size() == test::field_count<SyntheticSpec>());
}

TEST_CASE("an edited quantizer wins over what was kept beside it, wherever that stands") {
  const auto read = [](std::string_view text) { return parse_experiment_json(text, "e.json").value().quant; };
  CHECK(read(R"({"kept":{"scheme":"auto"},"quant":{"format":"int8","scheme":"affine"}})").scheme ==
        Scheme::Affine);
  CHECK_FALSE(read(R"({"kept":{"scheme":"auto"},"quant":{"format":"int8","scheme":"symmetric"}})")
                  .scheme.has_value());
  CHECK(
      read(R"({"quant":{"calibration":"percentile:99"},"kept":{"percentile":50}})").calibration.percentile ==
      99);
  CHECK(read(R"({"quant":{"calibration":"minmax"},"kept":{"percentile":50}})").calibration.percentile == 50);
}

TEST_CASE("what cannot be read names file and member") {
  CHECK(refusal("[]").find("one JSON object") != std::string::npos);
  CHECK(refusal(R"({"sorce":{}})").find("unknown key 'sorce'; the nearest known one is source") !=
        std::string::npos);
  CHECK(
      refusal(R"({"source":{"pth":""}})").find("source: unknown key 'pth'; the nearest known one is path") !=
      std::string::npos);
  CHECK(refusal(R"({"source":{"path":7}})") == "e.json: source.path: expected a text (found 7)");
  CHECK(refusal(R"({"source":{"synthetic":{"kind":"gausian"}}})").find("nearest known one is gaussian") !=
        std::string::npos);
  CHECK(refusal(R"({"source":{"synthetic":{"parameters":{"sdt":1}}}})").find("nearest known one is std") !=
        std::string::npos);
  CHECK(refusal(R"({"source":{"synthetic":{"parameters":{"std":"nan"}}}})")
            .find("source.synthetic.parameters.std: expected finite numbers") != std::string::npos);
  CHECK(refusal(R"({"source":{"synthetic":{"shape":[1,-1]}}})")
            .find("source.synthetic.shape[1]: expected a whole") != std::string::npos);
  CHECK(refusal(R"({"quant":{"format":"int99"}})").find("quant: ") != std::string::npos);
  CHECK(refusal(R"({"quant":{"sheme":"affine"}})").find("nearest known one is scheme") != std::string::npos);
  CHECK(refusal(R"({"quant":[]})").find("quant: ") != std::string::npos);
  CHECK(refusal(R"({"kept":{"ratio":{}}})").find("kept.ratio: expected a number") != std::string::npos);
}

TEST_CASE("a newer version's unknown members are passed over, unknown values are not") {
  std::vector<std::string> skipped;
  const JsonRules newer{.skip_unknown = true, .skip_unreadable = true, .skipped = &skipped};
  const Result<Experiment> read = parse_experiment_json(
      R"({"gemm":{},"source":{"path":"x","shards":2},"quant":{"format":"int4","mood":1}})", "e.json", newer);
  REQUIRE(read.ok());
  CHECK(read->source.path == "x");
  CHECK(read->quant.format.bits == 4);
  CHECK(skipped.size() == 3);
  refusal(R"({"quant":{"calibration":"telepathy"}})", newer);
  refusal(R"({"source":{"synthetic":{"kind":"perlin"}}})", newer);
}

TEST_CASE("a range of NaN and infinities is kept as it is") {
  Experiment experiment;
  experiment.quant.overrides = {{3, -0.0, std::numeric_limits<double>::infinity()},
                                {4, std::numeric_limits<double>::quiet_NaN(), 4e-324}};
  const Result<Experiment> again = parse_experiment_json(to_json(experiment), "e.json");
  REQUIRE(again.ok());
  CHECK(*again == experiment);
}

}  // namespace bitloupe
