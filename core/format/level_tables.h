// The fixed tables of table formats, in code order, as their tools define them.
#pragma once

#include <span>

namespace bitloupe {

// QLoRA's NormalFloat, as bitsandbytes ships it: quantiles of the normal distribution, block maximum 1.
std::span<const float> nf4_levels();
// bitsandbytes "FP4": 0, 0.0625, 8, 12, 4, 6, 2, 3 over 12, then the same with the sign bit.
std::span<const float> bnb_fp4_levels();
// AbnormalFloat for blocks of 64 (Yoshida 2023, arXiv 2306.06965), in bitsandbytes' order: 1 first.
std::span<const float> af4_levels();
// ggml's IQ4_NL: integers, of which none is 0.
std::span<const float> iq4_nl_levels();

}  // namespace bitloupe
