// The vector kernels at every one of the 2^32 float32 inputs, for every named format of 8 bits.
//
// What is compared with is quantize_value, asked where its answers change. Every step of it (the division by
// a positive scale, the rounding of the quotient to a code, the product with the scale) is non-decreasing in
// the input, and so each code belongs to one run of the inputs from -inf to +inf: the ends of the runs are
// found by bisection with quantize_value itself, and every input's result must be that of its run. That the
// runs are the specification is not taken for granted: their levels must not decrease, no code may have two
// runs, and quantize_value is asked again beside every cut and at 2^24 inputs over the whole range. NaN is a
// run of its own: quantize_value asks of it only whether it is one.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "core/format/presets.h"
#include "core/ordered.h"
#include "core/parallel.h"
#include "core/quant/choices.h"
#include "core/quant/vector_run.h"
#include "core/simd.h"

using namespace bitloupe;

namespace {

constexpr std::uint64_t kInputs = std::uint64_t{1} << 32;
constexpr std::uint32_t kChunk =
    1 << 14;  // inputs that the kernel is given at once: a long run (vector_run.cpp)
constexpr std::uint64_t kTask = 1 << 20;
constexpr std::uint64_t kAskedAgain = 1 << 24;

// One conversion: a format under one scale and one set of conventions.
struct Conversion {
  Quantizer quantizer;
  GroupScale scale;
  std::string name;
};

struct Answer {
  std::uint8_t stored = 0;
  float value = 0;
  bool operator==(const Answer& other) const {
    return stored == other.stored &&
           std::bit_cast<std::uint32_t>(value) == std::bit_cast<std::uint32_t>(other.value);
  }
};

Answer specified(const Conversion& on, float x) {
  const QuantizedValue value = quantize_value(on.quantizer, on.scale, x, 0);
  return {static_cast<std::uint8_t>(stored_code(on.quantizer.format, value.code)), value.dequantized};
}

// The inputs from the key `from` (ordered.h) up to the next run's.
struct Run {
  std::int32_t from;
  Answer answer;
};

// Appends the runs that begin after `low`, up to `high`; both have been answered.
void find_runs(const Conversion& on, const Run& low, const Run& high, std::vector<Run>& runs) {
  if (low.answer == high.answer) return;
  if (high.from - low.from == 1) {
    runs.push_back(high);
    return;
  }
  const std::int32_t middle = low.from + (high.from - low.from) / 2;
  const Run between{middle, specified(on, from_ordered(middle))};
  find_runs(on, low, between, runs);
  find_runs(on, between, high, runs);
}

// What the specification says of every input: runs in ascending order, the first one at -inf.
struct Specification {
  std::vector<Run> runs;
  Answer nan;

  explicit Specification(const Conversion& on) : nan(specified(on, std::nanf(""))) {
    // Both zeros and both infinities are asked, so that halves never span them (and keys differ by an int).
    constexpr float kInf = std::numeric_limits<float>::infinity();
    const auto answered = [&](float x) { return Run{ordered(x), specified(on, x)}; };
    const Run bottom = answered(-kInf), minus = answered(-0.0f), plus = answered(0.0f), top = answered(kInf);
    runs.push_back(bottom);
    find_runs(on, bottom, minus, runs);
    find_runs(on, minus, plus, runs);
    find_runs(on, plus, top, runs);
  }

  std::size_t run_of(std::int32_t key) const {
    const auto next = std::upper_bound(runs.begin(), runs.end(), key,
                                       [](std::int32_t a, const Run& run) { return a < run.from; });
    return static_cast<std::size_t>(next - runs.begin()) - 1;
  }
  const Answer& operator()(std::uint32_t bits) const {
    const auto x = std::bit_cast<float>(bits);
    return std::isnan(x) ? nan : runs[run_of(ordered(x))].answer;
  }
};

// Inputs where the runs are not what quantize_value says: beside every cut, and strided with scattered low
// bits.
std::uint64_t differing_from_reference(const Conversion& on, const Specification& expected) {
  std::atomic<std::uint64_t> wrong = 0;
  const auto ask = [&](std::uint32_t bits) {
    wrong += !(specified(on, std::bit_cast<float>(bits)) == expected(bits));
  };
  for (const Run& run : expected.runs)
    for (std::int32_t i = -64; i < 64; ++i) {
      const std::int64_t key = std::int64_t{run.from} + i;
      if (key < ordered(-std::numeric_limits<float>::infinity())) continue;
      ask(std::bit_cast<std::uint32_t>(from_ordered(static_cast<std::int32_t>(key))));
    }
  parallel_for(kAskedAgain, 1 << 14, {}, [&](std::size_t begin, std::size_t end) {
    constexpr std::uint64_t kStride = kInputs / kAskedAgain;
    for (std::uint64_t i = begin; i < end; ++i)
      ask(static_cast<std::uint32_t>(i * kStride + i * 2654435761u % kStride));
  });
  return wrong;
}

void check_runs(const Conversion& on, const Specification& expected) {
  std::set<std::uint8_t> codes;
  for (std::size_t i = 0; i < expected.runs.size(); ++i) {
    CHECK_MESSAGE(codes.insert(expected.runs[i].answer.stored).second, on.name, ": a code of two runs");
    if (i == 0) continue;
    const bool ascends = expected.runs[i - 1].answer.value <= expected.runs[i].answer.value;
    CHECK_MESSAGE(ascends, on.name, ": levels descend");
  }
  const std::uint64_t wrong = differing_from_reference(on, expected);
  CHECK_MESSAGE(wrong == 0, on.name, ": runs are not the specification");
}

// The inputs of one chunk of neighbouring bit patterns, what the kernel makes of them, and what it should.
struct Chunk {
  std::vector<float> inputs = std::vector<float>(kChunk), values = inputs, expected_values = inputs;
  std::vector<std::byte> codes = std::vector<std::byte>(kChunk), expected_codes = codes;
  Answer filled;  // all that the expected ones hold, if `one`
  bool one = false;

