#include "app/cli/quantize_files.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "core/io/atomic_file.h"
#include "core/io/npy_writer.h"
#include "core/quant/materialize.h"
#include "core/quant/packing.h"

namespace bitloupe::cli {

namespace {

std::string_view numpy_name(CodeType type) {
  switch (type.bytes) {
    case 1:
      return type.is_signed ? "|i1" : "|u1";
    case 2:
      return type.is_signed ? "<i2" : "<u2";
    default:
      return type.is_signed ? "<i4" : "<u4";
  }
}

// The scales alone, or an archive with zero points, minima of blocks and the tensor's scale beside them.
Result<std::vector<std::byte>> encode_scales(const ScaleSet& scales, bool two_levels, bool archive) {
  std::vector<float> values, minima;
  std::vector<std::int32_t> zero_points;
  bool has_minima = false;
  for (std::size_t g = 0; g < scales.groups.size(); ++g) {
    values.push_back(stored_scale(scales, g));
    zero_points.push_back(scales.groups[g].zero_point);
    minima.push_back(scales.groups[g].minimum);
    has_minima = has_minima || minima.back() != 0;
  }
  const Shape shape = {scales.groups.size()};
  const NpyArray scale_array = {"<f4", shape, std::as_bytes(std::span(values))};
  if (!archive) return encode_npy(scale_array);
  std::vector<NamedArray> arrays = {{"scale", scale_array},
                                    {"zero_point", {"<i4", shape, std::as_bytes(std::span(zero_points))}}};
  if (has_minima) arrays.push_back({"minimum", {"<f4", shape, std::as_bytes(std::span(minima))}});
  if (two_levels)
    arrays.push_back({"tensor_scale", {"<f4", {}, std::as_bytes(std::span(&scales.tensor_scale, 1))}});
  return encode_npz(arrays);
}

// The values in order, some millions at a time: visit(first, values). Its error, or that of reading them.
template <class Visit>
Status for_each_part(const Tensor& tensor, Visit&& visit) {
  constexpr std::uint64_t kPart = 1 << 22;
  std::vector<float> buffer;
  for (std::uint64_t first = 0; first < tensor.count(); first += kPart) {
    const auto part = tensor.view(first, std::min(kPart, tensor.count() - first), buffer);
    if (const auto failed = tensor.error()) return *failed;
    if (Status done = visit(first, part); !done) return done;
  }
  return Ok{};
}

// The codes of a part side by side; the packer keeps the bits of an unfinished byte.
void pack_part(const Snapshot& snapshot, std::span<const float> part, std::uint64_t first, BitPacker& packer,
               std::vector<std::byte>& bytes) {
  const NumberFormat& format = snapshot.spec.format;
  const CodeType type = code_type(format);
  std::vector<std::byte> codes(part.size() * type.bytes);
  materialize(*snapshot.quantizer, *snapshot.scales, part, codes, {}, {}, first);
  for (std::size_t i = 0; i < part.size(); ++i) {
    std::uint32_t written = 0;
    std::memcpy(&written, codes.data() + i * type.bytes, type.bytes);
    const unsigned unused = 32 - 8 * static_cast<unsigned>(type.bytes);
    packer.add(packed_code(format, static_cast<std::int32_t>(written << unused) >> unused), bytes);
  }
}

Status write_packed(const Snapshot& snapshot, const ByteSink& write) {
  if (snapshot.blocks) return write(*snapshot.blocks->bytes);
  BitPacker packer(snapshot.spec.format.bits, packs_high_first(snapshot.spec.format));
  std::vector<std::byte> bytes;
  const Status done = for_each_part(snapshot.tensor(), [&](std::uint64_t first, std::span<const float> part) {
    bytes.clear();
    pack_part(snapshot, part, first, packer, bytes);
    return write(bytes);
  });
  if (!done) return done;
  bytes.clear();
  packer.finish(bytes);
  return write(bytes);
}

}  // namespace

Status QuantizeFiles::write(const Snapshot& snapshot) const {
  const Tensor& tensor = snapshot.tensor();
  const CodeType type = code_type(snapshot.spec.format);
  const std::string_view code_name = numpy_name(type);
  std::vector<PendingFile> files;
  if (!codes.empty())
    files.push_back({codes, encode_npy_header(code_name, tensor.shape), [&](const ByteSink& write) {
                       std::vector<std::byte> bytes;
                       return for_each_part(tensor, [&](std::uint64_t first, std::span<const float> part) {
                         bytes.resize(part.size() * type.bytes);
                         materialize(*snapshot.quantizer, *snapshot.scales, part, bytes, {}, {}, first);
                         return write(bytes);
                       });
                     }});
  if (!dequantized.empty())
    files.push_back({dequantized, encode_npy_header("<f4", tensor.shape), [&](const ByteSink& write) {
                       std::vector<float> values;
                       return for_each_part(tensor, [&](std::uint64_t first, std::span<const float> part) {
                         values.resize(part.size());
                         materialize(*snapshot.quantizer, *snapshot.scales, part, {}, values, {}, first);
                         return write(std::as_bytes(std::span(values)));
                       });
                     }});
  if (!scales.empty()) {
    auto bytes = encode_scales(*snapshot.scales, snapshot.spec.tensor_scale, scales.ends_with(".npz"));
    if (!bytes) return bytes.error();
    files.push_back({scales, std::move(*bytes)});
  }
  if (!packed.empty())
    files.push_back({packed, {}, [&](const ByteSink& write) { return write_packed(snapshot, write); }});
  return write_files_atomically(files);
}

}  // namespace bitloupe::cli
