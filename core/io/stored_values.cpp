#include "core/io/stored_values.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <type_traits>

#include "core/block/block_type.h"
#include "core/format/codec.h"
#include "core/format/number_format.h"
#include "core/half.h"

namespace bitloupe {

namespace {

static_assert(std::endian::native == std::endian::little, "the readers load little-endian words as they are");

std::uint16_t swapped(std::uint16_t bits) { return __builtin_bswap16(bits); }
std::uint32_t swapped(std::uint32_t bits) { return __builtin_bswap32(bits); }
std::uint64_t swapped(std::uint64_t bits) { return __builtin_bswap64(bits); }

// Calls map(bits) for each stored word; loads by memcpy, for a tensor may start at any byte of a file.
template <class Bits, class Map>
void for_each_word(std::span<const std::byte> stored, std::span<float> out, bool swap, Map&& map) {
  auto load = [&](std::size_t i) {
    Bits bits = 0;
    std::memcpy(&bits, stored.data() + i * sizeof(Bits), sizeof(Bits));
    return bits;
  };
  if (swap) {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = map(swapped(load(i)));
  } else {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = map(load(i));
  }
}

// float32 holds an integer exactly when its ones span at most 24 bits: magnitude < last_bit * 2^24.
template <class Integer>
bool fits_float(Integer value) {
  using Unsigned = std::make_unsigned_t<Integer>;
  const Unsigned magnitude = value < 0 ? Unsigned(0) - static_cast<Unsigned>(value) : Unsigned(value);
  const Unsigned last_bit = magnitude & (Unsigned(0) - magnitude);
  return magnitude >> 24 < last_bit || magnitude == 0;
}

template <class Integer>
ReadCounts convert_integers(std::span<const std::byte> stored, std::span<float> out, bool swap) {
  using Bits = std::make_unsigned_t<Integer>;
  ReadCounts counts;
  for_each_word<Bits>(stored, out, swap, [&](Bits bits) {
    const Integer value = std::bit_cast<Integer>(bits);
    if constexpr (sizeof(Integer) > 2) counts.rounded += fits_float(value) ? 0 : 1;
    return static_cast<float>(value);
  });
  return counts;
}

ReadCounts convert_doubles(std::span<const std::byte> stored, std::span<float> out, bool swap) {
  ReadCounts counts;
  for_each_word<std::uint64_t>(stored, out, swap, [&](std::uint64_t bits) {
    const double value = std::bit_cast<double>(bits);
    const float rounded = static_cast<float>(value);  // beyond float32's range: inf, and counted
    counts.rounded += static_cast<double>(rounded) != value && !std::isnan(value) ? 1 : 0;
    return rounded;
  });
  return counts;
}

// The format behind a dtype of at most 8 bits; nothing for integers and for E8M0, which has no sign.
std::optional<NumberFormat> small_float(DType dtype) {
  switch (dtype) {
    case DType::F8_E4M3:
      return float_format(4, 3, Specials::Fn);
    case DType::F8_E5M2:
      return float_format(5, 2, Specials::Ieee);
    case DType::F8_E4M3FNUZ:
      return float_format(4, 3, Specials::Fnuz);
    case DType::F8_E5M2FNUZ:
      return float_format(5, 2, Specials::Fnuz);
    case DType::F6_E2M3:
      return float_format(2, 3, Specials::Finite);
    case DType::F6_E3M2:
      return float_format(3, 2, Specials::Finite);
    case DType::F4:
      return float_format(2, 1, Specials::Finite);
    default:
      return std::nullopt;
  }
}

// OCP MX 1.0, section 5.4.1: 2^(code - 127), 255 is NaN.
float e8m0_value(unsigned code) {
  return code == 255 ? std::numeric_limits<float>::quiet_NaN()
                     : std::ldexp(1.0f, static_cast<int>(code) - 127);
}

}  // namespace

StoredValues::StoredValues(DType dtype, bool big_endian, const BlockType* block)
    : dtype_(dtype), big_endian_(big_endian), block_(block) {
  if (block_ != nullptr) return;
  const int bits = info(dtype).bits;
  if (bits > 8) return;
  const std::optional<NumberFormat> format = small_float(dtype);
  for (unsigned code = 0; code < 1u << bits; ++code) {
    float& value = table_[code];
    if (format) {
      value = static_cast<float>(decode(*format, code));
    } else if (dtype == DType::F8_E8M0) {
      value = e8m0_value(code);
    } else if (dtype == DType::I8) {
      value = static_cast<float>(static_cast<std::int8_t>(code));
    } else {
      value = dtype == DType::Bool ? (code != 0 ? 1.0f : 0.0f) : static_cast<float>(code);
    }
  }
}

std::size_t StoredValues::whole() const {
  if (block_ != nullptr) return block_->values;
  return info(dtype_).bits % 8 == 0 ? 1 : 4;  // four 6-bit values fill three bytes
}

std::size_t StoredValues::convertible(std::size_t values) const {
  if (block_ == nullptr) return values;
  return (values + block_->values - 1) / block_->values * block_->values;
}

std::uint64_t StoredValues::bytes(std::uint64_t values) const {
  if (block_ == nullptr) return stored_bytes(values, info(dtype_).bits);
  return (values / block_->values + (values % block_->values != 0)) * block_->bytes;
}

ReadCounts StoredValues::convert_blocks(std::span<const std::byte> stored, std::span<float> out) const {
  ReadCounts counts;
  const std::byte* block = stored.data();
  for (std::size_t i = 0; i < out.size(); i += block_->values, block += block_->bytes) {
    block_->decode(block, out.data() + i);
    const OddScales odd = odd_scales(*block_, block);
    counts.bad_scales += odd.not_finite;
    counts.subnormal_scales += odd.subnormal;
  }
  return counts;
}

// Values of 4, 6 or 8 bits, low bits first.
ReadCounts StoredValues::convert_small(std::span<const std::byte> stored, std::span<float> out) const {
  const auto bits = static_cast<std::size_t>(info(dtype_).bits);
  auto byte = [&](std::size_t i) { return std::to_integer<unsigned>(stored[i]); };
  ReadCounts counts;
  if (bits == 8) {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = table_[byte(i)];
    if (dtype_ == DType::Bool) {
      for (std::size_t i = 0; i < out.size(); ++i) counts.odd_bools += byte(i) > 1 ? 1 : 0;
    }
    return counts;
  }
  const unsigned mask = (1u << bits) - 1;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::size_t first = i * bits / 8, shift = i * bits % 8;
    unsigned word = byte(first);
    if (shift + bits > 8) word |= byte(first + 1) << 8;
    out[i] = table_[word >> shift & mask];
  }
  return counts;
}

