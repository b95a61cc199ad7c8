// The searches by which ggml's K-quants choose the scale of a group of 16 or 32 values: each tries several
// scales, rounds the values with each, and solves for the scale (and minimum) that fit these codes best. They
// do not know how codes and scales are stored. Source: make_qkx2_quants, make_qx_quants and make_q3_quants of
// ggml-quants.c; the order of every float32 operation is theirs.
#pragma once

#include <cstdint>
#include <span>

namespace bitloupe {

// value ~ scale * code - minimum; the minimum is not negative.
struct AffineFit {
  float scale, minimum;
};

// Which scales are tried: the group's range over largest_code + first, ... + first + step, `steps` times
// more.
struct AffineSearch {
  int largest_code;
  float first, step;
  int steps;
  bool absolute;  // error: weighted sum of magnitudes, not of squares
};

// Codes 0 to largest_code, written to `codes`, and what they are to be read with: the least weighted error of
// all tries. `values`, `weights` and `codes` are of one length.
AffineFit fit_affine(const AffineSearch& search, std::span<const float> values,
                     std::span<const float> weights, std::uint8_t* codes);

// value ~ scale * (code - limit), codes 0 to 2 * limit - 1. Weights are the values' squares.
// Tries 19 scales around the one that takes the furthest value to code 0.
float fit_symmetric(int limit, std::span<const float> values, std::uint8_t* codes);
// Starts with that scale, then moves single codes for as long as that improves the fit, five rounds at most.
// At most 32 values.
float fit_code_by_code(int limit, std::span<const float> values, std::uint8_t* codes);

}  // namespace bitloupe
