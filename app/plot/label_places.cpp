#include "app/plot/label_places.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

namespace bitloupe {
namespace {

// Prices in gaps. A place is as bad as its way from the dot, or as the points of lines under it.
constexpr float kDoubtful = 4;         // another dot is nearly as near
constexpr float kMisleading = 300;     // it seems to belong to another dot
constexpr float kLeftOut = 1000;       // no label at all
constexpr std::size_t kMostTurns = 4;  // labels that are placed in every order: 24 of them

bool overlap(Rect a, Rect b) {
  return a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom();
}

Rect grown(Rect rect, float by) {
  return {rect.x - by, rect.y - by, rect.width + 2 * by, rect.height + 2 * by};
}

bool inside(Rect place, Rect plot) {
  return place.x >= plot.x && place.y >= plot.y && place.right() <= plot.right() &&
         place.bottom() <= plot.bottom();
}

// Does the segment touch the rectangle?
bool touches(Point from, Point to, Rect rect) {
  float first = 0, last = 1;  // the part of the segment between the edges looked at so far
  const auto cut = [&](float start, float way, float lo, float hi) {
    if (way == 0) {
      if (start < lo || start > hi) last = -1;
      return;
    }
    const float a = (lo - start) / way, b = (hi - start) / way;
    first = std::max(first, std::min(a, b));
    last = std::min(last, std::max(a, b));
  };
  cut(from.x, to.x - from.x, rect.x, rect.right());
  cut(from.y, to.y - from.y, rect.y, rect.bottom());
  return first <= last;
}

struct Place {
  Rect rect;
  float price = 0;  // whatever the other labels do
};

class Places {
 public:
  Places(std::span<const Point> dots, Rect plot, std::span<const Rect> taken, std::span<const Point> line,
         float gap)
      : dots_(dots), plot_(plot), taken_(taken), line_(line.begin(), line.end()), gap_(gap) {
    std::sort(line_.begin(), line_.end(), [](Point a, Point b) { return a.x < b.x; });
  }

  // All places of a dot's label, the best first.
  std::vector<Place> of(std::size_t own, Point size) const {
    constexpr float kAside[] = {-2, 0, 1, 2, 4, 7, 11, 16, 22, 30};  // gaps, on either side
    std::vector<Place> places;
    const Point dot = dots_[own];
    const auto consider = [&](float x, float y) {
      const Rect rect{std::clamp(x, plot_.x, std::max(plot_.right() - size.x, plot_.x)), y, size.x, size.y};
      if (is_free(rect)) places.push_back({rect, price(own, rect)});
    };
    const float step = std::max(size.y / 3, 1.0f), reach = plot_.height + size.y;
    for (float dy = -reach; dy <= reach; dy += step) {
      const float y = dot.y + dy - size.y / 2;
      if (y < plot_.y || y + size.y > plot_.bottom()) continue;
      consider(dot.x - size.x / 2, y);
      for (const float aside : kAside) {
        consider(dot.x + aside * gap_, y);
        consider(dot.x - aside * gap_ - size.x, y);
      }
    }
    std::stable_sort(places.begin(), places.end(),
                     [](const Place& a, const Place& b) { return a.price < b.price; });
    return places;
  }

  // What a label at `rect` costs beside one that is placed; nothing where the two would touch.
  bool apart(Rect rect, Rect other) const {
    return other.width == 0 || !overlap(grown(rect, gap_ / 2), other);
  }
  float crossings(std::size_t own, Rect rect, std::size_t other, Rect label) const {
    if (label.width == 0) return 0;
    return static_cast<float>(touches(leader_start(rect, dots_[own]), dots_[own], label) +
                              touches(leader_start(label, dots_[other]), dots_[other], rect)) *
           kMisleading * gap_;
  }

 private:
  bool is_free(Rect rect) const {
    const Rect around = grown(rect, gap_ / 2);
    return inside(rect, plot_) &&
           std::none_of(taken_.begin(), taken_.end(), [&](Rect other) { return overlap(around, other); }) &&
           std::none_of(dots_.begin(), dots_.end(), [&](Point p) { return around.contains(p); });
  }

  float price(std::size_t own, Rect rect) const {
    const Point dot = dots_[own], from = leader_start(rect, dot);
    const float way = distance(from, dot);
    float sum = way + hidden(rect);
    for (std::size_t i = 0; i < dots_.size(); ++i) {
      const Point other = dots_[i];
      if (distance(dot, other) < gap_) continue;  // one place to the eye
      const float away = distance(leader_start(rect, other), other);
      if (away < way)
        sum += kMisleading * gap_;
      else if (away < way + 2 * gap_)
        sum += kDoubtful * gap_;
      if (touches(from, dot, grown({other.x, other.y, 0, 0}, gap_ * 0.7f))) sum += kMisleading * gap_;
    }
    return sum;
  }

  // Points of lines under the label: all of one is as bad as a way of some forty pixels.
  float hidden(Rect rect) const {
    const Rect around = grown(rect, gap_ / 2);
    const auto first =
        std::lower_bound(line_.begin(), line_.end(), around.x, [](Point p, float x) { return p.x < x; });
    const auto last =
        std::lower_bound(first, line_.end(), around.right(), [](Point p, float x) { return p.x < x; });
    const auto count = std::count_if(first, last, [&](Point p) { return around.contains(p); });
    return count > 0 ? gap_ + gap_ / 5 * static_cast<float>(count) : 0;
  }

  std::span<const Point> dots_;
  Rect plot_;
  std::span<const Rect> taken_;
  std::vector<Point> line_;  // by x
  float gap_;
};

// Each label in its turn where it costs least beside those before it; returns what they cost together.
float place_in_turn(const Places& all, std::span<const std::vector<Place>> places,
                    std::span<const std::size_t> turns, float left_out, std::vector<Rect>& labels) {
  float sum = 0;
  for (const std::size_t own : turns) {
    float least = left_out;
    Rect best;
    for (const Place& place : places[own]) {
      if (place.price >= least) break;
      float price = place.price;
      bool free = true;
      for (std::size_t other = 0; free && other < labels.size(); ++other) {
        free = all.apart(place.rect, labels[other]);
        price += all.crossings(own, place.rect, other, labels[other]);
      }
      if (!free || price >= least) continue;
      least = price;
      best = place.rect;
    }
    labels[own] = best;
    sum += least;
  }
  return sum;
}

}  // namespace

float distance(Point a, Point b) { return std::hypot(a.x - b.x, a.y - b.y); }

Point leader_start(Rect label, Point dot) {
  return {std::clamp(dot.x, label.x, label.right()), std::clamp(dot.y, label.y, label.bottom())};
}

std::vector<Rect> place_labels(std::span<const Point> dots, std::span<const Point> sizes, Rect plot,
                               std::span<const Rect> taken, std::span<const Point> line, float gap) {
  const Places all(dots, plot, taken, line, gap);
  std::vector<std::vector<Place>> places;
  for (std::size_t i = 0; i < dots.size(); ++i) places.push_back(all.of(i, sizes[i]));
  std::vector<std::size_t> turns(dots.size());
  std::iota(turns.begin(), turns.end(), std::size_t{0});
  std::vector<Rect> best(dots.size());
  float least = HUGE_VALF;
  do {
    std::vector<Rect> labels(dots.size());
    const float sum = place_in_turn(all, places, turns, kLeftOut * gap, labels);
    if (sum >= least) continue;
    least = sum;
    best = labels;
  } while (dots.size() <= kMostTurns && std::next_permutation(turns.begin(), turns.end()));
  return best;
}

}  // namespace bitloupe
