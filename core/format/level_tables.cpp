#include "core/format/level_tables.h"

namespace bitloupe {
namespace {

constexpr float kNf4[] = {-1.0f,
                          -0.6961928009986877f,
                          -0.5250730514526367f,
                          -0.39491748809814453f,
                          -0.28444138169288635f,
                          -0.18477343022823334f,
                          -0.09105003625154495f,
                          0.0f,
                          0.07958029955625534f,
                          0.16093020141124725f,
                          0.24611230194568634f,
                          0.33791524171829224f,
                          0.44070982933044434f,
                          0.5626170039176941f,
                          0.7229568362236023f,
                          1.0f};

constexpr float kBnbFp4[] = {0.0f,  0.0625f / 12,  8.0f / 12,  1.0f,  4.0f / 12,  0.5f,  2.0f / 12,  0.25f,
                             -0.0f, -0.0625f / 12, -8.0f / 12, -1.0f, -4.0f / 12, -0.5f, -2.0f / 12, -0.25f};

constexpr float kAf4[] = {1.0f,        0.72424863f,  0.55496234f,  0.42563882f,  0.31675666f,  0.21961274f,
                          0.12934483f, 0.04273164f,  0.0f,         -0.04934812f, -0.14982478f, -0.25607552f,
                          -0.3736951f, -0.51243739f, -0.69441008f, -1.0f};

constexpr float kIq4Nl[] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

}  // namespace

std::span<const float> nf4_levels() { return kNf4; }
std::span<const float> bnb_fp4_levels() { return kBnbFp4; }
std::span<const float> af4_levels() { return kAf4; }
std::span<const float> iq4_nl_levels() { return kIq4Nl; }

}  // namespace bitloupe
