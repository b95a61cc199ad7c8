// What a sweep quantizes to: --formats as a list of names, and the spec that each name means under the other
// options. It knows no tensor.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/cli/spec_options.h"
#include "core/quant/quant_spec.h"
#include "core/result.h"

namespace bitloupe::cli {

// Formats of 8 bits and of the widths that weights are stored in, integers beside floats and tables.
inline constexpr std::string_view kDefaultFormats = "int8,int6,int4,int3,int2,e4m3fn,e5m2,e2m3,e2m1,nf4";

struct SweepFormat {
  std::string name;  // as it was given
  QuantSpec spec;    // not validated: what is wrong with it for a tensor is a row of its own
};

// The spec of one value of the key "format" or "recipe"; the other options come on top, as those after it do
// elsewhere. `key` outlives the call. Errors (BadArgument, NotAvailable): what cannot be read.
Result<SweepFormat> sweep_format(std::string_view key, const std::string& value, const SpecOptions& options);

// The names between commas, each a recipe or a format ("format:nf4" where both have the name); the levels of
// "table:-1,0,0.5" stay together. Errors (BadArgument, NotAvailable): a name that is unknown, empty or stands
// twice; an option that cannot be read.
Result<std::vector<SweepFormat>> sweep_formats(std::string_view list, const SpecOptions& options);

}  // namespace bitloupe::cli
