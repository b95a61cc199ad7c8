// What the driver says of itself after a frame: errors, which are counted and told once a place and never end
// the program, and the loss of the whole context (a reset of the graphics processor).
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace bitloupe::gl {

class Health {
 public:
  // Takes the errors since the last call, whoever caused them; `place` says where that was. What is to be
  // told on the terminal: one line where this place had not yet this error, else empty.
  std::string check(std::string_view place);
  std::uint64_t errors() const { return errors_; }

  // Whether the current context was lost. Always false where the driver cannot tell (KHR_robustness,
  // ARB_robustness).
  static bool context_lost();

 private:
  std::uint64_t errors_ = 0;
  std::set<std::pair<std::string, unsigned>> told_;
};

}  // namespace bitloupe::gl
