#include "app/cli/sweep_formats.h"

#include <algorithm>
#include <utility>

#include "core/quant/recipes.h"
#include "core/quant/spec_text.h"
#include "core/text.h"

namespace bitloupe::cli {

namespace {

std::vector<std::string> names_in(std::string_view list) {
  std::vector<std::string> names;
  for (const std::string_view piece : split(list, ',')) {
    const std::size_t first = piece.find_first_not_of(' '), last = piece.find_last_not_of(' ');
    const std::string_view name =
        first == piece.npos ? std::string_view() : piece.substr(first, last - first + 1);
    if (!names.empty() && lower_case(names.back()).starts_with("table:") && parse_number(name))
      names.back() += "," + std::string(name);
    else
      names.emplace_back(name);
  }
  return names;
}

// The key that a name of --formats is a value of, and the value: a recipe, else a format; "format:nf4" is the
// format where both have the name.
std::pair<std::string_view, std::string> key_and_value(const std::string& name) {
  constexpr std::string_view kPlain = "format:";
  if (name.starts_with(kPlain)) return {"format", name.substr(kPlain.size())};
  const bool recipe = find_recipe(name) != nullptr || name.starts_with("bfp:");
  return {recipe ? "recipe" : "format", name};
}

}  // namespace

Result<SweepFormat> sweep_format(std::string_view key, const std::string& value, const SpecOptions& options) {
  QuantSpec alone;
  if (const Status known = set_key(alone, key, value); !known) return known.error();
  SpecOptions with_name = options;
  with_name.assignments.emplace(with_name.assignments.begin(), key, value);
  Result<QuantSpec> spec = with_name.spec();
  if (!spec) return spec.error();
  return SweepFormat{value, std::move(*spec)};
}

Result<std::vector<SweepFormat>> sweep_formats(std::string_view list, const SpecOptions& options) {
  std::vector<SweepFormat> formats;
  for (const std::string& name : names_in(list)) {
    if (name.empty()) return bad_argument("--formats: expected A,B,... (found " + in_quotes(list) + ')');
    if (std::any_of(formats.begin(), formats.end(), [&](const auto& other) { return other.name == name; }))
      return bad_argument("--formats: " + in_quotes(name) + " stands twice");
    const auto [key, value] = key_and_value(name);
    auto format = sweep_format(key, value, options);
    if (!format) return Error{format.error().code, "--formats: " + format.error().message};
    formats.push_back({name, std::move(format->spec)});
  }
  return formats;
}

}  // namespace bitloupe::cli
