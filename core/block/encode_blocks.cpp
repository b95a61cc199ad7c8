#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/block/encode_blocks.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "core/block/encode_blocks-inl.h"

#if HWY_ONCE
#include "core/block/encode_blocks.h"
#include "core/simd.h"

namespace bitloupe {

HWY_EXPORT(q4_0_blocks);
HWY_EXPORT(mxfp4_blocks);
HWY_EXPORT(nvfp4_blocks);

void encode_blocks(const BlockType& type, std::span<const float> values, std::byte* bytes) {
  choose_kernel();
  const std::size_t count = values.size() / type.values;
  if (type.name == "Q4_0") return HWY_DYNAMIC_DISPATCH(q4_0_blocks)(values.data(), count, bytes);
  if (type.name == "MXFP4") return HWY_DYNAMIC_DISPATCH(mxfp4_blocks)(values.data(), count, bytes);
  if (type.name == "NVFP4") return HWY_DYNAMIC_DISPATCH(nvfp4_blocks)(values.data(), count, bytes);
  for (std::size_t i = 0; i < count; ++i)
    type.encode(values.data() + i * type.values, bytes + i * type.bytes);
}

}  // namespace bitloupe
#endif  // HWY_ONCE
