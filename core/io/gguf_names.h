// What llama.cpp's converter calls the tensors of a checkpoint, for those of Llama's family in the naming of
// Hugging Face (model.layers.3.mlp.up_proj.weight) or of Meta (layers.3.feed_forward.w3.weight).
#pragma once

#include <string>
#include <string_view>

namespace bitloupe {

// "blk.3.ffn_up.weight"; empty where no rule knows the name.
std::string gguf_tensor_name(std::string_view name);

}  // namespace bitloupe
