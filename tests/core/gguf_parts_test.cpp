// Split GGUF checkpoints: G21, and what a part says of itself.
#include "core/io/gguf_parts.h"

#include <doctest/doctest.h>

#include <bit>
#include <filesystem>

#include "core/io/file_error.h"
#include "core/source.h"
#include "tests/core/gguf_bytes.h"
#include "tests/core/io_support.h"

using namespace bitloupe;
using namespace bitloupe::test;

namespace {

bool names(const std::string& message, std::string_view what) {
  return message.find(what) != std::string::npos;
}

struct Part {
  std::uint64_t number = 0, count = 3;
  std::string tensor;  // of one value: its number
  std::string model = {};
  std::uint64_t all_tensors = 3;
};

std::string part_bytes(const Part& part) {
  std::vector<std::string> keys = {gguf_key("split.no", kU16, little_endian(part.number, 2)),
                                   gguf_key("split.count", kU16, little_endian(part.count, 2)),
                                   gguf_key("split.tensors.count", kI32, little_endian(part.all_tensors, 4))};
  if (!part.model.empty()) keys.push_back(gguf_key("general.name", kString, gguf_text(part.model)));
  const auto value = std::bit_cast<std::uint32_t>(static_cast<float>(part.number));
  return gguf_file(keys, {gguf_tensor(part.tensor, {1}, kF32, 0)}, little_endian(value, 4));
}

class Checkpoint {
 public:
  std::string path(std::uint64_t number, std::uint64_t count = 3) const {
    return folder_.path(*gguf_part_name("m.q-00001-of-0000" + std::to_string(count) + ".gguf",
                                        GgufSplit{0, count, {}}, number));
  }
  void write(const Part& part) const { write_file(path(part.number, part.count), part_bytes(part)); }
  void write_all() const {
    write({0, 3, "a", "model"});
    write({1, 3, "b"});
    write({2, 3, "c"});
  }

 private:
  TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("parts are named as llama.cpp names them") {
  CHECK(gguf_part_name("x-00002-of-00010.gguf", {1, 10, {}}, 9) == "x-00010-of-00010.gguf");
  CHECK_FALSE(gguf_part_name("x-00002-of-00010.gguf", {2, 10, {}}, 9).has_value());
  CHECK_FALSE(gguf_part_name("x-2-of-10.gguf", {1, 10, {}}, 9).has_value());
  CHECK_FALSE(gguf_part_name("x.gguf", {1, 10, {}}, 9).has_value());
}

TEST_CASE("whichever part is opened, all of them are one file") {
  const Checkpoint checkpoint;
  checkpoint.write_all();
  for (std::uint64_t opened = 0; opened < 3; ++opened) {
    const auto file = read_tensor_file(checkpoint.path(opened));
    REQUIRE(file);
    CHECK(file->warnings.empty());
    CHECK(file->source->name() == checkpoint.path(opened));
    REQUIRE(file->tensors.size() == 3);
    CHECK(file->metadata.back() == std::pair<std::string, std::string>("general.name", "model"));
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(file->tensors[i].name == std::string(1, static_cast<char>('a' + i)));
      CHECK(file->source_of(file->tensors[i])->name() == checkpoint.path(i));
      CHECK(load_tensor(*file, file->tensors[i], {})->span()[0] == static_cast<float>(i));
    }
    const auto source = parse_source(checkpoint.path(opened) + "::b");
    CHECK((*load_source(*source, Pick::Refuse, {}))->value(0) == 1);
  }
}

TEST_CASE("G21: missing parts are listed, the others load") {
  const Checkpoint checkpoint;
  checkpoint.write({1, 5, "b"});
  checkpoint.write({2, 5, "c"});
  checkpoint.write({4, 5, "e", "model"});
  const auto file = read_tensor_file(checkpoint.path(2, 5));
  REQUIRE(file);
  REQUIRE(file->tensors.size() == 5);
  CHECK(file->warnings == std::vector<std::string>{"2 of 5 parts cannot be read"});
  for (const std::size_t missing : std::vector<std::size_t>{0, 3}) {
    const TensorEntry& entry = file->tensors[missing];
    CHECK(entry.name == std::filesystem::path(checkpoint.path(missing, 5)).filename());
    CHECK_FALSE(entry.described);
    const auto tensor = load_tensor(*file, entry, {});
    REQUIRE_FALSE(tensor.ok());
    CHECK(is_fault(tensor.error(), FaultCode::GgufPartMissing));
    CHECK(names(tensor.error().message, "this part is missing"));
  }
  CHECK(load_tensor(*file, *file->find("e"), {})->span()[0] == 4);
}

TEST_CASE("G21: a part that cannot be read takes out its own tensors") {
  const Checkpoint checkpoint;
  checkpoint.write_all();
  write_file(checkpoint.path(1), "no GGUF at all");
  const auto file = read_tensor_file(checkpoint.path(0));
  REQUIRE(file);
  CHECK(load_tensor(*file, *file->find("c"), {}).ok());
  const auto broken = load_tensor(*file, file->tensors[1], {});
  REQUIRE_FALSE(broken.ok());
  CHECK(names(broken.error().message, "not a GGUF file"));
}

TEST_CASE("G21: mixed numbers and different models are refused") {
  const auto refusal_of = [](const Part& second) {
    const Checkpoint checkpoint;
    checkpoint.write_all();
    write_file(checkpoint.path(1), part_bytes(second));
    const auto file = read_tensor_file(checkpoint.path(0));
    const auto from_second = read_tensor_file(checkpoint.path(1));
    CHECK_FALSE(from_second.ok());
    return file ? std::string() : file.error().message;
  };
  CHECK(names(refusal_of({2, 3, "b"}), "part 'm.q-00002-of-00003.gguf' says that it is part 3 of 3"));
  CHECK(names(refusal_of({1, 4, "b"}), "says that it is part 2 of 4"));
  CHECK(
      names(refusal_of({1, 3, "b", "other"}),
            "part 'm.q-00002-of-00003.gguf' is of another checkpoint: general.name is 'other', not 'model'"));
  CHECK(names(refusal_of({1, 3, "b", "", 7}), "is of another checkpoint: split.tensors.count differs"));
  CHECK(names(refusal_of({1, 3, "a"}),
              "tensor 'a' lies in two parts ('m.q-00001-of-00003.gguf' and 'm.q-00002-of-00003.gguf')"));
}

TEST_CASE("a part under another name stands alone and says so") {
  const TemporaryFolder folder;
  write_file(folder.path("renamed.gguf"), part_bytes({1, 3, "b"}));
  const auto file = read_tensor_file(folder.path("renamed.gguf"));
  REQUIRE(file);
  REQUIRE(file->tensors.size() == 1);
  CHECK(file->warnings ==
        std::vector<std::string>{"is part 2 of 3; the others are looked for only if it is named "
                                 "NAME-00002-of-00003.gguf"});
  CHECK(load_tensor(*file, file->tensors.front(), {}).ok());
}

TEST_CASE("a wrong count of all tensors is said") {
  const Checkpoint checkpoint;
  for (std::uint64_t i = 0; i < 3; ++i)
    checkpoint.write({i, 3, std::string(1, static_cast<char>('a' + i)), "", 9});
  const auto file = read_tensor_file(checkpoint.path(0));
  REQUIRE(file);
  CHECK(file->warnings ==
        std::vector<std::string>{"split.tensors.count is wrong (found 9, the parts hold 3 tensors)"});
}
