#include "core/io/gguf_names.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace bitloupe;

TEST_CASE("names that llama.cpp gives to the tensors of a checkpoint") {
  const std::vector<std::pair<std::string, std::string>> known = {
      {"model.embed_tokens.weight", "token_embd.weight"},
      {"lm_head.weight", "output.weight"},
      {"model.norm.weight", "output_norm.weight"},
      {"model.layers.31.self_attn.q_proj.bias", "blk.31.attn_q.bias"},
      {"model.layers.0.mlp.down_proj.weight", "blk.0.ffn_down.weight"},
      {"model.layers.7.post_attention_layernorm.weight", "blk.7.ffn_norm.weight"},
      {"tok_embeddings.weight", "token_embd.weight"},
      {"layers.4.attention.wo", "blk.4.attn_output.weight"},
      {"layers.4.feed_forward.w1.weight", "blk.4.ffn_gate.weight"},
      {"layers.4.feed_forward.w2", "blk.4.ffn_down.weight"},
      {"layers.4.feed_forward.w3", "blk.4.ffn_up.weight"},
      {"norm.weight", "output_norm.weight"}};
  for (const auto& [name, gguf] : known) CHECK(gguf_tensor_name(name) == gguf);
  for (const char* unknown :
       {"", ".weight", "layers", "layers.", "layers.4", "layers.4.", "layers.x.attention.wq",
        "layers..attention.wq", "model.layers.4.attention", "conv1.weight"})
    CHECK(gguf_tensor_name(unknown) == "");
}
