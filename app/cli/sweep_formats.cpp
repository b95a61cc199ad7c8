#include "app/cli/sweep_formats.h"

#include <algorithm>

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

// What one name of --formats means. The other options come on top, as those after --format do elsewhere.
Result<QuantSpec> spec_of(const std::string& name, const SpecOptions& options) {
  const bool recipe = find_recipe(name) != nullptr || name.starts_with("bfp:");
  const std::string key = recipe && name != "nf4" && name != "bnb_fp4" ? "recipe" : "format";
  QuantSpec alone;
  if (const Status known = set_key(alone, key, name); !known)
    return Error{known.error().code, "--formats: " + known.error().message};
  SpecOptions with_name = options;
  with_name.assignments.emplace(with_name.assignments.begin(), key, name);
  return with_name.spec();
}

}  // namespace

Result<std::vector<SweepFormat>> sweep_formats(std::string_view list, const SpecOptions& options) {
  std::vector<SweepFormat> formats;
  for (const std::string& name : names_in(list)) {
    if (name.empty()) return bad_argument("--formats: expected A,B,... (found " + in_quotes(list) + ')');
    if (std::any_of(formats.begin(), formats.end(), [&](const auto& other) { return other.name == name; }))
      return bad_argument("--formats: " + in_quotes(name) + " stands twice");
    Result<QuantSpec> spec = spec_of(name, options);
    if (!spec) return spec.error();
    formats.push_back({name, std::move(*spec)});
  }
  return formats;
}

}  // namespace bitloupe::cli
