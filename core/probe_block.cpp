#include "core/probe_block.h"

#include <algorithm>
#include <bit>
#include <cctype>
#include <cmath>

#include "core/format/presets.h"
#include "core/probe_block_words.h"
#include "core/quant/block_store.h"
#include "core/quant/nested_scales.h"
#include "core/quant/packing.h"
#include "core/quant/recipes.h"

namespace bitloupe {
namespace {

constexpr std::uint64_t kMostRemade = 1 << 16;  // scales of nested ones that are computed again, within 2 ms

// A number as it is stored: its bits, lowest first, and what they stand for.
struct Stored {
  std::string format;
  int bits = 0;
  std::int64_t stored = 0;
  double value = 0;
};

Stored float_bits(const NumberFormat& format, std::string name, float value) {
  const Code code =
      encode(format, static_cast<double>(value), Rounding::NearestEven, Overflow::Saturate).value_or(0);
  return {std::move(name), format.bits, code, static_cast<double>(value)};
}

// The code of a nested scale among the levels of its 256 neighbours, as nest_scales makes it; nothing where
// that would take too long.
std::optional<std::int64_t> nested_code(const Snapshot& snapshot, std::uint64_t group) {
  const ScaleSet& scales = *snapshot.scales;
  const std::size_t count = scales.groups.size();
  const bool kept = scales.groups[group].unrounded != 0;
  if (!kept && count > kMostRemade) return std::nullopt;
  const auto before = [&](std::size_t g) {
    if (kept) return scales.groups[g].unrounded;
    std::uint64_t floored = 0, saturated = 0;
    return make_scale(snapshot.spec, (*snapshot.ranges)[g], floored, saturated).scale;
  };
  double sum = 0;
  for (std::size_t g = 0; g < count; ++g) sum += static_cast<double>(before(g));
  const auto mean = static_cast<float>(sum / static_cast<double>(count));
  const std::size_t begin = group / kNestedGroup * kNestedGroup;
  float largest = 0;
  for (std::size_t g = begin; g < std::min(begin + kNestedGroup, count); ++g)
    largest = std::max(largest, std::fabs(before(g) - mean));
  return static_cast<std::int64_t>(nearest_dynamic_level(largest > 0 ? (before(group) - mean) / largest : 0));
}

std::optional<Stored> stored_scale_of(const Snapshot& snapshot, std::uint64_t group) {
  const QuantSpec& spec = snapshot.spec;
  const float scale = stored_scale(*snapshot.scales, group);
  switch (spec.scale_type) {
    case ScaleType::F32:
    case ScaleType::Pow2:
      return Stored{"fp32", 32, std::bit_cast<std::uint32_t>(scale), static_cast<double>(scale)};
    case ScaleType::F16:
      return float_bits(float_format(5, 10, Specials::Ieee), "fp16", scale);
    case ScaleType::BF16:
      return float_bits(float_format(8, 7, Specials::Ieee), "bf16", scale);
    case ScaleType::E4M3:
      return float_bits(float_format(4, 3, Specials::Fn), "e4m3fn", scale);
    case ScaleType::E8M0: {
      const int bias = (1 << (spec.scale_exponent_bits - 1)) - 1;
      return Stored{"e" + std::to_string(spec.scale_exponent_bits) + "m0", spec.scale_exponent_bits,
                    floor_log2(static_cast<double>(scale)) + bias, static_cast<double>(scale)};
    }
    case ScaleType::Nested:
      if (const auto code = nested_code(snapshot, group))
        return Stored{"nested", 8, *code, static_cast<double>(scale)};
      return std::nullopt;
  }
  return std::nullopt;
}

// Packs numbers behind each other, low bits first, and keeps what each bit is.
class Packer {
 public:
  explicit Packer(BlockView& view) : view_(view) {}

  void add(BlockPart part, std::size_t index, std::uint64_t number, int bits) {
    for (int bit = 0; bit < bits; ++bit)
      put(at_++, {part, static_cast<std::uint16_t>(index), static_cast<std::uint8_t>(bit)},
          number >> bit & 1);
  }
  // Two codes of four bits: the first one in the high half of the byte.
  void add_high_first(std::size_t index, std::uint64_t code) {
    const std::size_t shift = index % 2 == 0 ? 4 : 0;
    const std::size_t byte = (at_ + 4 * (index - index % 2)) / 8;
    for (std::size_t bit = 0; bit < 4; ++bit)
      put(8 * byte + shift + bit,
          {BlockPart::Code, static_cast<std::uint16_t>(index), static_cast<std::uint8_t>(bit)},
          code >> bit & 1);
  }

 private:
  void put(std::size_t at, BitUse use, bool one) {
    if (at / 8 >= view_.bytes.size()) {
      view_.bytes.resize(at / 8 + 1);
      view_.bits.resize(8 * view_.bytes.size());
    }
    view_.bits[at] = use;
    if (one) view_.bytes[at / 8] |= std::byte{1} << (at % 8);
  }

