// The kernels of encode_blocks, compiled once for every instruction set. A block of which vectors could not
// give the specification's bytes is handed to that: numbers that are not finite, ties for the furthest value,
// scales at the ends of their range.

// Per-target include guard, as Highway's foreach_target.h wants it.
#if defined(BITLOUPE_ENCODE_BLOCKS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef BITLOUPE_ENCODE_BLOCKS_INL_H_
#undef BITLOUPE_ENCODE_BLOCKS_INL_H_
#else
#define BITLOUPE_ENCODE_BLOCKS_INL_H_
#endif

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <algorithm>
#include <limits>

#include "core/block/block_bytes.h"
#include "core/block/block_encoders.h"
#include "core/block/encode_numbers.h"
#include "core/block/fp4_codes.h"

HWY_BEFORE_NAMESPACE();
namespace bitloupe {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr std::size_t kAheadOfBlock = 1024;  // values: 4 KiB

// 2 * kHalf values as vectors, none of which lies in both halves.
template <std::size_t kHalf>
struct Halves {
  using D = hn::CappedTag<float, kHalf>;
  using Di = hn::RebindToSigned<D>;
  using Floats = hn::Vec<D>;
  using Ints = hn::Vec<Di>;
  static constexpr std::size_t kLanes = hn::MaxLanes(D()), kVectors = 2 * kHalf / kLanes;

  Floats v[kVectors];

  HWY_INLINE explicit Halves(const float* x) {
    for (std::size_t i = 0; i < kVectors; ++i) v[i] = hn::LoadU(D(), x + i * kLanes);
  }

  HWY_INLINE bool finite() const {
    Floats zero = hn::Sub(v[0], v[0]);
    for (std::size_t i = 1; i < kVectors; ++i) zero = hn::Add(zero, hn::Sub(v[i], v[i]));
    return hn::AllTrue(D(), hn::Eq(zero, zero));
  }

  // Of finite values.
  HWY_INLINE float highest() const {
    Floats most = v[0];
    for (std::size_t i = 1; i < kVectors; ++i) most = hn::Max(most, v[i]);
    return hn::GetLane(hn::MaxOfLanes(D(), most));
  }
  HWY_INLINE float lowest() const {
    Floats least = v[0];
    for (std::size_t i = 1; i < kVectors; ++i) least = hn::Min(least, v[i]);
    return hn::GetLane(hn::MinOfLanes(D(), least));
  }
  HWY_INLINE float largest() const {
    Floats most = hn::Abs(v[0]);
    for (std::size_t i = 1; i < kVectors; ++i) most = hn::Max(most, hn::Abs(v[i]));
    return hn::GetLane(hn::MaxOfLanes(D(), most));
  }

  // Four bits a value, those of the first half of the values in the low half of each byte.
  template <class CodesOf>
  HWY_INLINE void put_codes(std::byte* bytes, const CodesOf& codes_of) const {
    const hn::Rebind<std::uint8_t, D> narrow;
    const hn::RebindToUnsigned<D> words;
    for (std::size_t i = 0; i < kVectors / 2; ++i) {
      const Ints pair = hn::Or(codes_of(v[i]), hn::ShiftLeft<4>(codes_of(v[i + kVectors / 2])));
      hn::StoreU(hn::TruncateTo(narrow, hn::BitCast(words, pair)), narrow,
                 reinterpret_cast<std::uint8_t*>(bytes) + i * kLanes);
    }
  }
};

inline void q4_0_blocks(const float* HWY_RESTRICT x, std::size_t count, std::byte* HWY_RESTRICT block) {
  using H = Halves<16>;
  const typename H::D d;
  const typename H::Di di;
  const auto offset = hn::Set(d, 8.5f);
  const auto most = hn::Set(di, 15);
  for (std::size_t i = 0; i < count; ++i, x += 32, block += 18) {
    hwy::Prefetch(x + kAheadOfBlock);
    hwy::Prefetch(x + kAheadOfBlock + 16);
    const H values(x);
    const float highest = values.highest(), lowest = values.lowest();
    const float scale = (highest > -lowest ? highest : lowest) / -8;
    const float inverse = reciprocal(scale);
    const bool tie = highest == -lowest && highest != 0;  // the sign of the first decides
    if (HWY_UNLIKELY(tie || !(std::fabs(inverse) <= std::numeric_limits<float>::max()) || !values.finite())) {
      encode_any<32, encode_q4_0>(x, block);
      continue;
    }
    put_half(block, 0, scale);
    const auto factor = hn::Set(d, inverse);
    values.put_codes(block + 2, [&](typename H::Floats v) HWY_ATTR {
      return hn::Min(hn::ConvertTo(di, hn::Add(hn::Mul(v, factor), offset)), most);
    });
  }
}

// Codes of E2M1 by the seven middles between levels, in ascending order.
template <class H>
struct FourBits {
  typename H::Floats above[7];

