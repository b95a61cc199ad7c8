#include "app/views/views.h"

#include "app/views/explore.h"

namespace bitloupe {
namespace {

constexpr View kViews[] = {
    {"explore", "Explore", "Value grids, histogram and clip range of one tensor under one spec.",
     draw_explore},
};

}  // namespace

std::span<const View> views() { return kViews; }

}  // namespace bitloupe
