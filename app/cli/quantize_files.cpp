#include "app/cli/quantize_files.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/io/atomic_file.h"
#include "core/io/npy_writer.h"
#include "core/quant/materialize.h"

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

// The scales alone, or an archive with the zero points beside them.
Result<std::vector<std::byte>> encode_scales(const ScaleSet& scales, bool archive) {
  std::vector<float> values;
  std::vector<std::int32_t> zero_points;
  for (const GroupScale& group : scales.groups) {
    values.push_back(group.scale);
    zero_points.push_back(group.zero_point);
  }
  const Shape shape = {scales.groups.size()};
  const NpyArray scale_array = {"<f4", shape, std::as_bytes(std::span(values))};
  if (!archive) return encode_npy(scale_array);
  const NamedArray arrays[] = {{"scale", scale_array},
                               {"zero_point", {"<i4", shape, std::as_bytes(std::span(zero_points))}}};
  return encode_npz(arrays);
}

}  // namespace

Status QuantizeFiles::write(const Snapshot& snapshot) const {
  const Tensor& tensor = snapshot.tensor();
  const CodeType type = code_type(snapshot.spec.format);
  std::vector<std::byte> code_bytes(codes.empty() ? 0 : tensor.count() * type.bytes);
  std::vector<float> values(dequantized.empty() ? 0 : tensor.count());
  materialize(*snapshot.quantizer, *snapshot.scales, tensor.span(), code_bytes, values, {});

  std::vector<PendingFile> files;
  if (!codes.empty()) files.push_back({codes, encode_npy({numpy_name(type), tensor.shape, code_bytes})});
  if (!dequantized.empty())
    files.push_back({dequantized, encode_npy({"<f4", tensor.shape, std::as_bytes(std::span(values))})});
  if (!scales.empty()) {
    auto bytes = encode_scales(*snapshot.scales, scales.ends_with(".npz"));
    if (!bytes) return bytes.error();
    files.push_back({scales, std::move(*bytes)});
  }
  return write_files_atomically(files);
}

}  // namespace bitloupe::cli
