// Vector kernels against the specification, under every instruction set that this machine has.
#include "core/quant/vector_run.h"

#include <doctest/doctest.h>

#include <atomic>
#include <bit>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "core/format/presets.h"
#include "core/parallel.h"
#include "core/simd.h"
#include "tests/core/random_quantizer.h"

using namespace bitloupe;

namespace {

#ifdef BITLOUPE_SANITIZED
constexpr std::uint64_t kSwept = 1 << 18;
#else
constexpr std::uint64_t kSwept = 1 << 24;  // of formats of 8 bits, and a part of them of narrower ones
#endif

struct ForcedKernel {
  explicit ForcedKernel(const std::string& name) { REQUIRE(force_kernel(name)); }
  ~ForcedKernel() { force_kernel(""); }
};

struct Results {
  std::vector<std::byte> codes;
  std::vector<float> values;
  Results(const Quantizer& quantizer, std::size_t count)
      : codes(count * code_type(quantizer.format).bytes), values(count) {}
  bool operator==(const Results& other) const {
    return codes == other.codes &&
           std::memcmp(values.data(), other.values.data(), values.size() * sizeof(float)) == 0;
  }
};

Results by_specification(const Quantizer& quantizer, const GroupScale& scale, std::span<const float> values) {
  Results results(quantizer, values.size());
  const std::size_t bytes = code_type(quantizer.format).bytes;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const QuantizedValue value = quantize_value(quantizer, scale, values[i], i);
    const std::uint32_t stored = stored_code(quantizer.format, value.code);
    std::memcpy(results.codes.data() + i * bytes, &stored, bytes);
    results.values[i] = value.dequantized;
  }
  return results;
}

Results by_kernel(const Quantizer& quantizer, const GroupScale& scale, std::span<const float> values,
                  bool streams) {
  Results results(quantizer, values.size());
  const VectorRun quantize(quantizer);
  quantize(scale, values, 0, {results.codes, results.values, streams});
  return results;
}

std::string described(const test::RandomCase& on) {
  return format_name(on.quantizer.format) + " rounding " +
         std::to_string(static_cast<int>(on.quantizer.rounding)) + " divide " +
         std::to_string(static_cast<int>(on.quantizer.divide)) + " s " + std::to_string(on.scale.scale) +
         " z " + std::to_string(on.scale.zero_point);
}

// Every 2^32 / kSwept-th bit pattern, the low bits scattered.
float swept_value(std::uint64_t i) {
  const std::uint64_t stride = (std::uint64_t{1} << 32) / kSwept;
  return std::bit_cast<float>(static_cast<std::uint32_t>(i * stride + i * 2654435761u % stride));
}

// How many parts, every `step`-th of the values, hold another code or value than the specification says.
std::uint64_t differing(const Quantizer& quantizer, std::span<const float> values,
                        std::span<const Results> expected, std::size_t part, std::size_t step) {
  std::atomic<std::uint64_t> parts = 0;
  parallel_for(expected.size(), 1, {}, [&](std::size_t i, std::size_t) {
    const auto some = values.subspan(i * step * part, part);
    parts += !(by_kernel(quantizer, {1, 0}, some, false) == expected[i]);
  });
  return parts;
}

}  // namespace

TEST_CASE("vector kernels: the specification's bits, for random formats, scales, modes and unkind values") {
  for (const std::string& kernel : kernel_names()) {
    const ForcedKernel forced(kernel);
    std::mt19937 random(3);
    for (int i = 0; i < 400; ++i) {
      const test::RandomCase on = test::random_quantizer(random, i % 20 == 0);
      // From a few values to those that the kernel of long runs takes.
      const std::size_t count = i % 10 == 0 ? 8192 + random() % 100 : 1 + random() % 200;
      const std::vector<float> values = test::unkind_values(random, on, count);
      const Results expected = by_specification(on.quantizer, on.scale, values);
      const bool same = by_kernel(on.quantizer, on.scale, values, i % 2 == 0) == expected;
      CHECK_MESSAGE(same, kernel, ": ", described(on), " ", count, " values");
    }
  }
}

TEST_CASE("vector kernels: values that begin at any address, and either output alone") {
  const Quantizer quantizer(canonical({}));
  std::vector<float> values(9000);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i % 300) - 150.25f;
  for (std::size_t first = 0; first < 20; ++first) {
    const auto part = std::span(values).subspan(first);
    const Results expected = by_specification(quantizer, {0.9f, 0}, part);
    Results alone(quantizer, part.size());
    std::vector<float> shifted(part.size() + first);
    const auto into = std::span(shifted).subspan(first);
    const VectorRun quantize(quantizer);
    quantize({0.9f, 0}, part, 0, {{}, into, true});
    quantize({0.9f, 0}, part, 0, {alone.codes, {}, true});
    alone.values.assign(into.begin(), into.end());
    CHECK_MESSAGE(alone == expected, first);
  }
}

TEST_CASE("vector kernels: float32 inputs swept through every named format of at most 8 bits") {
  constexpr std::size_t kPart = 1 << 14;
  std::vector<float> values(kSwept);
  for (std::uint64_t i = 0; i < kSwept; ++i) values[i] = swept_value(i);
  for (const FormatPreset& preset : format_presets()) {
    if (preset.format.bits > 8 || preset.format.fit != Fit::None) continue;
    QuantSpec spec;
    spec.format = preset.format;
    spec.scheme = Scheme::Direct;
    const Quantizer quantizer(canonical(spec));
    // Parts that are far from each other, for they ascend.
    const std::size_t step = preset.format.bits == 8 ? 1 : 16;
    std::vector<Results> expected(kSwept / kPart / step, Results(quantizer, 0));
    parallel_for(expected.size(), 1, {}, [&](std::size_t i, std::size_t) {
      expected[i] = by_specification(quantizer, {1, 0}, std::span(values).subspan(i * step * kPart, kPart));
    });
    for (const std::string& kernel : kernel_names()) {
      const ForcedKernel forced(kernel);
      const std::uint64_t wrong = differing(quantizer, values, expected, kPart, step);
      CHECK_MESSAGE(wrong == 0, kernel, ": ", std::string(preset.key));
    }
  }
}
