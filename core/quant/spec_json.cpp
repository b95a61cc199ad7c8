#include "core/quant/spec_json.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "core/format/presets.h"
#include "core/json.h"
#include "core/quant/choices.h"
#include "core/quant/spec_text.h"
#include "core/text.h"

namespace bitloupe {
namespace {

using Names = std::vector<std::string_view>;

// --- Writing.
Json to_object(const NumberFormat& format) {
  if (format.family == Family::Table)
    return {{"family", family_name(format.family)}, {"levels", format.table.levels()}};
  return {{"family", family_name(format.family)},
          {"signed", format.is_signed},
          {"exponent_bits", format.exponent_bits},
          {"mantissa_bits", format.mantissa_bits},
          {"bias", format.bias},
          {"subnormals", format.subnormals},
          {"zero", format.has_zero},
          {"specials", specials_name(format.specials)}};
}

Json write_format(const NumberFormat& format) {
  std::string name = format_name(format);
  const bool of_its_own = name.starts_with("float:") || name.starts_with("table:");
  return of_its_own ? to_object(format) : Json(std::move(name));
}

Json write_granularity(const Granularity& granularity) {
  Json object = {{"kind", choice_of(granularity_choices(), granularity.kind).key}};
  if (granularity.kind == GranularityKind::Group) object["size"] = granularity.size;
  if (granularity.kind == GranularityKind::Tile) {
    object["rows"] = granularity.size;
    object["columns"] = granularity.columns;
  } else if (granularity.kind == GranularityKind::Group && granularity.flat) {
    object["axis"] = "flat";
  } else if (granularity.kind != GranularityKind::Tensor) {
    object["axis"] = granularity.axis;
  }
  return object;
}

Json write_calibration(const Calibration& calibration) {
  Json object = {{"method", choice_of(calibration_choices(), calibration.method).key}};
  switch (calibration.method) {
    case CalibrationMethod::MinMax:
    case CalibrationMethod::Mse:
      break;
    case CalibrationMethod::Percentile:
      object["percentile"] = calibration.percentile;
      break;
    case CalibrationMethod::Ratio:
      object["ratio"] = calibration.ratio;
      break;
    case CalibrationMethod::Manual:
      object["lo"] = std::min(calibration.lo, calibration.hi);
      object["hi"] = std::max(calibration.lo, calibration.hi);
      break;
  }
  return object;
}

Json write_overrides(const std::vector<RangeOverride>& overrides) {
  Json list = Json::array();
  for (const RangeOverride& range : overrides)
    list.push_back({{"group", range.group}, {"lo", number_json(range.lo)}, {"hi", number_json(range.hi)}});
  return list;
}

Json write_key(const QuantSpec& spec, const SpecKey& row) {
  if (row.key == "format") return write_format(spec.format);
  if (row.key == "granularity") return write_granularity(spec.granularity);
  if (row.key == "calibration") return write_calibration(spec.calibration);
  if (row.key == "overrides") return write_overrides(spec.overrides);
  if (row.key == "seed") return spec.seed;
  if (row.key == "zero_point" && spec.zero_point) return *spec.zero_point;
  const std::string text = row.write(spec);
  return text == "none" ? Json(nullptr) : Json(text);
}

// --- Reading.
Status check_keys(std::string_view where, const Json& object, const Names& names) {
  for (const auto& [key, value] : object.items())
    if (std::find(names.begin(), names.end(), key) == names.end()) return unknown_key(where, key, names);
  return Ok{};
}

// A number or a string as the text that SpecKey::read takes; nothing for other types.
std::optional<std::string> scalar_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float()) return number_text(value.get<double>());
  if (value.is_number()) return value.dump();
  return std::nullopt;
}

// `key` of an object into an int; absent keys leave it.
Status read_int(const Json& object, const char* key, int& into) {
  const auto found = object.find(key);
  if (found == object.end()) return Ok{};
  const auto number = found->is_number_integer() ? parse_integer<int>(found->dump()) : std::nullopt;
  if (!number) return wrong_type(std::string("format ") + key, *found, "a whole number");
  into = *number;
  return Ok{};
}

Status read_bool(const Json& object, const char* key, bool& into) {
  const auto found = object.find(key);
  if (found == object.end()) return Ok{};
  if (!found->is_boolean()) return wrong_type(std::string("format ") + key, *found, "true or false");
  into = found->get<bool>();
  return Ok{};
}

Result<Specials> read_specials(const Json& object) {
  const auto found = object.find("specials");
  if (found == object.end()) return Specials::Finite;
  const std::optional<Specials> specials =
      found->is_string() ? find_specials(found->get<std::string>()) : std::nullopt;
  if (!specials) return wrong_type("format specials", *found, specials_names());
  return *specials;
}