  BlockView& view_;
  std::size_t at_ = 0;
};

void add_entry(BlockView& view, BlockPart part, std::string name, std::string letter, Stored stored) {
  BlockEntry entry;
  entry.part = part;
  entry.name = std::move(name);
  entry.letter = std::move(letter);
  entry.format = std::move(stored.format);
  entry.bits = stored.bits;
  entry.stored = stored.stored;
  entry.value = stored.value;
  view.numbers.push_back(std::move(entry));
}

void add_elements(BlockView& view, const Snapshot& snapshot, std::uint64_t group, std::uint64_t index) {
  const ScaleSet& scales = *snapshot.scales;
  const Quantizer& quantizer = *snapshot.quantizer;
  const GroupScale& scale = scales.groups[group];
  const auto add = [&](std::uint64_t at) {
    const QuantizedValue value = quantize_value(quantizer, scale, snapshot.tensor().value(at), at);
    const std::int32_t q = quantizer.integer ? code_integer(quantizer.format, value.code)
                                             : static_cast<std::int32_t>(value.code);
    const double level = quantizer.integer ? q - scale.zero_point : decode(quantizer.format, value.code);
    if (at == index) view.current = view.elements.size();
    view.elements.push_back({at, value.code, q, level, value.dequantized, 0});
  };
  for_each_segment(scales.layout, group, [&](const GroupSegment& segment) {
    for (std::uint64_t i = 0; i < segment.count; ++i) add(segment.begin + i * segment.stride);
  });
}

// "E2M1(q)" where the format has a short name.
std::string level_of(const NumberFormat& format) {
  if (format.family == Family::Table) return "level(q)";
  std::string name = format_name(format);
  const auto plain = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
  if (name.size() > 8 || !std::all_of(name.begin(), name.end(), plain)) return "value(q)";
  for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name + "(q)";
}

std::string formula_of(const Quantizer& quantizer, bool tensor_scale, std::int32_t zero) {
  const std::string scale = tensor_scale ? "x^ = t s " : "x^ = s ";
  if (!quantizer.integer) return scale + level_of(quantizer.format);
  if (quantizer.format.family == Family::Fixed && quantizer.format.fraction_bits > 0)
    return scale + "q / " + std::to_string(1 << quantizer.format.fraction_bits);
  return scale + (zero != 0 ? "(q - z)" : "q");
}

// One scale group: its scale, its zero point if it has one of its own, its codes.
std::optional<BlockView> group_block(const Snapshot& snapshot, std::uint64_t index) {
  const ScaleSet& scales = *snapshot.scales;
  const Quantizer& quantizer = *snapshot.quantizer;
  const std::uint64_t group = scales.layout.group_of(index);
  if (group_size(scales.layout, group) > kMostBlockValues) return std::nullopt;
  std::optional<Stored> scale = stored_scale_of(snapshot, group);
  if (!scale) return std::nullopt;
  const std::int32_t zero = scales.groups[group].zero_point;
  BlockView view;
  const RecipeRow* recipe = find_recipe(snapshot.spec.recipe);
  view.element = format_name(quantizer.format);
  view.name = recipe ? std::string(recipe->label) : view.element;
  view.block = group;
  view.blocks = scales.layout.count;
  view.code_bits = quantizer.format.bits;
  view.formula = formula_of(quantizer, snapshot.spec.tensor_scale, zero);
  add_elements(view, snapshot, group, index);
  Packer packer(view);
  packer.add(BlockPart::BlockScale, 0, static_cast<std::uint64_t>(scale->stored), scale->bits);
  add_entry(view, BlockPart::BlockScale, "scale", "s", std::move(*scale));
  const bool affine = snapshot.spec.scheme == Scheme::Affine;
  if (affine) packer.add(BlockPart::BlockMinimum, 0, integer_code(quantizer.format, zero), view.code_bits);
  if (affine || zero != 0)
    add_entry(view, BlockPart::BlockMinimum, "zero point", "z",
              {view.element, affine ? view.code_bits : 0, zero, static_cast<double>(zero)});
  if (snapshot.spec.tensor_scale)
    add_entry(view, BlockPart::GroupScale, "tensor scale", "t",
              {"fp32", 0, std::bit_cast<std::uint32_t>(scales.tensor_scale),
               static_cast<double>(scales.tensor_scale)});
  const bool high_first = packs_high_first(quantizer.format);
  for (std::size_t i = 0; i < view.elements.size(); ++i) {
    const Code code = view.elements[i].code;
    if (high_first)
      packer.add_high_first(i, code);
    else
      packer.add(BlockPart::Code, i, code, view.code_bits);
  }
  view.order = code_order(view.bits, view.elements.size(), view.code_bits);
  return view;
}

BlockView ggml_block(const BlockStore& store, std::uint64_t index) {
  const BlockType& type = *store.type;
  const std::uint64_t block = index / type.values;
  BlockView view = view_of_block(type, store.bytes->data() + block * type.bytes, block * type.values);
  view.block = block;
  view.blocks = store.bytes->size() / type.bytes;
  view.current = index % type.values;
  view.from_file = store.from_file;
  return view;
}

}  // namespace

std::optional<BlockView> block_view(const Snapshot& snapshot, std::uint64_t index) {
  if (const BlockStore* store = snapshot.quantizer->blocks.get()) return ggml_block(*store, index);
  const GranularityKind kind = snapshot.spec.granularity.kind;
  if (snapshot.spec.scheme == Scheme::Direct || kind == GranularityKind::Tensor) return std::nullopt;
  return group_block(snapshot, index);
}

}  // namespace bitloupe
