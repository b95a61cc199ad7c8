#include "core/source.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "io_support.h"

using namespace bitloupe;
using namespace bitloupe::test;

namespace {

std::string three_tensors() {
  return safetensors_bytes(R"({"small":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
                           R"("odd":{"dtype":"F7","shape":[100],"data_offsets":[2,4]},)"
                           R"("large":{"dtype":"U8","shape":[3],"data_offsets":[4,7]},)"
                           R"("also":{"dtype":"U8","shape":[3],"data_offsets":[7,10]}})",
                           std::string("\1\2..\3\4\5\6\7\10", 10));
}

SourceSpec file_source(const std::string& path, const std::string& tensor = "") {
  SourceSpec source;
  source.path = path;
  source.tensor = tensor;
  return source;
}

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("sources: PATH, PATH::TENSOR and synthetic:KIND read and print back") {
  const TemporaryFolder folder;
  CHECK(*parse_source("a.npy") == file_source("a.npy"));
  CHECK(*parse_source("a.safetensors::layer.0") == file_source("a.safetensors", "layer.0"));
  CHECK(*parse_source("a::b::c") == file_source("a::b", "c"));
  const auto synthetic = parse_source("synthetic:laplace?scale=2");
  REQUIRE(synthetic);
  CHECK(synthetic->synthetic->kind == "laplace");
  for (const char* text :
       {"a.npy", "a.safetensors::layer.0", "synthetic:laplace?shape=256x256&scale=2&seed=1"}) {
    CHECK(to_text(*parse_source(text)) == text);
  }
  for (const char* text : {"", "::x", "a.npy::", "synthetic:none", "synthetic:"}) {
    CAPTURE(text);
    const auto source = parse_source(text);
    REQUIRE_FALSE(source.ok());
    CHECK(source.error().code == ErrorCode::BadArgument);
  }
}

TEST_CASE("a file whose name holds '::' is found before the name is cut") {
  const TemporaryFolder folder;
  write_file(folder.path("x::y"), "");
  write_file(folder.path("x"), "");
  CHECK(*parse_source(folder.path("x::y")) == file_source(folder.path("x::y")));
  CHECK(*parse_source(folder.path("x::y::z")) == file_source(folder.path("x::y"), "z"));
  CHECK(*parse_source(folder.path("x::a::b")) == file_source(folder.path("x"), "a::b"));
}

TEST_CASE("which tensor a source means") {
  const auto file = read_bytes(three_tensors());
  REQUIRE(file);
  const auto named = pick_tensor(*file, file_source("memory", "small"), Pick::Refuse);
  REQUIRE(named);
  CHECK((*named)->name == "small");

  const auto several = pick_tensor(*file, file_source("memory"), Pick::Refuse);
  REQUIRE_FALSE(several.ok());
  CHECK(several.error().code == ErrorCode::BadArgument);
  CHECK(holds(several.error().message, "small, odd, large, also"));
  const auto unknown = pick_tensor(*file, file_source("memory", "none"), Pick::Largest);
  REQUIRE_FALSE(unknown.ok());
  CHECK(unknown.error().code == ErrorCode::BadArgument);
  CHECK(holds(unknown.error().message, "no tensor 'none'"));

  const auto largest = pick_tensor(*file, file_source("memory"), Pick::Largest);
  REQUIRE(largest);
  CHECK((*largest)->name == "large");  // "odd" cannot be loaded; of equals the first

  const auto odd = pick_tensor(*file, file_source("memory", "odd"), Pick::Largest);
  REQUIRE_FALSE(odd.ok());
  CHECK(odd.error().code == ErrorCode::BadInput);
  CHECK(holds(odd.error().message, "unknown dtype 'F7'"));
}

TEST_CASE("files of no tensor, and of many: at most 20 names are listed") {
  const auto none = read_bytes(safetensors_bytes("{}", ""));
  REQUIRE(none);
  CHECK(holds(pick_tensor(*none, file_source("memory"), Pick::Largest).error().message, "holds no tensors"));
  std::string header = "{";
  for (int i = 0; i < 30; ++i) {
    header.append(i > 0 ? ",\"t" : "\"t").append(std::to_string(i));
    header += R"(":{"dtype":"U8","shape":[0],"data_offsets":[0,0]})";
  }
  const auto many = read_bytes(safetensors_bytes(header + "}", ""));
  REQUIRE(many);
  const std::string message = pick_tensor(*many, file_source("memory"), Pick::Refuse).error().message;
  CHECK(holds(message, "t19 and 10 more"));
  CHECK_FALSE(holds(message, "t20"));
}

TEST_CASE("loading by source: from a path, from a header that was read, synthetic") {
  const TemporaryFolder folder;
  write_file(folder.path("f.safetensors"), three_tensors());
  const SourceSpec source = file_source(folder.path("f.safetensors"), "small");
  auto tensor = load_source(source, Pick::Refuse, {});
  REQUIRE(tensor);
  CHECK((*tensor)->name == "small");
  CHECK((*tensor)->span()[1] == 2.0f);
  const auto file = read_tensor_file(source.path);
  REQUIRE(file);
  tensor = load_source(file_source(source.path), Pick::Largest, {}, &*file);
  REQUIRE(tensor);
  CHECK((*tensor)->name == "large");
  tensor = load_source(*parse_source("synthetic:ramp?shape=3"), Pick::Refuse, {});
  REQUIRE(tensor);
  CHECK((*tensor)->name == "ramp");
  CHECK(load_source(file_source(folder.path("none")), Pick::Largest, {}).error().code == ErrorCode::Io);
}
