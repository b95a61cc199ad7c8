#include "core/probe_block_words.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace bitloupe {
namespace {

// Bits of one code inside one byte.
struct Field {
  unsigned bit = 0, width = 0;  // in the byte
  unsigned low = 0;             // of the code
  std::size_t value = 0;
};

// The codes' fields in a byte, lowest first; nothing where other bits lie in it too.
std::vector<Field> fields_of(std::span<const BitUse> byte) {
  std::vector<Field> fields;
  for (unsigned b = 0; b < byte.size(); ++b) {
    const BitUse& use = byte[b];
    if (use.part != BlockPart::Code) return {};
    Field* last = fields.empty() ? nullptr : &fields.back();
    if (last && last->value == use.index && last->low + last->width == use.bit)
      ++last->width;
    else
      fields.push_back({b, 1, use.bit, use.index});
  }
  return fields;
}

struct Place {
  std::size_t first = 0, last = 0;
  bool operator==(const Place&) const = default;
};

// The bytes in which bit `bit` of the codes lies.
std::optional<Place> place_of(std::span<const BitUse> uses, unsigned bit) {
  std::optional<Place> place;
  for (std::size_t i = 0; i < uses.size(); ++i) {
    if (uses[i].part != BlockPart::Code || uses[i].bit != bit) continue;
    if (!place) place = Place{i / 8, i / 8};
    place->last = i / 8;
  }
  return place;
}

std::string span_text(std::size_t first, std::size_t last) {
  return first == last ? " " + std::to_string(first)
                       : "s " + std::to_string(first) + "-" + std::to_string(last);
}

// "; bits 0-3 of a code lie in bytes 6-21, bit 4 in bytes 2-5"; empty where they all lie together.
std::string split_text(std::span<const BitUse> uses, int bits) {
  std::string text;
  std::size_t parts = 0;
  for (int low = 0; low < bits;) {
    const auto place = place_of(uses, static_cast<unsigned>(low));
    int high = low;
    while (high + 1 < bits && place_of(uses, static_cast<unsigned>(high + 1)) == place) ++high;
    if (!place) return {};
    text += std::string(parts == 0 ? "; bit" : ", bit") +
            span_text(static_cast<std::size_t>(low), static_cast<std::size_t>(high)) +
            (parts == 0 ? " of a code lie" + std::string(low == high ? "s" : "") : "") + " in byte" +
            span_text(place->first, place->last);
    ++parts;
    low = high + 1;
  }
  return parts > 1 ? text : std::string();
}

std::string field_name(const Field& field, std::size_t fields) {
  if (fields == 1) return "each byte";
  if (field.width == 4) return field.bit == 0 ? "low nibble" : "high nibble";
  return "bit" + span_text(field.bit, field.bit + field.width - 1);
}

std::string value_name(std::size_t step, std::size_t offset) {
  const std::string j = step == 1 ? "j" : std::to_string(step) + "j";
  return "value " + j + (offset == 0 ? "" : " + " + std::to_string(offset));
}

}  // namespace

std::string code_order(std::span<const BitUse> uses, std::size_t values, int bits) {
  const std::size_t bytes = uses.size() / 8;
  std::size_t first = 0;
  std::vector<Field> fields;
  for (; first < bytes; ++first) {
    fields = fields_of(uses.subspan(8 * first, 8));
    if (!fields.empty() && fields.front().low == 0) break;
  }
  const bool whole = std::all_of(fields.begin(), fields.end(),
                                 [&](const Field& f) { return f.width == fields.front().width; });
  if (first == bytes || !whole ||
      (bits < 8 && 8 % bits != 0 && fields.front().width == static_cast<unsigned>(bits)))
    return "codes of " + std::to_string(bits) + " bits follow each other, low bits first";
  if (bits > 8 && fields.size() == 1)
    return "codes of " + std::to_string(bits) + " bits follow each other, low byte first";
  // As long as every byte goes on by the same number of values.
  std::size_t step = 1, bytes_so = 1;
  while (first + bytes_so < bytes) {
    const std::vector<Field> next = fields_of(uses.subspan(8 * (first + bytes_so), 8));
    if (next.size() != fields.size()) break;
    if (bytes_so == 1 && next.front().value > fields.front().value)
      step = next.front().value - fields.front().value;
    bool follows = true;
    for (std::size_t i = 0; i < next.size(); ++i)
      follows = follows && next[i].low == fields[i].low && next[i].value == fields[i].value + bytes_so * step;
    if (!follows) break;
    ++bytes_so;
  }
  std::string text;
  for (const Field& field : fields)
    text +=
        (text.empty() ? "" : ", ") + field_name(field, fields.size()) + ": " + value_name(step, field.value);
  const std::size_t told = bytes_so * fields.size();
  if (told < values && fields.size() > 1)
    text +=
        " (j < " + std::to_string(bytes_so) + "), then likewise from value " + std::to_string(told) + " on";
  return text + split_text(uses, bits);
}

}  // namespace bitloupe
