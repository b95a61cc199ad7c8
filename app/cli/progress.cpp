#include "app/cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>

#include "core/io/display_text.h"

namespace bitloupe::cli {

namespace {

using namespace std::chrono_literals;
constexpr std::chrono::milliseconds kQuietFor = 500ms, kEvery = 100ms;
constexpr std::size_t kWidth = 30;
constexpr std::size_t kLongestLabel = 40;  // bytes: what does not fit one line is not wiped away by the next

}  // namespace

ProgressBar::ProgressBar(std::string label)
    : label_(displayed(label, kLongestLabel)),
      terminal_(isatty(STDERR_FILENO) == 1),
      next_(std::chrono::steady_clock::now() + kQuietFor) {}

ProgressBar::~ProgressBar() { wipe(); }

void ProgressBar::wipe() {
  const std::lock_guard lock(mutex_);
  if (drawn_) std::fputs("\r\x1b[K", stderr);
  drawn_ = false;
}

WorkContext ProgressBar::context() {
  WorkContext context;
  if (terminal_) context.progress = [this](double fraction) { show(fraction); };
  return context;
}

void ProgressBar::show(double fraction) {
  const std::unique_lock lock(mutex_, std::try_to_lock);  // another thread is drawing: its number will do
  const auto now = std::chrono::steady_clock::now();
  if (!lock || now < next_) return;
  next_ = now + kEvery;
  drawn_ = true;
  const std::size_t filled = static_cast<std::size_t>(std::clamp(fraction, 0.0, 1.0) * double{kWidth});
  const std::string bar = std::string(filled, '#') + std::string(kWidth - filled, '.');
  std::fprintf(stderr, "\r\x1b[K%s [%s] %3.0f %%", label_.c_str(), bar.c_str(), fraction * 100);
}

}  // namespace bitloupe::cli