Result<NumberFormat> read_float(const Json& object) {
  if (Status keys = check_keys("format", object,
                               {"family", "signed", "exponent_bits", "mantissa_bits", "bias", "subnormals",
                                "zero", "specials", "bits"});
      !keys)
    return keys.error();
  const Result<Specials> specials = read_specials(object);
  if (!specials) return specials.error();
  int exponent_bits = 0, mantissa_bits = 0;
  if (Status status = read_int(object, "exponent_bits", exponent_bits); !status) return status.error();
  if (Status status = read_int(object, "mantissa_bits", mantissa_bits); !status) return status.error();
  if (exponent_bits < 1 || exponent_bits > 8 || mantissa_bits < 0 || mantissa_bits > 23)
    return bad_argument("format: expected exponent_bits from 1 to 8 and mantissa_bits from 0 to 23 (found " +
                        std::to_string(exponent_bits) + " and " + std::to_string(mantissa_bits) + ")");
  NumberFormat format = float_format(exponent_bits, mantissa_bits, *specials);
  for (const auto& [key, flag] :
       {std::pair{"signed", &format.is_signed}, std::pair{"subnormals", &format.subnormals},
        std::pair{"zero", &format.has_zero}})
    if (Status status = read_bool(object, key, *flag); !status) return status.error();
  format.bits = (format.is_signed ? 1 : 0) + exponent_bits + mantissa_bits;
  if (Status status = read_int(object, "bias", format.bias); !status) return status.error();
  if (Status status = read_int(object, "bits", format.bits); !status) return status.error();
  return format;
}

Result<NumberFormat> read_integers(const Json& object, Family family) {
  Names names = {"family", "bits", "signed"};
  if (family == Family::Fixed) names.push_back("fraction_bits");
  if (Status keys = check_keys("format", object, names); !keys) return keys.error();
  NumberFormat format;
  format.family = family;
  if (Status status = read_int(object, "bits", format.bits); !status) return status.error();
  if (Status status = read_int(object, "fraction_bits", format.fraction_bits); !status) return status.error();
  if (Status status = read_bool(object, "signed", format.is_signed); !status) return status.error();
  return format;
}

Result<NumberFormat> read_table(const Json& object) {
  if (Status keys = check_keys("format", object, {"family", "levels", "bits", "signed"}); !keys)
    return keys.error();
  const auto found = object.find("levels");
  const Json& list = found == object.end() ? Json() : *found;
  if (!list.is_array()) return wrong_type("format levels", list, "an array of numbers in code order");
  std::vector<float> levels;
  for (const Json& item : list) {
    const std::optional<double> level = number_from(item);
    if (!level) return wrong_type("format levels", item, "numbers in code order");
    levels.push_back(static_cast<float>(*level));
    if (levels.size() > LevelTable::kMostLevels) break;  // one too many says it all
  }
  NumberFormat format = table_format(levels);
  if (Status status = read_int(object, "bits", format.bits); !status) return status.error();
  if (Status status = read_bool(object, "signed", format.is_signed); !status) return status.error();
  return format;
}

// The long form of a format.
Result<NumberFormat> read_format(const Json& object) {
  const auto found = object.find("family");
  const bool named = found != object.end() && found->is_string();
  const std::optional<Family> family = named ? find_family(found->get<std::string>()) : std::nullopt;
  if (!family)
    return wrong_type("format family", found == object.end() ? Json() : *found,
                      "integer, sign-magnitude, fixed, float or table");
  if (*family == Family::Table) return read_table(object);
  return *family == Family::Float ? read_float(object) : read_integers(object, *family);
}

// The object form of granularity and calibration as the text of the command line: "group:64:0". `parts` name
// what follows the first key's value, in order; those after `required` may be absent.
struct ObjectForm {
  std::string_view first;  // "kind", "method"
  std::string_view value;  // "group"
  Names parts;             // "size", "axis"
  std::size_t required = 0;
  char between = ':';  // between the parts
};

const std::vector<ObjectForm>& object_forms() {
  static const std::vector<ObjectForm> forms = {{"kind", "tensor", {}, 0},
                                                {"kind", "channel", {"axis"}, 1},
                                                {"kind", "group", {"size", "axis"}, 1},
                                                {"kind", "tile", {"rows", "columns"}, 2, 'x'},
                                                {"method", "minmax", {}, 0},
                                                {"method", "percentile", {"percentile"}, 1},
                                                {"method", "ratio", {"ratio"}, 1},
                                                {"method", "manual", {"lo", "hi"}, 2}};
  return forms;
}