ReadCounts StoredValues::convert(std::span<const std::byte> stored, std::span<float> out) const {
  if (block_ != nullptr) return convert_blocks(stored, out);
  switch (dtype_) {
    case DType::F64:
      return convert_doubles(stored, out, big_endian_);
    case DType::U64:
      return convert_integers<std::uint64_t>(stored, out, big_endian_);
    case DType::I64:
      return convert_integers<std::int64_t>(stored, out, big_endian_);
    case DType::U32:
      return convert_integers<std::uint32_t>(stored, out, big_endian_);
    case DType::I32:
      return convert_integers<std::int32_t>(stored, out, big_endian_);
    case DType::U16:
      return convert_integers<std::uint16_t>(stored, out, big_endian_);
    case DType::I16:
      return convert_integers<std::int16_t>(stored, out, big_endian_);
    case DType::F32:
      for_each_word<std::uint32_t>(stored, out, big_endian_,
                                   [](std::uint32_t bits) { return std::bit_cast<float>(bits); });
      return {};
    case DType::F16:
      for_each_word<std::uint16_t>(stored, out, big_endian_, half_value);
      return {};
    case DType::BF16:
      for_each_word<std::uint16_t>(stored, out, big_endian_, [](std::uint16_t bits) {
        return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
      });
      return {};
    default:
      return convert_small(stored, out);
  }
}

}  // namespace bitloupe
