// Codes packed side by side, against an independent packer and bitsandbytes' bytes (golden/blocks/nf4).
#include "core/quant/packing.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "core/format/presets.h"
#include "tests/core/support.h"
#include "tests/paths.h"

using namespace bitloupe;

namespace {

std::vector<std::byte> packed(int bits, bool high_first, const std::vector<std::uint32_t>& codes) {
  BitPacker packer(bits, high_first);
  std::vector<std::byte> bytes;
  for (const std::uint32_t code : codes) packer.add(code, bytes);
  packer.finish(bytes);
  return bytes;
}

}  // namespace

TEST_CASE("every width packs to the bits that a string of them has") {
  std::mt19937 random(1);
  for (int bits = 1; bits <= 16; ++bits)
    for (const bool high_first : std::vector<bool>{false, true})
      for (std::size_t count = 0; count < 40; ++count) {
        std::vector<std::uint32_t> codes(count);
        std::vector<bool> stream;
        for (std::uint32_t& code : codes) {
          code = static_cast<std::uint32_t>(random()) & ((1u << bits) - 1);
          for (int b = 0; b < bits; ++b) stream.push_back(code >> (high_first ? bits - 1 - b : b) & 1u);
        }
        std::vector<std::byte> expected((stream.size() + 7) / 8);
        for (std::size_t i = 0; i < stream.size(); ++i)
          if (stream[i]) expected[i / 8] |= std::byte{1} << (high_first ? 7 - i % 8 : i % 8);
        CHECK(packed(bits, high_first, codes) == expected);
      }
}

TEST_CASE("golden/blocks/nf4: packed bytes equal bitsandbytes'") {
  const std::string folder = test::golden_dir() + "/blocks/nf4/";
  std::size_t bytes = 0;
  for (const auto& golden : nlohmann::json::parse(test::read_text(folder + "index.json"))) {
    const auto members = test::read_npz(folder + golden["file"].get<std::string>());
    const NumberFormat format = parse_format(golden["type"] == "nf4" ? "nf4" : "bnb_fp4").value();
    CHECK(packs_high_first(format));
    const auto codes = test::as<std::uint8_t>(members.at("codes"));
    const auto own = packed(format.bits, true, {codes.begin(), codes.end()});
    CHECK(own == members.at("packed"));
    bytes += own.size();
  }
  CHECK(bytes > 10000);
}

TEST_CASE("sign-magnitude integers become their patterns again, two's complement keeps its low bits") {
  CHECK(packed_code(parse_format("sm4").value(), -3) == 0b1011);
  CHECK(packed_code(parse_format("sm4").value(), 3) == 0b0011);
  CHECK(packed_code(parse_format("int4").value(), -3) == 0b1101);
  CHECK(packed_code(parse_format("uint4").value(), 13) == 13);
}
