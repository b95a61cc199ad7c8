// Monkey: a pilot that does at random, from a seed, what a careless person might: clicks, drags, wheel, keys,
// text, resizes, drops, resets of the graphics driver. It keeps the figures of the run.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "app/window/pilot.h"

namespace bitloupe::soak {

struct MonkeyOptions {
  std::uint64_t seed = 1;
  double seconds = 10;
  std::vector<std::string> files;  // to be dropped
  bool resets = true;              // of the graphics driver, now and then
};

class Monkey final : public Pilot {
 public:
  explicit Monkey(const MonkeyOptions& options);

  PilotOrders steer(ui::Input& input, int width, int height) override;
  void shown(double frame_seconds, std::uint64_t gl_errors) override;

  bool done() const;  // the time is over; else the window was closed by a click or a key
  struct Sample {
    double seconds = 0;
    std::uint64_t resident_bytes = 0, descriptors = 0;
  };
  const std::vector<Sample>& samples() const { return samples_; }
  std::vector<double> frame_seconds;
  std::uint64_t gl_errors = 0, windows = 0;  // over all windows

 private:
  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
  void press_key(ui::Input& input);
  void type(ui::Input& input);

  MonkeyOptions options_;
  std::mt19937_64 random_;
  double began_ = 0, sampled_ = -1e9;
  std::uint64_t window_errors_ = 0;
  std::vector<Sample> samples_;
};

}  // namespace bitloupe::soak
