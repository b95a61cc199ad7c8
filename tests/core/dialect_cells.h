// The cells of the dialect table, to ask of golden data which of them it decides: a cell is checked if the
// dialect reproduces the data and every other choice for that cell does not.
#pragma once

#include <functional>
#include <string>

#include "core/quant/dialect.h"

namespace bitloupe::test {

// Sets a field of a spec, after the dialect was applied.
using SpecChange = std::function<void(QuantSpec&)>;

// The names, in the order of the table and joined with ", ", of the cells that the dialect sets and the data
// does not decide. `agrees` says whether all data is reproduced by the dialect with this change.
std::string unchecked_cells(const Dialect& dialect, const std::function<bool(const SpecChange&)>& agrees);

// The sentence with which the help of a dialect ends that has such cells; "" for none.
std::string unchecked_sentence(const std::string& cells);

}  // namespace bitloupe::test