  HWY_INLINE typename H::Ints operator()(typename H::Floats value, typename H::Floats magnitude) const {
    const typename H::D d;
    const typename H::Di di;
    auto code = hn::Zero(di);
    for (const auto& middle : above)  // a mask is -1
      code = hn::Sub(code, hn::VecFromMask(di, hn::RebindMask(di, hn::Gt(magnitude, middle))));
    const auto sign = hn::And(hn::ShiftRight<28>(hn::BitCast(di, value)), hn::Set(di, 8));
    return hn::Or(code, hn::IfThenZeroElse(hn::Eq(code, hn::Zero(di)), sign));
  }
};

inline constexpr float kMiddles[7] = {0.5f, 1.5f, 2.5f, 3.5f, 5, 7, 10};  // of kTwiceE2M1

inline void mxfp4_blocks(const float* HWY_RESTRICT x, std::size_t count, std::byte* HWY_RESTRICT block) {
  using H = Halves<16>;
  FourBits<H> four_bits;
  for (std::size_t i = 0; i < 7; ++i) four_bits.above[i] = hn::Set(typename H::D(), kMiddles[i]);
  for (std::size_t i = 0; i < count; ++i, x += 32, block += 17) {
    hwy::Prefetch(x + kAheadOfBlock);
    hwy::Prefetch(x + kAheadOfBlock + 16);
    const H values(x);
    const float largest = values.largest();
    // Of these neither the scale nor its reciprocal leaves the normal numbers.
    const bool usual = largest >= 0x1p-120f && largest <= 0x1p120f;
    if (HWY_UNLIKELY(!usual || !values.finite())) {
      encode_any<32, encode_mxfp4>(x, block);
      continue;
    }
    const auto exponent = static_cast<unsigned>(floor_of_log2(largest) + 125);
    put_byte(block, 0, exponent);
    // 1 / half_of_e8m0(exponent), so that the middles are the same for all blocks; the products are exact.
    const auto factor = hn::Set(typename H::D(), std::bit_cast<float>((255 - exponent) << 23));
    values.put_codes(
        block + 1, [&](typename H::Floats v) HWY_ATTR { return four_bits(v, hn::Mul(hn::Abs(v), factor)); });
  }
}

inline void nvfp4_blocks(const float* HWY_RESTRICT x, std::size_t count, std::byte* HWY_RESTRICT block) {
  using H = Halves<8>;
  const typename H::D d;
  for (std::size_t i = 0; i < count; ++i, x += 64, block += 36) {
    for (std::size_t group = 0; group < 4; ++group) {
      const float* of_group = x + 16 * group;
      hwy::Prefetch(of_group + kAheadOfBlock);
      const H values(of_group);
      const float largest = values.largest();
      if (HWY_UNLIKELY(!(largest < 0x1p28f) || !values.finite())) {  // nvfp4.cpp
        encode_any<64, encode_nvfp4>(x, block);
        break;
      }
      const unsigned stored = ue4m3_of(largest / 6.0f);
      put_byte(block, group, stored);
      // Where the scale is 0 so are all codes.
      const float half_scale = stored > 0 ? half_of_ue4m3(stored) : std::numeric_limits<float>::infinity();
      const auto unit = hn::Set(d, half_scale);
      FourBits<H> four_bits;
      for (std::size_t k = 0; k < 7; ++k) four_bits.above[k] = hn::Mul(unit, hn::Set(d, kMiddles[k]));
      values.put_codes(block + 4 + 8 * group,
                       [&](typename H::Floats v) HWY_ATTR { return four_bits(v, hn::Abs(v)); });
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace bitloupe
HWY_AFTER_NAMESPACE();

#endif  // per-target guard
