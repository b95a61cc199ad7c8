#include "core/quant/materialize.h"

#include <bit>
#include <cstdint>

namespace bitloupe {

namespace {

static_assert(std::endian::native == std::endian::little, "arrays are written as they lie in memory");

constexpr std::size_t kBlock = 1 << 18;                   // values; cuts of a long run are found once a block
constexpr std::size_t kStreamed = std::size_t{16} << 20;  // bytes of results that no cache holds

// Elements begin, begin + 1, ... of the tensor, quantized run by run.
void quantize_block(const VectorRun& quantize, const ScaleSet& scales, std::size_t code_bytes,
                    std::span<const float> values, std::uint64_t begin, const RunOutputs& out) {
  const auto run_of = [&](std::uint64_t group, std::uint64_t first, std::uint64_t length) {
    const std::uint64_t at = first - begin;
    RunOutputs part{{}, {}, out.streams};
    if (!out.codes.empty()) part.codes = out.codes.subspan(at * code_bytes, length * code_bytes);
    if (!out.dequantized.empty()) part.dequantized = out.dequantized.subspan(at, length);
    quantize(scales.groups[group], values.subspan(at, length), first, part);
  };
  for_each_run(scales.layout, begin, begin + values.size(), [&](const GroupRun& run) {
    if (run.step == 0) return run_of(run.group, run.begin, run.length);
    for (std::uint64_t i = 0; i < run.length; ++i) run_of(run.group + i, run.begin + i, 1);
  });
}

}  // namespace

bool materialize(const Quantizer& quantizer, const ScaleSet& scales, std::span<const float> values,
                 std::span<std::byte> codes, std::span<float> dequantized, const WorkContext& context,
                 std::uint64_t first) {
  const VectorRun quantize(quantizer);
  const std::size_t bytes = code_type(quantizer.format).bytes;
  const bool streams = dequantized.size_bytes() >= kStreamed;
  return parallel_for(values.size(), kBlock, context, [&](std::size_t begin, std::size_t end) {
    const std::size_t length = end - begin;
    RunOutputs out{{}, {}, streams};
    if (!codes.empty()) out.codes = codes.subspan(begin * bytes, length * bytes);
    if (!dequantized.empty()) out.dequantized = dequantized.subspan(begin, length);
    quantize_block(quantize, scales, bytes, values.subspan(begin, length), first + begin, out);
  });
}

}  // namespace bitloupe
