// Card: a floating sheet in front of the window, which itself never comes to the front. It does not block
// what is behind it: a click beside it is a click there.
#pragma once

#include "app/plot/canvas.h"

namespace bitloupe {

class Card {
 public:
  // `walked`: the arrow keys walk over its controls; else they are the card's own.
  Card(const char* id, Rect rect, bool walked = true);
  ~Card();
  Card(const Card&) = delete;
  Card& operator=(const Card&) = delete;

  bool left() const;  // a click beside it, or Escape
};

// Where a card of this size (logical pixels) goes: centred, near the top, made smaller where the window is.
Rect card_rect(Rect window, float width, float height);

}  // namespace bitloupe
