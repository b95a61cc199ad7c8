// Checks as members of a JSON object: "check", "quant", "name", "minus", "over" and one relation. Included in
// .cpp files only.
#pragma once

#include "app/lessons/check.h"
#include "core/json_fields.h"

namespace bitloupe {

// The members of a check, for the tables of the objects that hold one.
const Fields<Check>& check_fields();

// What is left to say once all members are read: fills in what follows from others. `place` is the object's.
Status complete_check(Check& check, const JsonPlace& place);

}  // namespace bitloupe
