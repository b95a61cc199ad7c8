// Every input that was kept is checked again, by any compiler.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/fuzz/target.h"
#include "tests/paths.h"

using namespace bitloupe;

TEST_CASE("the kept inputs of every fuzz target pass its checks") {
  for (const fuzz::Target& target : fuzz::targets()) {
    const std::filesystem::path folder =
        std::filesystem::path(test::root_dir()) / "tests/fuzz/corpus" / std::string(target.key);
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    CHECK_MESSAGE(!files.empty(), std::string(target.key));
    for (const std::filesystem::path& path : files) {
      std::ifstream file(path, std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(file), {}};
      const std::string wrong = target.check(std::as_bytes(std::span(bytes)));
      CHECK_MESSAGE(wrong.empty(), path.string() << ": " << wrong);
    }
  }
}

TEST_CASE("a framed text is found where its length says") {
  const std::string file = std::string("\x05\0\0\0\0\0\0\0", 8) + "{abc}data";
  const auto framed = fuzz::frame_safetensors(std::as_bytes(std::span(file)));
  CHECK(framed.text_at == 8);
  CHECK(framed.text_length == 5);
  const std::string cut = file.substr(0, 10);
  CHECK(fuzz::frame_safetensors(std::as_bytes(std::span(cut))).text_length == 2);
  CHECK(fuzz::frame_safetensors({}).text_length == 0);
}
