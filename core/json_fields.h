// A struct as a JSON object through one table of its fields, which both directions read: no field is named
// twice. Included in .cpp files only.
#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/json.h"
#include "core/json_rules.h"
#include "core/text.h"

namespace bitloupe {

// Where in a document a value stands ("view.viewport.rows"), and what is forgiven there.
struct JsonPlace {
  std::string path;
  JsonRules rules;

  JsonPlace member(std::string_view key) const {
    return {path.empty() ? std::string(key) : path + "." + std::string(key), rules};
  }
  void skip(std::string message) const {
    if (rules.skipped != nullptr) rules.skipped->push_back(std::move(message));
  }
};

// --- One value. Each type has to_value and read_value; a struct of its own has them through `object_field`.
inline Json to_value(bool value) { return value; }
inline Json to_value(double value) { return number_json(value); }
// Through double and back no bit of a float is lost; the shortest decimal text of the float is what is
// written.
inline Json to_value(float value) {
  if (!std::isfinite(value)) return number_json(static_cast<double>(value));
  char buffer[40];
  const std::to_chars_result end = std::to_chars(buffer, buffer + sizeof buffer, value);
  const double number = *parse_number({buffer, end.ptr});
  return static_cast<float>(number) == value ? number : static_cast<double>(value);
}
template <std::integral Integer>
Json to_value(Integer value) {
  return value;
}
inline Json to_value(const std::string& value) { return bytes_json(value); }
template <class T>
Json to_value(const std::optional<T>& value) {
  return value ? to_value(*value) : Json(nullptr);
}
template <class T>
Json to_value(const std::vector<T>& values) {
  Json list = Json::array();
  for (const T& value : values) list.push_back(to_value(value));
  return list;
}

inline Status read_value(const Json& value, const JsonPlace& place, bool& into) {
  if (!value.is_boolean()) return wrong_type(place.path, value, "true or false");
  into = value.get<bool>();
  return Ok{};
}

inline Status read_value(const Json& value, const JsonPlace& place, double& into) {
  const std::optional<double> number = number_from(value);
  if (!number) return wrong_type(place.path, value, "a number");
  into = *number;
  return Ok{};
}

inline Status read_value(const Json& value, const JsonPlace& place, float& into) {
  const std::optional<double> number = number_from(value);
  if (!number) return wrong_type(place.path, value, "a number");
  // A double beyond float32 has no defined conversion other than through the comparison.
  constexpr double kMost = static_cast<double>(std::numeric_limits<float>::max());
  into = std::isfinite(*number) ? static_cast<float>(std::clamp(*number, -kMost, kMost))
                                : static_cast<float>(*number);
  return Ok{};
}

template <std::integral Integer>
Status read_value(const Json& value, const JsonPlace& place, Integer& into) {
  const auto number = value.is_number_integer() ? parse_integer<Integer>(value.dump()) : std::nullopt;
  if (!number)
    return wrong_type(place.path, value,
                      "a whole number from " + std::to_string(std::numeric_limits<Integer>::min()) + " to " +
                          std::to_string(std::numeric_limits<Integer>::max()));
  into = *number;
  return Ok{};
}

inline Status read_value(const Json& value, const JsonPlace& place, std::string& into) {
  std::optional<std::string> bytes = bytes_from(value);
  if (!bytes) return wrong_type(place.path, value, "a text");
  into = std::move(*bytes);
  return Ok{};
}

template <class T>
Status read_value(const Json& value, const JsonPlace& place, std::optional<T>& into) {
  if (value.is_null()) {
    into.reset();
    return Ok{};
  }
  T read{};
  if (Status status = read_value(value, place, read); !status) return status;
  into = std::move(read);
  return Ok{};
}

template <class T>
Status read_value(const Json& value, const JsonPlace& place, std::vector<T>& into) {
  if (!value.is_array()) return wrong_type(place.path, value, "a list");
  std::vector<T> list;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const JsonPlace entry{place.path + "[" + std::to_string(i) + "]", place.rules};
    T read{};
    if (Status status = read_value(value[i], entry, read); !status) return status;
    list.push_back(std::move(read));
  }
  into = std::move(list);
  return Ok{};
}

// --- The table of a struct's fields.
template <class T>
struct Field {
  std::string_view key;
  std::function<Json(const T&)> write;
  std::function<Status(T&, const Json&, const JsonPlace&)> read;
};
template <class T>
using Fields = std::vector<Field<T>>;

template <class T>
Json write_fields(const Fields<T>& fields, const T& object) {
  Json json = Json::object();
  for (const Field<T>& field : fields) json[std::string(field.key)] = field.write(object);
  return json;
}

// Absent members leave `object` as it is. On an error `object` may be half read.
template <class T>
Status read_fields(const Fields<T>& fields, const Json& json, const JsonPlace& place, T& object) {
  if (!json.is_object()) return wrong_type(place.path, json, "an object");
  for (const auto& [key, value] : json.items()) {
    const auto field = std::find_if(fields.begin(), fields.end(),
                                    [name = std::string_view(key)](const auto& f) { return f.key == name; });
    Status status = Ok{};
    if (field != fields.end()) {
      status = field->read(object, value, place.member(key));
      if (status || !place.rules.skip_unreadable) {
        if (!status) return status;
        continue;
      }
    } else {
      std::vector<std::string_view> names;
      for (const Field<T>& known : fields) names.push_back(known.key);
      status = unknown_key(place.path, key, names);
      if (!place.rules.skip_unknown) return status;
    }
    place.skip(status.error().message);
  }
  return Ok{};
}

template <class T, class Member>
Field<T> field(std::string_view key, Member T::*member) {
  return {key, [member](const T& object) { return to_value(object.*member); },
          [member](T& object, const Json& value, const JsonPlace& place) {
            return read_value(value, place, object.*member);
          }};
}

// A number that is clamped to [lo, hi]; NaN is as if it were absent.
template <class T, class Number>
Field<T> field_between(std::string_view key, Number T::*member, Number lo, Number hi) {
  Field<T> made = field(key, member);
  made.read = [member, lo, hi](T& object, const Json& value, const JsonPlace& place) -> Status {
    Number read{};
    if (Status status = read_value(value, place, read); !status) return status;
    if (read == read) object.*member = std::clamp(read, lo, hi);
    return Ok{};
  };
  return made;
}

// A value with a name: rows have `key` and `value`.
template <class T, class Member, class Row>
Field<T> field_choice(std::string_view key, Member T::*member, std::span<const Row> rows) {
  return {key,
          [member, rows](const T& object) {
            for (const Row& row : rows)
              if (row.value == object.*member) return Json(std::string(row.key));
            return Json(std::string(rows.front().key));
          },
          [member, rows](T& object, const Json& value, const JsonPlace& place) -> Status {
            std::string expected;
            for (const Row& row : rows) {
              if (value.is_string() && value.get_ref<const std::string&>() == row.key) {
                object.*member = row.value;
                return Ok{};
              }
              expected += (expected.empty() ? "" : ", ") + std::string(row.key);
            }
            return wrong_type(place.path, value, expected);
          }};
}

// A struct inside the struct, with a table of its own.
template <class T, class Member>
Field<T> field_object(std::string_view key, Member T::*member, const Fields<Member>& (*fields)()) {
  return {key, [member, fields](const T& object) { return write_fields(fields(), object.*member); },
          [member, fields](T& object, const Json& value, const JsonPlace& place) {
            return read_fields(fields(), value, place, object.*member);
          }};
}

}  // namespace bitloupe