Result<std::string> object_text(std::string_view key, const Json& object) {
  const char* const first = key == "granularity" ? "kind" : "method";
  const auto head = object.find(first);
  if (head == object.end() || !head->is_string())
    return bad_argument(std::string(key) + ": the object needs a text " + in_quotes(first));
  std::string text = head->get<std::string>();
  for (const ObjectForm& form : object_forms()) {
    if (form.first != first || form.value != text) continue;
    Names names = form.parts;
    names.insert(names.begin(), form.first);
    if (Status keys = check_keys(key, object, names); !keys) return keys.error();
    for (std::size_t i = 0; i < form.parts.size(); ++i) {
      const auto part = object.find(std::string(form.parts[i]));
      const bool absent = part == object.end();
      if (absent && i >= form.required) continue;
      const std::string where = std::string(key) + " " + std::string(form.parts[i]);
      if (absent) return bad_argument(where + ": missing");
      const std::optional<std::string> value = scalar_text(*part);
      if (!value || (part->is_string() && *value != "flat")) return wrong_type(where, *part, "a number");
      text += (i == 0 ? ':' : form.between) + *value;
    }
    return text;
  }
  return text;  // the text reader knows what comes later and what is near
}

Status read_overrides(QuantSpec& spec, const Json& list) {
  std::vector<RangeOverride> overrides;
  for (const Json& item : list) {
    if (!item.is_object())
      return wrong_type("overrides", item, "objects such as {\"group\":0,\"lo\":-1,\"hi\":1}");
    if (Status keys = check_keys("overrides", item, {"group", "lo", "hi"}); !keys) return keys;
    const auto group = item.find("group"), lo = item.find("lo"), hi = item.find("hi");
    if (group == item.end() || lo == item.end() || hi == item.end())
      return bad_argument("overrides: every entry needs group, lo and hi");
    if (!group->is_number_unsigned()) return wrong_type("overrides group", *group, "a whole number from 0");
    const std::optional<double> low = number_from(*lo), high = number_from(*hi);
    if (!low) return wrong_type("overrides lo", *lo, "a number");
    if (!high) return wrong_type("overrides hi", *hi, "a number");
    overrides.push_back({group->get<std::uint64_t>(), *low, *high});
  }
  spec.overrides = std::move(overrides);
  return Ok{};
}

bool takes_null(std::string_view key) { return key == "dialect" || key == "importance" || key == "recipe"; }
bool takes_number(std::string_view key) { return key == "zero_point" || key == "seed"; }
bool takes_object(std::string_view key) { return key == "granularity" || key == "calibration"; }

Status read_key(QuantSpec& spec, const SpecKey& row, const Json& value) {
  if (value.is_string()) return row.read(spec, value.get<std::string>());
  if (value.is_null() && takes_null(row.key)) return row.read(spec, "none");
  if (value.is_number() && takes_number(row.key)) return row.read(spec, *scalar_text(value));
  if (value.is_array() && row.key == "overrides") return read_overrides(spec, value);
  if (value.is_object() && row.key == "format") {
    Result<NumberFormat> format = read_format(value);
    if (!format) return format.error();
    spec.format = *format;
    return Ok{};
  }
  if (value.is_object() && takes_object(row.key)) {
    Result<std::string> text = object_text(row.key, value);
    return text ? row.read(spec, *text) : Status(text.error());
  }
  return wrong_type(row.key, value, row.values);
}

Status read_object(QuantSpec& spec, const Json& object) {
  Names names;
  for (const SpecKey& row : spec_keys()) names.push_back(row.key);
  if (Status keys = check_keys("", object, names); !keys) return keys;
  for (const SpecKey& row : spec_keys())  // in the table's order, whatever the file's
    if (const auto found = object.find(std::string(row.key)); found != object.end())
      if (Status status = read_key(spec, row, *found); !status) return status;
  return Ok{};
}

}  // namespace

std::string to_json(const QuantSpec& spec, int indent) {
  // What sets several keys is read first, but listed where the contract has it.
  constexpr std::string_view kSets[] = {"dialect", "recipe"};
  Json object = Json::object();
  for (const SpecKey& row : spec_keys()) {
    if (row.key == "overrides")
      for (const std::string_view key : kSets) object[std::string(key)] = write_key(spec, *find_key(key));
    if (std::find(std::begin(kSets), std::end(kSets), row.key) == std::end(kSets))
      object[std::string(row.key)] = write_key(spec, row);
  }
  return json_text(object, indent);
}

Result<QuantSpec> parse_spec_json(std::string_view text, const std::string& name, SpecCheck check) {
  const Result<Json> document = parse_json(text, name);
  if (!document) return document.error();
  if (!document->is_object()) return bad_argument(name + ": expected one JSON object");
  QuantSpec spec;
  Status status = read_object(spec, *document);
  if (status && check == SpecCheck::Whole) status = validate(spec);
  if (!status) return Error{status.error().code, name + ": " + status.error().message};
  return spec;
}

}  // namespace bitloupe
