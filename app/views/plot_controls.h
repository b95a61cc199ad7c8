// What the views of plots have in common: the subject that a frame gives, the controls of a header, what the
// pointer is on.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "app/figures/subject.h"
#include "app/frame.h"
#include "app/plot/plot_header.h"

namespace bitloupe {

PlotSubject subject_of(Frame& frame);

// Submits the legend's entries (of `series`, in their order) and the word of the scale, which is the switch
// `scale` of the view.
void follow_header(ViewState& view, PlotHeader& header, std::span<const PlotToggle* const> series,
                   const PlotToggle* scale);

// Submits a word that is clicked; `hot` says whether the pointer is on it.
bool word_clicked(std::string_view id, Rect face, std::string_view help, bool& hot);

// The pointer is on this element; a click pins it, or lets go of it.
void hover_element(Frame& frame, std::uint64_t element, bool clicked);

}  // namespace bitloupe
