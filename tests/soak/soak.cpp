// soak SECONDS SEED [FILE...]: lets the monkey loose on the real window and prints the figures of the run.
// Needs a display. Exit status 0 when it ended without an OpenGL error.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "app/window/window.h"
#include "core/source.h"
#include "tests/soak/monkey.h"

namespace {

using namespace bitloupe;

double quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}

// Of resident memory against time, by least squares, without the first quarter, in MiB an hour.
double slope(const std::vector<soak::Monkey::Sample>& samples) {
  const std::size_t first = samples.size() / 4;
  const auto count = static_cast<double>(samples.size() - first);
  double mean_x = 0, mean_y = 0, xy = 0, xx = 0;
  for (std::size_t i = first; i < samples.size(); ++i) {
    mean_x += samples[i].seconds / 3600 / count;
    mean_y += static_cast<double>(samples[i].resident_bytes) / (1 << 20) / count;
  }
  for (std::size_t i = first; i < samples.size(); ++i) {
    const double x = samples[i].seconds / 3600 - mean_x;
    xy += x * (static_cast<double>(samples[i].resident_bytes) / (1 << 20) - mean_y);
    xx += x * x;
  }
  return xx > 0 ? xy / xx : 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) {
    std::fprintf(stderr, "soak SECONDS SEED [FILE...]\n");
    return 2;
  }
  soak::MonkeyOptions options;
  options.seconds = std::atof(arguments[1]);
  options.seed = std::strtoull(arguments[2], nullptr, 10);
  options.files.assign(arguments + 3, arguments + count);
  soak::Monkey monkey(options);
  while (!monkey.done()) {
    WindowOptions window;
    window.start.session.experiment.source = parse_source("synthetic:gaussian?shape=256x256").value();
    window.start.given = true;
    window.width = 1280;
    window.height = 800;
    window.scale = 1;
    window.pilot = &monkey;
    ++monkey.windows;
    if (const Status closed = run_window(window); !closed) {
      std::fprintf(stderr, "soak: %s\n", closed.error().message.c_str());
      return 1;
    }
  }
  const auto& samples = monkey.samples();
  std::printf("%zu frames in %llu windows, median %.1f ms, 99th percentile %.1f ms, longest %.0f ms\n",
              monkey.frame_seconds.size(), static_cast<unsigned long long>(monkey.windows),
              quantile(monkey.frame_seconds, 0.5) * 1e3, quantile(monkey.frame_seconds, 0.99) * 1e3,
              quantile(monkey.frame_seconds, 1) * 1e3);
  for (std::size_t i = 0; i < samples.size(); i += std::max<std::size_t>(samples.size() / 20, 1))
    std::printf("%6.0f s  %5.0f MiB  %3llu descriptors\n", samples[i].seconds,
                static_cast<double>(samples[i].resident_bytes) / (1 << 20),
                static_cast<unsigned long long>(samples[i].descriptors));
  std::printf("memory %+.1f MiB an hour, %llu OpenGL errors\n", slope(samples),
              static_cast<unsigned long long>(monkey.gl_errors));
  return monkey.gl_errors == 0 ? 0 : 1;
}
