#include "core/quant/materialize.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace bitloupe {

namespace {

static_assert(std::endian::native == std::endian::little, "arrays are written as they lie in memory");

constexpr std::size_t kBlock = 1 << 14;

// The low `type.bytes` bytes of what is stored for each code; two's complement makes them right for both
// signs.
void store(const NumberFormat& format, CodeType type, std::span<const Code> codes,
           std::span<std::byte> into) {
  const bool integer = is_integer_family(format);
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const Code stored = integer ? static_cast<Code>(code_integer(format, codes[i])) : codes[i];
    std::memcpy(into.data() + i * type.bytes, &stored, type.bytes);
  }
}

// Elements begin, begin + 1, ... of the tensor, quantized run by run.
void quantize_block(const Quantizer& quantizer, const ScaleSet& scales, std::span<const float> values,
                    std::uint64_t begin, std::span<Code> codes, std::span<float> dequantized) {
  const auto part = [&](auto span, std::uint64_t first, std::uint64_t length) {
    return span.empty() ? span : span.subspan(first - begin, length);
  };
  const auto quantize = [&](std::uint64_t group, std::uint64_t first, std::uint64_t length) {
    quantize_run(quantizer, scales.groups[group], values.subspan(first - begin, length), first,
                 part(codes, first, length), part(dequantized, first, length), {});
  };
  for_each_run(scales.layout, begin, begin + values.size(), [&](const GroupRun& run) {
    if (run.step == 0) return quantize(run.group, run.begin, run.length);
    for (std::uint64_t i = 0; i < run.length; ++i) quantize(run.group + i, run.begin + i, 1);
  });
}

}  // namespace

CodeType code_type(const NumberFormat& format) {
  const std::size_t bytes = format.bits <= 8 ? 1 : format.bits <= 16 ? 2 : 4;
  return {is_integer_family(format) && format.is_signed, bytes};
}

bool materialize(const Quantizer& quantizer, const ScaleSet& scales, std::span<const float> values,
                 std::span<std::byte> codes, std::span<float> dequantized, const WorkContext& context,
                 std::uint64_t first) {
  const CodeType type = code_type(quantizer.format);
  return parallel_for(values.size(), kBlock, context, [&](std::size_t begin, std::size_t end) {
    const std::size_t length = end - begin;
    std::array<Code, kBlock> block;
    const std::span<Code> block_codes = codes.empty() ? std::span<Code>() : std::span(block).first(length);
    const std::span<float> block_values =
        dequantized.empty() ? dequantized : dequantized.subspan(begin, length);
    quantize_block(quantizer, scales, values.subspan(begin, length), first + begin, block_codes,
                   block_values);
    if (!codes.empty())
      store(quantizer.format, type, block_codes, codes.subspan(begin * type.bytes, length * type.bytes));
  });
}

}  // namespace bitloupe
