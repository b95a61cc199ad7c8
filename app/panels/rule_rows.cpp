#include "app/panels/rule_rows.h"

#include <cmath>
#include <string>

#include "app/ui/text.h"
#include "app/ui/theme.h"
#include "app/ui/widgets.h"
#include "core/probe_rules.h"
#include "core/quant/choices.h"

namespace bitloupe {
namespace {

std::string padded(std::string text, std::size_t width) {
  const std::size_t length = text.size();
  return length < width ? std::string(width - length, ' ') + text : text;
}

std::string real(float value) { return ui::number(static_cast<double>(value), 3); }

std::string share(double fraction) { return ui::number(100 * fraction, 3) + " %"; }

// "2^-5  0.188  14.3 %": in the mono face columns stand below each other.
std::string row_text(const RuleChoice& choice) {
  const std::string lost = choice.clipped > 0 ? share(choice.clipped) : "";
  return padded("2^" + std::to_string(choice.exponent), 5) + padded(real(choice.becomes), 9) +
         padded(lost, 9);
}

std::string row_help(const RuleChoice& choice, const Choice<ScaleRule>& rule, float largest) {
  std::string text = std::string(rule.help) + "\nHere s = 2^" + std::to_string(choice.exponent) + " = " +
                     real(choice.scale) + ", the last level is " + real(choice.largest_level) + " and " +
                     real(largest) + " becomes " + real(choice.becomes);
  if (choice.clipped > 0) text += ": " + share(choice.clipped) + " of it is clipped";
  return text + ".";
}

}  // namespace

void draw_rule_rows(const Frame& frame, QuantSpec& spec) {
  const Snapshot* snapshot = frame.snapshot.get();
  if (!snapshot || !snapshot->scales || !frame.element || *frame.element >= snapshot->tensor().count())
    return;
  const std::uint64_t group = snapshot->scales->layout.group_of(*frame.element);
  const RuleChoices choices = rule_choices(*snapshot, group);
  if (choices.rules.empty()) return;
  const std::string where = snapshot->scales->layout.count > 1 ? "Group " + ui::count(group) : "The tensor";
  ui::paragraph(where + ", largest " + real(choices.largest) + ": scale, what it becomes, clipped share.",
                theme().palette.text_dim);
  for (const RuleChoice& choice : choices.rules) {
    const Choice<ScaleRule>& rule = choice_of(scale_rule_choices(), choice.rule);
    if (ui::list_row("quantizer.rule." + std::string(rule.key), rule.label, row_text(choice),
                     choice.rule == spec.scale_rule, true, row_help(choice, rule, choices.largest)))
      spec.scale_rule = choice.rule;
  }
}

}  // namespace bitloupe
