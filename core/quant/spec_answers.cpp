#include "core/quant/spec_answers.h"

#include <algorithm>
#include <iterator>

#include "core/text.h"
#include "core/text_distance.h"

namespace bitloupe {
namespace {

// Documented values that are not built yet. One that ends in ':' stands for all values that begin so.
struct LaterValue {
  std::string_view key, value;
};
constexpr LaterValue kLaterValues[] = {
    {"calibration", "pnorm"}, {"calibration", "pnorm:"},        {"calibration", "kl"},
    {"calibration", "kl:"},   {"calibration", "aciq"},          {"calibration", "aciq:"},
    {"calibration", "octav"}, {"calibration", "histogram"},     {"calibration", "tf-enhanced"},
    {"calibration", "sigma"}, {"calibration", "sigma:"},        {"calibration", "ema"},
    {"calibration", "ema:"},  {"calibration", "four-over-six"},
};

bool comes_later(std::string_view key, std::string_view text) {
  return std::any_of(std::begin(kLaterValues), std::end(kLaterValues), [&](const LaterValue& later) {
    return later.key == key &&
           (later.value.ends_with(':') ? text.starts_with(later.value) : text == later.value);
  });
}

}  // namespace

std::string joined(const Names& names) {
  std::string text;
  for (const std::string_view name : names) text += (text.empty() ? "" : ", ") + std::string(name);
  return text;
}

Error unknown_value(std::string_view key, std::string_view text, const Names& names) {
  const std::string what = std::string(key) + " " + in_quotes(text);
  if (comes_later(key, text)) return not_available(what);
  return bad_argument(what + ": expected " + joined(names) + "; the nearest is " +
                      std::string(nearest_name(text, names)));
}

Error unreadable(std::string_view key, std::string_view text, std::string_view expected) {
  return bad_argument(std::string(key) + " " + in_quotes(text) + ": expected " + std::string(expected));
}

}  // namespace bitloupe
