#include "core/tensor/synthetic.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>
#include <set>

#include "core/tensor/distributions.h"
#include "core/tensor/synthetic_fill.h"

using namespace bitloupe;

namespace {

SyntheticSpec parsed(const std::string& text) {
  const auto spec = parse_synthetic(text);
  INFO(text);
  REQUIRE(spec);
  return *spec;
}

std::vector<float> values_of(const std::string& text) {
  const auto tensor = make_synthetic(parsed(text), {});
  REQUIRE(tensor);
  return {tensor->span().begin(), tensor->span().end()};
}

std::string refused(const std::string& text) {
  const auto spec = parse_synthetic(text);
  if (spec) return "";
  CHECK(spec.error().code == ErrorCode::BadArgument);
  return spec.error().message;
}

bool holds(const std::string& text, std::string_view part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

struct Moments {
  double mean = 0, std = 0;
};

Moments moments(const std::vector<float>& values) {
  double sum = 0, squares = 0;
  for (const float x : values) sum += static_cast<double>(x);
  const double mean = sum / static_cast<double>(values.size());
  for (const float x : values) squares += std::pow(static_cast<double>(x) - mean, 2);
  return {mean, std::sqrt(squares / static_cast<double>(values.size()))};
}

}  // namespace

TEST_CASE("the kinds of the command line, each with a label, help and a default that works") {
  std::set<std::string_view> keys;
  for (const SyntheticKind& kind : synthetic_kinds()) {
    CHECK(keys.insert(kind.key).second);
    CHECK_FALSE(kind.label.empty());
    CHECK_FALSE(kind.help.empty());
    for (const SyntheticParameter& parameter : kind.parameters) {
      CHECK_FALSE(parameter.label.empty());
      CHECK_FALSE(parameter.help.empty());
      CHECK_FALSE(parameter.default_value.empty());
    }
    SyntheticSpec spec;
    spec.kind = kind.key;
    CHECK(validate(spec).ok());
    CHECK(make_synthetic(spec, {})->count() == 65536);
  }
  const std::set<std::string_view> expected = {
      "gaussian",    "laplace", "uniform", "student-t", "log-normal",       "mixture", "outliers",
      "half-normal", "sparse",  "sine",    "ramp",      "outlier-channels", "image"};
  CHECK(keys == expected);
}

TEST_CASE("specs as text: every key, defaults left out, read back the same") {
  for (const char* text :
       {"synthetic:gaussian?shape=256x256&seed=1", "synthetic:gaussian?shape=&std=0.02&seed=7",
        "synthetic:mixture?shape=3x4x5&means=-1.5,0,2&stds=1,2,3&weights=1,1,2&seed=1",
        "synthetic:image?shape=10&seed=1&quantiles=1",
        "synthetic:laplace?shape=0x5&mean=1e-30&seed=18446744073709551615"}) {
    CAPTURE(text);
    const SyntheticSpec spec = parsed(std::string(text).substr(10));
    CHECK(to_text(spec) == text);
    CHECK(parsed(to_text(spec).substr(10)) == spec);
  }
  CHECK(parsed("gaussian") == SyntheticSpec{});
  CHECK(parsed("gaussian?mean=0&std=+1") == SyntheticSpec{});
  CHECK(parsed("gaussian?shape=1000").shape == Shape{1000});
  CHECK(parsed("gaussian?shape=").shape == Shape{});
}

TEST_CASE("V30: what is out of range is refused with its key; zero is not") {
  CHECK(holds(refused("gaussian?std=-1"), "std"));
  CHECK(holds(refused("log-normal?sigma=-0.5"), "sigma"));
  CHECK(holds(refused("student-t?df=0"), "df"));
  CHECK(holds(refused("student-t?df=-2"), "df"));
  CHECK(holds(refused("sparse?zeros=1.5"), "zeros"));
  CHECK(holds(refused("outliers?fraction=-0.1"), "fraction"));
  CHECK(holds(refused("uniform?min=2&max=1"), "min"));
  CHECK(holds(refused("mixture?means=1,2,3"), "lists of one length"));
  CHECK(holds(refused("mixture?weights=0,0"), "weights"));
  CHECK(holds(refused("mixture?stds=1,-1"), "stds"));
  CHECK(holds(refused("gaussian?std=1,2"), "takes one number"));
  CHECK(holds(refused("outlier-channels?channels=2.5"), "channels"));
  CHECK(holds(refused("outlier-channels?channels=300"), "channels"));
  CHECK(holds(refused("gaussian?mean=1e300"), "mean"));
  CHECK(holds(refused("gaussian?shape=1048576x1048576"), "too many values"));
  CHECK(holds(refused("gaussian?shape=4294967296x4294967296"), "too many values"));
  CHECK(holds(refused("gaussian?shape=8589934593"), "too many values"));
  CHECK(holds(refused("gaussian?shape=1x1x1x1x1x1x1x1x1"), "too many axes"));
  CHECK(validate(parsed("gaussian?shape=8589934592")).ok());
  CHECK(values_of("gaussian?shape=0x18446744073709551615").empty());
  CHECK(values_of("gaussian?std=0&shape=3&mean=2") == std::vector<float>{2, 2, 2});
  CHECK(values_of("gaussian?seed=0&shape=3") != values_of("gaussian?seed=1&shape=3"));
}

TEST_CASE("numbers and keys that cannot be read are refused, in every locale") {
  for (const char* number :
       {"1e999", "-1e999", "nan", "inf", "0x1p3", "1,5x", "", " 1", "1 ", "--1", "+-1", "1.5.2", "e5"}) {
    CAPTURE(number);
    CHECK(holds(refused(std::string("gaussian?std=") + number), "std"));
  }
  for (const char* shape : {"x", "3x", "x3", "3xx4", "-1", "3.0", "3,4", "99999999999999999999", " 3"}) {
    CAPTURE(shape);
    CHECK(holds(refused(std::string("gaussian?shape=") + shape), "shape"));
  }
  CHECK(holds(refused("gaussian?seed=-1"), "seed"));
  CHECK(holds(refused("gaussian?seed=1.5"), "seed"));
  CHECK(holds(refused("gaussian?quantiles=2"), "quantiles"));
  CHECK(holds(refused("gaussian?sigma=1"), "unknown key 'sigma'"));
  CHECK(holds(refused("gauss"), "unknown synthetic kind 'gauss'"));
  CHECK(holds(refused("gaussian?std=1&std=2"), "twice"));
  CHECK(holds(refused("gaussian?std"), "key=value"));
  CHECK(holds(refused("gaussian?=1"), "key=value"));
  CHECK(holds(refused("gaussian?std=1&&mean=0"), "key=value"));
}

TEST_CASE("values depend on the spec alone: any part made alone is the same" *
          doctest::test_suite("threads")) {
  for (const SyntheticKind& kind : synthetic_kinds()) {
    for (const bool quantiles : {false, true}) {
      SyntheticSpec spec;
      spec.kind = kind.key;
      spec.shape = {61, 47};
      spec.quantiles = quantiles;
      CAPTURE(spec.kind);
      const auto tensor = make_synthetic(spec, {});
      REQUIRE(tensor);
      std::size_t wrong = 0;
      for (const std::size_t piece : {std::size_t{1}, std::size_t{100}}) {
        std::vector<float> part(piece);
        for (std::size_t first = 0; first + piece <= tensor->count(); first += 3 * piece) {
          kind.fill(spec, first, part);
          wrong += std::equal(part.begin(), part.end(),
                              tensor->span().begin() + static_cast<std::ptrdiff_t>(first))
                       ? 0
                       : 1;
        }
      }
      CHECK(wrong == 0);
    }
  }
}

TEST_CASE("draws and quantiles have the distribution's mean and standard deviation") {
  const std::map<std::string, Moments> expected = {
      {"gaussian?mean=3&std=0.5", {3, 0.5}},
      {"laplace?mean=-1&scale=2", {-1, 2 * std::numbers::sqrt2}},
      {"uniform?min=-1&max=3", {1, 4 / std::sqrt(12.0)}},
      {"student-t?df=8&scale=3", {0, 3 * std::sqrt(8.0 / 6)}},
      {"log-normal?mu=0.5&sigma=0.4", {std::exp(0.5 + 0.08), std::exp(0.58) * std::sqrt(std::expm1(0.16))}},
      {"mixture?means=-1,3&stds=0.5,1&weights=3,1", {0, std::sqrt(0.75 * (0.25 + 1) + 0.25 * (1 + 9))}},
      {"outliers?std=2&fraction=0.1&factor=5", {0, 2 * std::sqrt(0.9 + 0.1 * 25)}},
      {"outlier-channels?std=1&channels=8&factor=4", {0, std::sqrt((248 + 8 * 16.0) / 256)}},
      {"half-normal?std=2", {2 * std::sqrt(2 / std::numbers::pi), 2 * std::sqrt(1 - 2 / std::numbers::pi)}},
      {"sparse?std=2&zeros=0.75", {0, 1}},
      {"sine?periods=4", {0, std::sqrt(0.5)}},
      {"ramp?min=-1&max=3", {1, 4 / std::sqrt(12.0)}},
  };
  for (const auto& row : expected) {
    const std::string& text = row.first;
    const Moments& moment = row.second;
    CAPTURE(text);
    const Moments drawn = moments(values_of(text + "&shape=1024x256"));
    CHECK(drawn.mean == doctest::Approx(moment.mean).epsilon(0.02 * (moment.std + 1)));
    CHECK(drawn.std == doctest::Approx(moment.std).epsilon(0.02));
    const Moments exact = moments(values_of(text + "&shape=1024x256&quantiles=1"));
    CHECK(std::abs(exact.mean - moment.mean) < 1e-3 * moment.std);
    CHECK(exact.std == doctest::Approx(moment.std).epsilon(0.002));
  }
}

TEST_CASE("quantiles=1: x_i = F^-1((i + 1/2) / n), ascending") {
  const auto gaussian = values_of("gaussian?shape=1000&quantiles=1&std=0.02");
  for (std::size_t i = 0; i < gaussian.size(); ++i) {
    CHECK(gaussian[i] ==
          static_cast<float>(0.02 * inverse_normal_cdf((static_cast<double>(i) + 0.5) / 1000)));
  }
  for (const char* kind : {"gaussian", "laplace", "uniform", "student-t", "log-normal", "mixture", "outliers",
                           "half-normal", "sparse"}) {
    CAPTURE(kind);
    const auto values = values_of(std::string(kind) + "?shape=5000&quantiles=1");
    CHECK(std::is_sorted(values.begin(), values.end()));
  }
  CHECK(values_of("uniform?shape=4&min=0&max=8&quantiles=1") == std::vector<float>{1, 3, 5, 7});
  const auto laplace = values_of("laplace?shape=2&quantiles=1");
  CHECK(laplace[1] == doctest::Approx(std::numbers::ln2));
  const auto cauchy = values_of("student-t?shape=101&df=1&quantiles=1");
  for (std::size_t i = 0; i < cauchy.size(); ++i) {
    const double angle = std::numbers::pi * ((static_cast<double>(i) + 0.5) / 101 - 0.5);
    CHECK(static_cast<double>(cauchy[i]) == doctest::Approx(std::tan(angle)).epsilon(1e-6));
  }
  const auto sparse = values_of("sparse?shape=1000&zeros=0.9&quantiles=1");
  CHECK(std::count(sparse.begin(), sparse.end(), 0.0f) == 900);
}

TEST_CASE("the kinds that are no distributions: ramp, sine, image") {
  CHECK(values_of("ramp?shape=5&min=0&max=1") == std::vector<float>{0, 0.25f, 0.5f, 0.75f, 1});
  CHECK(values_of("ramp?shape=1&min=2&max=3") == std::vector<float>{2});
  const auto sine = values_of("sine?shape=8&periods=1");
  CHECK(sine[0] == 0.0f);
  CHECK(sine[2] == 1.0f);
  CHECK(sine[6] == -1.0f);
  const auto image = values_of("image?shape=256x256&seed=1");
  CHECK(image == values_of("image?shape=256x256&seed=2"));
  const auto [low, high] = std::minmax_element(image.begin(), image.end());
  CHECK(*low >= 0.0f);
  CHECK(*high <= 1.0f);
  CHECK(*high - *low > 0.7f);
  double steps = 0;  // smooth, as photographs are: neighbours differ little
  for (std::size_t i = 1; i < image.size(); ++i)
    steps += static_cast<double>(std::abs(image[i] - image[i - 1]));
  CHECK(steps / static_cast<double>(image.size()) < 0.02);
}

TEST_CASE("outlier channels: as many positions of the last axis as asked for, on every row") {
  const std::size_t rows = 200, columns = 64;
  const auto values = values_of("outlier-channels?shape=200x64&channels=5&factor=50");
  std::size_t wide = 0;
  for (std::size_t column = 0; column < columns; ++column) {
    double squares = 0;
    for (std::size_t row = 0; row < rows; ++row) {
      squares += std::pow(static_cast<double>(values[row * columns + column]), 2);
    }
    wide += squares / static_cast<double>(rows) > 100 ? 1 : 0;
  }
  CHECK(wide == 5);
  CHECK(values_of("outlier-channels?shape=2x3&channels=3&factor=1") == values_of("gaussian?shape=2x3"));
  CHECK(values_of("outlier-channels?shape=2x3&channels=0&factor=9") == values_of("gaussian?shape=2x3"));
}

TEST_CASE("generation stops when it is asked to" * doctest::test_suite("threads")) {
  std::stop_source stop;
  stop.request_stop();
  WorkContext context;
  context.stop = stop.get_token();
  const auto tensor = make_synthetic(SyntheticSpec{}, context);
  REQUIRE_FALSE(tensor.ok());
  CHECK(tensor.error().code == ErrorCode::Cancelled);
}
