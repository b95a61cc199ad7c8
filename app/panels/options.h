// From the core's tables of choices to the options of a combo row.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/ui/widgets.h"
#include "core/quant/choices.h"

namespace bitloupe {

// A combo row over a table; true when another row was chosen. `offered` says which rows there are now.
template <class Enum, class Offered>
bool choice_row(std::string_view id, std::string_view label, std::span<const Choice<Enum>> table, Enum& value,
                std::string_view help, Offered offered) {
  std::vector<ui::Option> options;
  std::vector<Enum> values;
  int current = -1;
  for (const Choice<Enum>& choice : table) {
    if (!offered(choice.value)) continue;
    if (choice.value == value) current = static_cast<int>(options.size());
    options.push_back({std::string(choice.label), std::string(choice.help)});
    values.push_back(choice.value);
  }
  const std::optional<int> chosen = ui::combo_row(id, label, options, current, help);
  if (!chosen || values[static_cast<std::size_t>(*chosen)] == value) return false;
  value = values[static_cast<std::size_t>(*chosen)];
  return true;
}

template <class Enum>
bool choice_row(std::string_view id, std::string_view label, std::span<const Choice<Enum>> table, Enum& value,
                std::string_view help) {
  return choice_row(id, label, table, value, help, [](Enum) { return true; });
}

// As choice_row with a first option "auto (...)" that stands for the empty value; `automatic` is what it
// means now.
template <class Enum, class Offered>
bool automatic_choice_row(std::string_view id, std::string_view label, std::span<const Choice<Enum>> table,
                          std::optional<Enum>& value, Enum automatic, std::string_view help,
                          Offered offered) {
  std::vector<ui::Option> options = {{"auto: " + std::string(choice_of(table, automatic).label),
                                      "What the format wants where nothing is said."}};
  std::vector<std::optional<Enum>> values = {std::nullopt};
  int current = 0;
  for (const Choice<Enum>& choice : table) {
    if (!offered(choice.value)) continue;
    if (value == choice.value) current = static_cast<int>(options.size());
    options.push_back({std::string(choice.label), std::string(choice.help)});
    values.push_back(choice.value);
  }
  const std::optional<int> chosen = ui::combo_row(id, label, options, current, help);
  if (!chosen || values[static_cast<std::size_t>(*chosen)] == value) return false;
  value = values[static_cast<std::size_t>(*chosen)];
  return true;
}

}  // namespace bitloupe
