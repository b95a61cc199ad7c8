#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "app/copy_line.h"
#include "app/panels/panels.h"
#include "app/plot/imgui_canvas.h"
#include "app/ui/guards.h"
#include "app/ui/registry.h"
#include "app/ui/text.h"
#include "app/ui/widgets.h"

namespace bitloupe {
namespace {

struct Card {
  std::string key, name, value, short_value, help;
  bool sampled = false;   // measured on the sample: marked with '~'
  std::string copy = {};  // for Ctrl+C, with all digits
};

constexpr const char* kNothing = "–";
constexpr float kCardHeight = 34, kLowCardHeight = 28, kGap = 8;
constexpr float kLow = 560, kLowest = 400;  // heights of the area from which cards are low, and few
constexpr float kLargestShare = 1.0f / 4;   // of the height, for all cards
constexpr std::size_t kFirst = 4;           // cards that are shown everywhere: the errors

std::string mse_help(const ErrorReport& report) {
  return "Mean of e^2 over the finite values, e = x - x^.\nrounding " + ui::number(report.mse_rounding) +
         "  +  clipping " + ui::number(report.mse_clipping) + "  =  " + ui::number(report.mse()) +
         (report.mse_bound > 0
              ? "\nThe tensor is larger than memory: its values were added up in buckets as wide as 2^-11 of "
                "them, and the true MSE is at most " +
                    ui::number(report.mse_bound) + " away."
              : "");
}

std::string clipped_help(const ErrorReport& report) {
  std::string help = "Values outside of the grid range: " + ui::count(report.clipped) + " of " +
                     ui::count(report.finite) + " finite ones.";
  if (report.overflowed > 0) help += "\nOverflowed to infinity or NaN: " + ui::count(report.overflowed) + ".";
  help += "\nAn affine min-max range may clip by at most half a step, as z is rounded.";
  return help;
}

std::vector<Card> error_cards(const Snapshot* snapshot) {
  std::vector<Card> cards = {
      {"sqnr", "SQNR", kNothing, "",
       "Signal to quantization noise: 10 log10(sum x^2 / sum e^2). 6.02 dB a bit.", false},
      {"mse", "MSE", kNothing, "", "Mean of e^2 over the finite values, e = x - x^.", false},
      {"max_error", "max |error|", kNothing, "", "The largest |x - x^|.", false},
      {"clipped", "clipped", kNothing, "", "Share of the finite values outside of the grid range.", false},
  };
  if (!snapshot || !snapshot->report) return cards;
  const ErrorReport& report = *snapshot->report;
  cards[0].value = ui::decibels(report.sqnr_db());
  cards[1].value = ui::number(report.mse(), 4);
  if (report.mse_bound > 0) cards[1].value += " ±" + ui::number(report.mse_bound, 2);
  cards[1].short_value = ui::number(report.mse(), 3);
  cards[1].help = mse_help(report);
  cards[2].value = ui::number(report.max_abs);
  cards[2].short_value = ui::number(report.max_abs, 3);
  cards[3].value = ui::percent(report.clipped_fraction());
  cards[3].help = clipped_help(report);
  if (const auto sqnr = report.sqnr_db()) add_copy(cards[0].copy, "SQNR in dB", *sqnr);
  add_copy(cards[1].copy, "MSE", report.mse());
  add_copy(cards[2].copy, "max |error|", report.max_abs);
  add_copy(cards[3].copy, "clipped fraction", report.clipped_fraction());
  for (Card& card : cards) card.sampled = !snapshot->exact;
  return cards;
}

Card entropy_card(const Snapshot* snapshot) {
  Card card{"entropy",
            "entropy",
            kNothing,
            "",
            "Shannon entropy of the codes: what an ideal entropy coder needs, -sum p log2 p bits a value.",
            false};
  if (!snapshot || !snapshot->report) return card;
  const std::optional<double> bits = entropy_bits(snapshot->report->code_counts);
  if (!bits) return card;
  card.value = ui::number(*bits, 3) + " bits";
  card.short_value = ui::number(*bits, 3);
  add_copy(card.copy, "entropy in bits a value", *bits);
  card.sampled = !snapshot->exact;
  return card;
}

std::vector<Card> storage_cards(const Snapshot* snapshot) {
  Card bits{"bits", "bits / value", kNothing, "", "Stored bits over values, scales and zero points.", false};
  Card size{"size", "size", kNothing, "", "Stored bytes, and how many times fewer than the source's.", false};
  if (snapshot && snapshot->storage) {
    const Storage& storage = *snapshot->storage;
    bits.value = ui::number(storage.bits_per_value, storage.bits_per_value < 10 ? 3 : 4);
    bits.help += "\n" + storage.sum + " = " + ui::number(storage.bits_per_value, 5);
    size.short_value = ui::bytes(storage.bytes);
    size.value = size.short_value + " (" + ui::number(storage.ratio, 2) + "×)";
    if (storage.ratio >= 10) size.value = size.short_value + " (" + ui::number(storage.ratio, 3) + "×)";
    add_copy(bits.copy, "bits a value", storage.bits_per_value);
    add_copy(size.copy, "bytes", static_cast<double>(storage.bytes));
    size.help += "\n" + size.value + " of " + std::string(snapshot->tensor().stored_name());
  }
  return {bits, size};
}

Card updated_card(const Snapshot* snapshot) {
  Card card{"updated",
            "updated in",
            kNothing,
            "",
            "Time from the change to this result: scales, codes and errors, on all threads.",
            false};
  if (!snapshot) return card;
  card.value = ui::milliseconds(snapshot->elapsed_ms);
  add_copy(card.copy, "updated in ms", snapshot->elapsed_ms);
  return card;
}

std::vector<Card> cards_of(const Snapshot* snapshot) {
  std::vector<Card> cards = error_cards(snapshot);
  for (Card& card : storage_cards(snapshot)) cards.push_back(std::move(card));
  cards.push_back(entropy_card(snapshot));
  cards.push_back(updated_card(snapshot));
  for (Card& card : cards)
    if (card.sampled && card.value != kNothing) {
      card.value = "~ " + card.value;
      if (!card.short_value.empty()) card.short_value = "~" + card.short_value;
      card.help += snapshot->spec.rounding == Rounding::Stochastic
                       ? "\n~ expected, or estimated from a sample; what is drawn is being measured."
                       : "\n~ estimated from a sample; the exact pass is on its way.";
    }
  return cards;
}

struct CardStyle {
  TextStyle name, value;
  float padding = 0, between = 0;
};

float width_of(const Canvas& canvas, const Card& card, const std::string& value, const CardStyle& style) {
  return 2 * style.padding + canvas.measure(card.name, style.name).x + style.between +
         canvas.measure(value, style.value).x;
}

void draw_card(Frame& frame, Canvas& canvas, const Card& card, Rect rect, const CardStyle& style) {
  const Theme& look = theme();
  const bool full = card.short_value.empty() || width_of(canvas, card, card.value, style) <= rect.width;
  const std::string& value = full ? card.value : card.short_value;
  const bool clipped = width_of(canvas, card, value, style) > rect.width;
  ui::register_widget("readout." + card.key, rect, ui::WidgetKind::Region, clipped);
  canvas.fill(rect, look.palette.card, look.px(4));
  const Point name = canvas.measure(card.name, style.name), number = canvas.measure(value, style.value);
  canvas.text({rect.x + style.padding, rect.y + (rect.height - name.y) / 2}, card.name, style.name);
  canvas.text({rect.right() - style.padding - number.x, rect.y + (rect.height - number.y) / 2}, value,
              style.value);
  ImGui::SetCursorScreenPos(ui::top_left(rect));
  ImGui::Dummy({rect.width, rect.height});
  if (ImGui::IsItemHovered()) frame.hover.copy = card.copy;
  ui::tooltip(card.help);
}

}  // namespace

float draw_readouts(Frame& frame, Rect area) {
  const Theme& look = theme();
  ImGuiCanvas canvas(*ImGui::GetWindowDrawList());
  const CardStyle style{{TextFace::Sans, look.px(kSmallSize), look.palette.text_dim},
                        {TextFace::Mono, look.px(kMonoSize), look.palette.text},
                        look.px(9),
                        look.px(6)};
  const std::vector<Card> cards = cards_of(frame.snapshot.get());
  const float gap = look.px(kGap);
  const float widest = look.px(132);  // name and short value of every card at four significant digits
  std::size_t columns = 4;
  while (columns > 1 &&
         (area.width - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns) < widest)
    columns /= 2;
  const bool low = area.height < look.px(kLow);
  const float height = look.px(low ? kLowCardHeight : kCardHeight);
  const float width = (area.width - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns);
  // A small window is for the pictures first: the cards stand in the order of their weight.
  const float room = area.height * kLargestShare / (height + gap);
  const std::size_t most = columns * static_cast<std::size_t>(std::max(room, 1.0f));
  const std::size_t shown =
      std::min({cards.size(), most, area.height < look.px(kLowest) ? kFirst : cards.size()});
  for (std::size_t i = 0; i < shown; ++i) {
    const float x = area.x + static_cast<float>(i % columns) * (width + gap);
    const float y = area.y + static_cast<float>(i / columns) * (height + gap);
    const float left = std::round(x), right = std::round(x + width);
    draw_card(frame, canvas, cards[i], {left, std::round(y), right - left, height}, style);
  }
  const auto rows = static_cast<float>((shown + columns - 1) / columns);
  return rows * (height + gap);
}

}  // namespace bitloupe
