// One anatomy a block type; each stands in the file of that name, below the decoder.
#pragma once

#include "core/block/block_anatomy.h"

namespace bitloupe {

extern const BlockAnatomy kAnatomyQ4_0;
extern const BlockAnatomy kAnatomyQ4_1;
extern const BlockAnatomy kAnatomyQ5_0;
extern const BlockAnatomy kAnatomyQ5_1;
extern const BlockAnatomy kAnatomyQ8_0;
extern const BlockAnatomy kAnatomyQ8_1;
extern const BlockAnatomy kAnatomyQ2_K;
extern const BlockAnatomy kAnatomyQ3_K;
extern const BlockAnatomy kAnatomyQ4_K;
extern const BlockAnatomy kAnatomyQ5_K;
extern const BlockAnatomy kAnatomyQ6_K;
extern const BlockAnatomy kAnatomyQ8_K;
extern const BlockAnatomy kAnatomyIQ4_NL;
extern const BlockAnatomy kAnatomyMXFP4;
extern const BlockAnatomy kAnatomyNVFP4;

}  // namespace bitloupe
