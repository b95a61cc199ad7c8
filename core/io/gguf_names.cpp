#include "core/io/gguf_names.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace bitloupe {

namespace {

struct Rule {
  std::string_view name, gguf;
};

// Of the whole model.
constexpr Rule kModel[] = {
    {"model.embed_tokens", "token_embd"},
    {"tok_embeddings", "token_embd"},
    {"model.norm", "output_norm"},
    {"norm", "output_norm"},
    {"lm_head", "output"},
    {"output", "output"},
};

// Of one layer, behind its number.
constexpr std::string_view kLayers[] = {"model.layers.", "layers."};
constexpr Rule kLayer[] = {
    {"self_attn.q_proj", "attn_q"},
    {"self_attn.k_proj", "attn_k"},
    {"self_attn.v_proj", "attn_v"},
    {"self_attn.o_proj", "attn_output"},
    {"self_attn.q_norm", "attn_q_norm"},
    {"self_attn.k_norm", "attn_k_norm"},
    {"input_layernorm", "attn_norm"},
    {"post_attention_layernorm", "ffn_norm"},
    {"mlp.gate_proj", "ffn_gate"},
    {"mlp.down_proj", "ffn_down"},
    {"mlp.up_proj", "ffn_up"},
    {"attention.wq", "attn_q"},
    {"attention.wk", "attn_k"},
    {"attention.wv", "attn_v"},
    {"attention.wo", "attn_output"},
    {"attention_norm", "attn_norm"},
    {"ffn_norm", "ffn_norm"},
    {"feed_forward.w1", "ffn_gate"},
    {"feed_forward.w2", "ffn_down"},
    {"feed_forward.w3", "ffn_up"},
};

// The rule's name for one of these; empty where there is none.
template <std::size_t size>
std::string_view find(const Rule (&rules)[size], std::string_view name) {
  const auto rule =
      std::find_if(std::begin(rules), std::end(rules), [&](const Rule& r) { return r.name == name; });
  return rule == std::end(rules) ? std::string_view() : rule->gguf;
}

}  // namespace

std::string gguf_tensor_name(std::string_view name) {
  std::string_view kind = ".weight";  // which some writers leave out
  for (const std::string_view ending : {".weight", ".bias"}) {
    if (!name.ends_with(ending)) continue;
    kind = ending;
    name.remove_suffix(ending.size());
    break;
  }
  if (const std::string_view whole = find(kModel, name); !whole.empty())
    return std::string(whole) + std::string(kind);
  for (const std::string_view layers : kLayers) {
    if (!name.starts_with(layers)) continue;
    const std::string_view rest = name.substr(layers.size());
    const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
    if (digits == 0 || digits == rest.size() || rest[digits] != '.') return {};
    const std::string_view part = find(kLayer, rest.substr(digits + 1));
    if (part.empty()) return {};
    return "blk." + std::string(rest.substr(0, digits)) + "." + std::string(part) + std::string(kind);
  }
  return {};
}

}  // namespace bitloupe
