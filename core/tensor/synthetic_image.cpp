#include "core/tensor/synthetic_image.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "core/random.h"

namespace bitloupe {

namespace {

double mix(double a, double b, double share) { return a + (b - a) * share; }

double smooth_step(double from, double to, double x) {
  const double t = std::clamp((x - from) / (to - from), 0.0, 1.0);
  return t * t * (3 - 2 * t);
}

// Value noise: random heights on the integer lattice, blended smoothly; in [0, 1].
double noise(double x, double y, std::uint64_t layer) {
  const double column = std::floor(x), row = std::floor(y);
  auto height = [&](double dx, double dy) {
    const auto u = static_cast<std::int64_t>(column + dx), v = static_cast<std::int64_t>(row + dy);
    return random_unit(layer, static_cast<std::uint64_t>(u) * 65537u + static_cast<std::uint64_t>(v));
  };
  const double tx = smooth_step(0, 1, x - column), ty = smooth_step(0, 1, y - row);
  return mix(mix(height(0, 0), height(1, 0), tx), mix(height(0, 1), height(1, 1), tx), ty);
}

// Octaves of noise, each twice as fine and half as high; in [0, 1], mean 1/2.
double layered_noise(double x, double y, int octaves, std::uint64_t layer) {
  double sum = 0, total = 0, weight = 1;
  for (int octave = 0; octave < octaves; ++octave) {
    sum += weight * noise(x, y, layer + static_cast<std::uint64_t>(octave));
    total += weight;
    weight /= 2, x *= 2, y *= 2;
  }
  return sum / total;
}

constexpr double kSunX = 0.71, kSunY = 0.24;

double sky(double x, double y) {
  const double distance = std::hypot(x - kSunX, y - kSunY);
  const double clouds = smooth_step(0.48, 0.78, layered_noise(x * 3.5, y * 9, 5, 100));
  const double clear = mix(0.34, 0.74, smooth_step(0, 0.62, y)) + 0.32 * std::exp(-distance / 0.13);
  return mix(mix(clear, 0.93, 0.7 * clouds), 1.0, 1 - smooth_step(0.045, 0.055, distance));
}

// A ridge: brightness of the slope below `crest`, lit from the right, hazier when further away.
struct Ridge {
  double crest, roughness, frequency, dark, bright, haze;
  std::uint64_t layer;
};

double slope(const Ridge& ridge, double x, double y, double top) {
  const double texture =
      layered_noise(x * ridge.frequency * 9, y * ridge.frequency * 22, 6, ridge.layer + 20);
  const double lit = layered_noise(x * ridge.frequency + 0.35, top * 3, 3, ridge.layer) -
                     layered_noise(x * ridge.frequency + 0.2, top * 3, 3, ridge.layer);
  const double light = std::clamp(0.45 + 1.6 * lit + 0.7 * (texture - 0.5), 0.0, 1.0);
  return mix(mix(ridge.dark, ridge.bright, light), 0.72, ridge.haze * (1 - smooth_step(top, top + 0.3, y)));
}

}  // namespace

double landscape(double x, double y) {
  static constexpr Ridge kRidges[] = {
      {0.50, 0.26, 2.2, 0.38, 0.60, 0.60, 200},
      {0.60, 0.20, 3.1, 0.20, 0.48, 0.30, 300},
      {0.76, 0.14, 1.7, 0.05, 0.34, 0.06, 400},
  };
  double value = sky(x, y);
  for (const Ridge& ridge : kRidges) {
    const double top =
        ridge.crest + ridge.roughness * (0.5 - layered_noise(x * ridge.frequency * 1.7, 7.5, 5, ridge.layer));
    value = mix(value, slope(ridge, x, y, top), smooth_step(top - 0.003, top + 0.003, y));
  }
  return std::clamp(value, 0.0, 1.0);
}

}  // namespace bitloupe
