// The FORMAT rows of the quantizer panel: family, bits, encoding; presets and the facts of a float; Qm.n; the
// levels of a table.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/format/number_format.h"

namespace bitloupe {

// Formats that were saved: the name to the text form. Forms that cannot be read stay, and are not offered.
using SavedFormats = std::map<std::string, std::string>;

// True when the format was changed; it is always left valid.
bool draw_format_rows(NumberFormat& format, SavedFormats& saved);

// The name that a format was saved under; empty where it was not.
std::string saved_name(const SavedFormats& saved, const NumberFormat& format);
// Saves a format under a name, or under another one than before; an empty name takes it out. False, and
// nothing is done, where the name is taken by another format or no name: blank, or longer than 40 bytes.
bool save_format(SavedFormats& saved, const NumberFormat& format, std::string_view name);

// The format of another family that is nearest in width: what choosing that family starts with.
NumberFormat integer_like(const NumberFormat& format);
NumberFormat float_like(const NumberFormat& format);
NumberFormat fixed_like(const NumberFormat& format);
NumberFormat table_like(const NumberFormat& format);

// A float with other specials; its sign and zero change where these need it. `format` itself where nothing
// helps.
NumberFormat with_specials(const NumberFormat& format, Specials specials);

// One bit wider or narrower by `bits`: integers, mantissas, fractions; `format` itself where that is no
// format.
NumberFormat with_more_bits(const NumberFormat& format, int bits);

// A float with other exponent and mantissa bits; a bias that was the usual one stays the usual one. Specials
// that need more bits than there are fall back to none.
NumberFormat resized_float(const NumberFormat& format, int exponent_bits, int mantissa_bits,
                           Specials specials);

}  // namespace bitloupe
