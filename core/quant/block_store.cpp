#include "core/quant/block_store.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/block/block_anatomy.h"
#include "core/block/encode_blocks.h"
#include "core/memory.h"

namespace bitloupe {
namespace {

constexpr std::uint64_t kPart = 1 << 16;  // values a task; whole blocks of every type

Status fits_memory(const Tensor& tensor, const BlockType& type) {
  constexpr std::uint64_t kAlways = 64 << 20;
  const std::uint64_t budget = std::max(resident_budget(), kAlways);
  const std::uint64_t bytes = tensor.count() / type.values * type.bytes + tensor.count();
  if (bytes <= budget) return Ok{};
  return Error{ErrorCode::OutOfMemory, "recipe: the blocks and codes of " + std::to_string(tensor.count()) +
                                           " values need " + std::to_string(bytes) +
                                           " bytes, more than the " + std::to_string(budget) +
                                           " bytes that one tensor may take; raise BITLOUPE_MEMORY"};
}

Result<std::shared_ptr<const std::vector<std::byte>>> encoded(const Tensor& tensor, const BlockType& type,
                                                              const WorkContext& context) {
  auto bytes = std::make_shared<std::vector<std::byte>>(tensor.count() / type.values * type.bytes);
  const bool done = parallel_for(tensor.count(), kPart, context, [&](std::size_t begin, std::size_t end) {
    if (tensor.error()) return;
    std::vector<float> buffer;
    encode_blocks(type, tensor.view(begin, end - begin, buffer),
                  bytes->data() + begin / type.values * type.bytes);
  });
  if (const auto failed = tensor.error()) return *failed;
  if (!done) return cancelled();
  return std::shared_ptr<const std::vector<std::byte>>(std::move(bytes));
}

}  // namespace

Result<std::shared_ptr<const BlockStore>> make_block_store(const Tensor& tensor, const BlockType& type,
                                                           const WorkContext& context) {
  if (Status fits = fits_memory(tensor, type); !fits) return fits.error();
  auto store = std::make_shared<BlockStore>();
  store->type = &type;
  store->levels = block_levels(type);
  store->from_file = tensor.block == &type && tensor.block_bytes != nullptr;
  if (store->from_file) {
    store->bytes = tensor.block_bytes;
  } else {
    auto bytes = encoded(tensor, type, context);
    if (!bytes) return bytes.error();
    store->bytes = std::move(*bytes);
  }
  store->codes.resize(tensor.count());
  WorkContext quiet = context;
  quiet.progress = nullptr;
  const bool done = parallel_for(tensor.count(), kPart, quiet, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; i += type.values)
      block_codes(type, store->bytes->data() + i / type.values * type.bytes, store->codes.data() + i);
  });
  if (!done) return cancelled();
  return std::shared_ptr<const BlockStore>(std::move(store));
}

ScaleSet block_scales(const BlockStore& store, const GroupLayout& layout) {
  const std::size_t in_block = block_group_count(*store.type);
  ScaleSet set;
  set.layout = layout;
  set.groups.reserve(layout.count);
  std::vector<BlockGroup> groups(in_block);
  for (std::size_t at = 0; at < store.bytes->size(); at += store.type->bytes) {
    block_groups(*store.type, store.bytes->data() + at, groups.data());
    for (const BlockGroup& group : groups)
      set.groups.push_back({group.scale, store.type->anatomy->zero, 0, group.minimum});
  }
  set.groups.resize(layout.count);  // a tensor without values has one group all the same
  return set;
}

}  // namespace bitloupe