  void expect(const Specification& expected, std::uint32_t first) {
    // Within a chunk the sign is one; the ends of the exponent lie at chunks' borders, so NaN but for
    // infinity too.
    const Answer &begin = expected(first), &end = expected(first + kChunk - 1);
    const bool has_infinity = (first & 0x7FFFFFFF) == 0x7F800000;
    if (begin == end && !has_infinity) {
      if (one && filled == begin) return;
      std::fill(expected_codes.begin(), expected_codes.end(), std::byte{begin.stored});
      std::fill(expected_values.begin(), expected_values.end(), begin.value);
      filled = begin;
      one = true;
      return;
    }
    one = false;
    for (std::uint32_t i = 0; i < kChunk; ++i) {
      const Answer& answer = expected(first + i);
      expected_codes[i] = std::byte{answer.stored};
      expected_values[i] = answer.value;
    }
  }
  bool same() const {
    return codes == expected_codes &&
           std::memcmp(values.data(), expected_values.data(), kChunk * sizeof(float)) == 0;
  }
  bool same(std::size_t i) const {
    return codes[i] == expected_codes[i] && std::memcmp(&values[i], &expected_values[i], sizeof(float)) == 0;
  }
};

struct Found {
  std::atomic<std::uint64_t> compared = 0, differing = 0, first = kInputs;  // the least input that differs
};

void sweep(const Conversion& on, const Specification& expected, Found& found) {
  const VectorRun quantize(on.quantizer);
  parallel_for(kInputs / kTask, 1, {}, [&](std::size_t task, std::size_t) {
    Chunk chunk;
    for (std::uint64_t at = 0; at < kTask; at += kChunk) {
      const auto first = static_cast<std::uint32_t>(task * kTask + at);
      for (std::uint32_t i = 0; i < kChunk; ++i) chunk.inputs[i] = std::bit_cast<float>(first + i);
      quantize(on.scale, chunk.inputs, 0, {chunk.codes, chunk.values, false});
      chunk.expect(expected, first);
      found.compared += kChunk;
      if (chunk.same()) continue;
      for (std::uint32_t i = kChunk; i-- > 0;) {
        if (chunk.same(i)) continue;
        ++found.differing;
        for (std::uint64_t least = found.first; first + i < least;)
          if (found.first.compare_exchange_weak(least, first + i)) break;
      }
    }
  });
}

void check(const Conversion& on, const std::vector<std::string>& kernels) {
  const Specification expected(on);
  check_runs(on, expected);
  for (const std::string& kernel : kernels) {
    REQUIRE(force_kernel(kernel));
    const auto begun = std::chrono::steady_clock::now();
    Found found;
    sweep(on, expected, found);
    force_kernel("");
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    // Progress, as it comes: ctest --verbose shows it.
    std::fprintf(stderr, "%s, %s: %llu of %llu inputs differ (%.1f s)\n", on.name.c_str(), kernel.c_str(),
                 static_cast<unsigned long long>(found.differing),
                 static_cast<unsigned long long>(found.compared), took.count());
    CHECK(found.compared == kInputs);
    CHECK_MESSAGE(found.differing == 0, on.name, " ", kernel, ": the first is bit pattern ",
                  found.first.load());
  }
}

Conversion conversion(const FormatPreset& preset, Rounding rounding, Divide divide, GroupScale scale) {
  QuantSpec spec;
  spec.format = preset.format;
  spec.rounding = rounding;
  spec.divide = divide;
  spec.code_range = CodeRange::Full;
  const std::string name = std::string(preset.key) + ", s = " + std::to_string(scale.scale) + ", " +
                           std::string(choice_of(rounding_choices(), rounding).key) + ", divide " +
                           std::string(choice_of(divide_choices(), divide).key);
  return {Quantizer(canonical(spec)), scale, name};
}

}  // namespace

// Minutes a format on two cores; --subcase=NAME takes one. Every instruction set rounds to nearest under
// an uneven scale, where quotients near a tie are settled apart; the scale 1, the other modes and divisions
// are left to the best one: the sweep of vector_run_test.cpp and its random formats compare them under each.
TEST_CASE("vector kernels: all 2^32 float32 inputs through every named format of 8 bits" *
          doctest::test_suite("long")) {
  for (const FormatPreset& preset : format_presets()) {
    if (preset.format.bits != 8 || preset.format.fit != Fit::None) continue;
    SUBCASE(std::string(preset.key).c_str()) {
      const std::vector<std::string> all = kernel_names(), best = {all.front()};
      const bool shifted = preset.format.family == Family::Integer && !preset.format.is_signed;
      const GroupScale uneven{0.0123f, shifted ? 77 : 0};
      const Conversion nearest = conversion(preset, Rounding::NearestEven, Divide::F32, uneven);
      check(nearest, all);
      check(conversion(preset, Rounding::NearestEven, Divide::F32, {1, 0}), best);
      for (const Divide divide : {Divide::Exact, Divide::Reciprocal})
        check(conversion(preset, Rounding::NearestEven, divide, uneven), best);
      for (const Rounding rounding :
           {Rounding::NearestAway, Rounding::TowardZero, Rounding::Down, Rounding::Up})
        check(conversion(preset, rounding, Divide::F32, uneven), best);
    }
  }
}
