#include "tests/soak/monkey.h"

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>

namespace bitloupe::soak {
namespace {

constexpr double kSampleEvery = 5;  // seconds

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::uint64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t all = 0, resident = 0;
  file >> all >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

std::uint64_t open_descriptors() {
  std::error_code error;
  std::uint64_t count = 0;
  for (std::filesystem::directory_iterator entry("/proc/self/fd", error), end; !error && entry != end;
       entry.increment(error))
    ++count;
  return count;
}

}  // namespace

Monkey::Monkey(const MonkeyOptions& options) : options_(options), random_(options.seed), began_(now()) {}

bool Monkey::done() const { return now() - began_ >= options_.seconds; }

void Monkey::press_key(ui::Input& input) {
  const auto key = static_cast<ui::Key>(below(ui::kKeyCount));
  const bool ctrl = below(4) == 0, shift = below(5) == 0, alt = below(8) == 0;
  if (ctrl && key == ui::Key::Q) return;  // other ways to close the window are left
  const auto modifiers = [&](bool down) {
    if (ctrl) input.key(ui::Key::Ctrl, down);
    if (shift) input.key(ui::Key::Shift, down);
    if (alt) input.key(ui::Key::Alt, down);
  };
  modifiers(true);
  for (std::uint64_t times = 1 + below(3); times > 0; --times) {
    input.key(key, true, false);
    input.key(key, false);
  }
  modifiers(false);
}

void Monkey::type(ui::Input& input) {
  constexpr char32_t kCharacters[] = U"0123456789.-+eE/ :~abcintf%x\u00e9\u4e2d";
  for (std::uint64_t count = 1 + below(6); count > 0; --count)
    input.character(kCharacters[below(std::size(kCharacters) - 1)]);
}

PilotOrders Monkey::steer(ui::Input& input, int width, int height) {
  PilotOrders orders;
  const auto place = [&] {
    return Point{static_cast<float>(below(static_cast<std::uint64_t>(width) + 20)) - 10,
                 static_cast<float>(below(static_cast<std::uint64_t>(height) + 20)) - 10};
  };
  switch (below(24)) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
      input.mouse_move(place());
      break;
    case 6:
    case 7:
    case 8:
    case 9:
      input.mouse_move(place());
      input.mouse_button(0, true);
      input.mouse_button(0, false);
      break;
    case 10:
      input.mouse_move(place());
      for (int i = 0; i < 2; ++i) {
        input.mouse_button(0, true);
        input.mouse_button(0, false);
      }
      break;
    case 11:
    case 12:
      input.mouse_button(0, below(2) == 0);
      break;
    case 13:
      input.mouse_move(place());
      input.mouse_button(1, true);
      if (below(2) == 0) input.mouse_move(place());
      input.mouse_button(1, false);
      break;
    case 14:
    case 15:
      input.wheel(0, static_cast<float>(below(7)) - 3);
      break;
    case 16:
    case 17:
    case 18:
      press_key(input);
      break;
    case 19:
      type(input);
      break;
    case 20:
      input.key(ui::Key::Escape, true);
      input.key(ui::Key::Escape, false);
      break;
    case 21:
      if (below(4) == 0)
        orders.resize = {1 + static_cast<int>(below(1800)), 1 + static_cast<int>(below(1100))};
      else if (below(30) == 0)
        orders.lose_context = options_.resets;
      break;
    case 22:
      if (!options_.files.empty() && below(8) == 0)
        for (std::uint64_t count = 1 + below(3); count > 0; --count)
          orders.dropped.push_back(options_.files[below(options_.files.size())]);
      break;
    default:
      break;  // the hand rests
  }
  orders.close = done();
  return orders;
}

void Monkey::shown(double seconds, std::uint64_t errors) {
  if (errors < window_errors_) window_errors_ = 0;  // another window counts anew
  gl_errors += errors - window_errors_;
  window_errors_ = errors;
  frame_seconds.push_back(seconds);
  const double passed = now() - began_;
  if (passed - sampled_ < kSampleEvery) return;
  sampled_ = passed;
  samples_.push_back({passed, resident_bytes(), open_descriptors()});
}

}  // namespace bitloupe::soak
