// Two sources tensor by tensor: which is which, what is compared, and what cannot be.
#include "core/source_comparison.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <mutex>
#include <string>
#include <vector>

#include "tests/core/gguf_bytes.h"
#include "tests/core/io_support.h"
#include "tests/core/support.h"

using namespace bitloupe;
using namespace bitloupe::test;

namespace {

// One tensor of F32 for each name, of as many values as `values` has for it.
struct Named {
  std::string name;
  std::vector<float> values;
};

std::string checkpoint(const std::vector<Named>& tensors) {
  std::string header, data;
  for (const auto& [name, values] : tensors) {
    const std::size_t begin = data.size();
    for (const float value : values) data.append(reinterpret_cast<const char*>(&value), sizeof value);
    header += (header.empty() ? "{\"" : ",\"") + name + R"(":{"dtype":"F32","shape":[)" +
              std::to_string(values.size()) + R"(],"data_offsets":[)" + std::to_string(begin) + "," +
              std::to_string(data.size()) + "]}";
  }
  return safetensors_bytes(header + "}", data);
}

ComparedSource opened(const std::string& path, const std::string& tensor = {}) {
  const auto source = open_compared({path, tensor, {}});
  REQUIRE_MESSAGE(source, (source ? "" : source.error().message));
  return *source;
}

std::string names(const std::vector<TensorPair>& pairs) {
  std::string text;
  for (const TensorPair& pair : pairs)
    text += (text.empty() ? "" : " ") + pair.in_a.value_or("-") + ":" + pair.in_b.value_or("-");
  return text;
}

}  // namespace

TEST_CASE("compared sources: tensors of one name, then what only the second has") {
  const TemporaryFolder folder;
  const std::string a = folder.path("a.safetensors"), b = folder.path("b.safetensors");
  write_file(a, checkpoint({{"x", {1, 2}}, {"y", {3}}, {"", {4}}}));
  write_file(b, checkpoint({{"z", {1}}, {"", {4}}, {"x", {1, 3}}}));
  const ComparedSource first = opened(a), second = opened(b);
  auto pairs = pair_tensors(first, second);
  REQUIRE(pairs);
  CHECK(names(*pairs) == "x:x y:- : -:z");  // a name may be empty
  TensorPair& x = pairs->front();
  CHECK(x.stored_in_a == "F32");
  CHECK_FALSE(x.difference);
  REQUIRE(compare_pair(x, first, second, {}));
  REQUIRE(x.difference);
  CHECK(x.difference->different == 1);
  CHECK(x.difference->max_abs == 1);
  CHECK(*x.difference->relative_rmse() == std::sqrt(1.0 / 5.0));
}

TEST_CASE("compared sources: a checkpoint finds its GGUF from either side, other names do not") {
  const TemporaryFolder folder;
  const std::string a = folder.path("a.safetensors"), b = folder.path("b.gguf");
  write_file(a, checkpoint({{"model.norm.weight", {1, 2}}, {"lm_head.weight", {1, 2}}}));
  const std::vector<float> values = {1, 2, 5, 6};
  std::string data(reinterpret_cast<const char*>(values.data()), 8);
  data.resize(32);
  data.append(reinterpret_cast<const char*>(values.data() + 2), 8);
  write_file(
      b, gguf_file({}, {gguf_tensor("output_norm.weight", {2}, kF32, 0), gguf_tensor("other", {2}, kF32, 32)},
                   data));
  const auto there = pair_tensors(opened(a), opened(b)), back = pair_tensors(opened(b), opened(a));
  REQUIRE(there);
  REQUIRE(back);
  CHECK(names(*there) == "model.norm.weight:output_norm.weight lm_head.weight:- -:other");
  CHECK(names(*back) == "output_norm.weight:model.norm.weight other:- -:lm_head.weight");
}

TEST_CASE("compared sources: two single tensors are a pair whatever their names; none in common is refused") {
  const TemporaryFolder folder;
  const std::string a = folder.path("a.safetensors"), b = folder.path("b.safetensors");
  write_file(a, checkpoint({{"x", {1, 2}}, {"y", {3}}}));
  write_file(b, checkpoint({{"p", {1, 2, 3}}, {"q", {3}}}));
  const auto single = pair_tensors(opened(a, "x"), opened(b, "p"));
  REQUIRE(single);
  CHECK(names(*single) == "x:p");
  TensorPair pair = single->front();
  REQUIRE(compare_pair(pair, opened(a, "x"), opened(b, "p"), {}));
  CHECK_FALSE(pair.difference);
  CHECK(pair.error == "shapes differ ([2] and [3])");
  const auto none = pair_tensors(opened(a), opened(b));
  REQUIRE_FALSE(none);
  CHECK(none.error().message.find("no tensor of the first is in the second") != std::string::npos);
}

TEST_CASE("compared sources: stopped is stopped, and the end is reported once") {
  const TemporaryFolder folder;
  const std::string a = folder.path("a.safetensors");
  write_file(a, checkpoint({{"x", std::vector<float>(700'000, 1.0f)}}));
  const ComparedSource source = opened(a);
  auto pairs = pair_tensors(source, source);
  REQUIRE(pairs);
  std::stop_source stop;
  stop.request_stop();
  const Status stopped = compare_pair(pairs->front(), source, source, {stop.get_token(), Priority::Job, {}});
  REQUIRE_FALSE(stopped);
  CHECK(stopped.error().code == ErrorCode::Cancelled);
  CHECK_FALSE(pairs->front().difference);
  std::mutex mutex;  // reports come from any thread, and in any order inside a phase
  int reports = 0, ends = 0;
  const WorkContext told{{}, Priority::Job, [&](double done) {
                           const std::lock_guard lock(mutex);
                           ++reports;
                           ends += done >= 1;
                         }};
  REQUIRE(compare_pair(pairs->front(), source, source, told));
  CHECK(reports > 2);
  CHECK(ends == 1);
}

TEST_CASE("the worse of two differences: larger relative error, noise without a signal, more values") {
  const auto make = [](double signal, double noise, std::uint64_t different) {
    Difference difference;
    difference.signal = signal;
    difference.noise = noise;
    difference.different = different;
    return difference;
  };
  CHECK(badness(make(4, 1, 1)) == 0.5);
  CHECK(std::isinf(badness(make(0, 1, 1))));
  CHECK(badness(make(0, 0, 0)) == 0);
  CHECK(is_worse(make(4, 1, 1), make(4, 0.5, 9)));
  CHECK(is_worse(make(0, 1, 1), make(4, 1, 9)));
  CHECK(is_worse(make(4, 1, 2), make(4, 1, 1)));
  CHECK_FALSE(is_worse(make(4, 1, 1), make(4, 1, 1)));
}
