// The report of one quantization: the JSON object of the contract, and a table for people.
#pragma once

#include <string>

#include "core/experiment.h"

namespace bitloupe::cli {

// `source` as it was given; `snapshot` is complete and without error.
std::string report_json(const std::string& source, const Snapshot& snapshot);
std::string report_text(const std::string& source, const Snapshot& snapshot);

}  // namespace bitloupe::cli
