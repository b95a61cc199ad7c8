// The FORMAT rows of the quantizer panel: family, bits, encoding; presets and the facts of a float; Qm.n.
#pragma once

#include "core/format/number_format.h"

namespace bitloupe {

// True when the format was changed; it is always left valid.
bool draw_format_rows(NumberFormat& format);

// The format of another family that is nearest in width: what choosing that family starts with.
NumberFormat integer_like(const NumberFormat& format);
NumberFormat float_like(const NumberFormat& format);
NumberFormat fixed_like(const NumberFormat& format);

// One bit wider or narrower by `bits`: integers, mantissas, fractions; `format` itself where that is no
// format.
NumberFormat with_more_bits(const NumberFormat& format, int bits);

// A float with other exponent and mantissa bits; a bias that was the usual one stays the usual one. Specials
// that need more bits than there are fall back to none.
NumberFormat resized_float(const NumberFormat& format, int exponent_bits, int mantissa_bits,
                           Specials specials);

}  // namespace bitloupe
