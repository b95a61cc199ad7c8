#version 330 core
// A value grid: which cells lie under this pixel, the extreme that stands out most, its colour, its marks.

uniform sampler2D extremes;   // smallest and largest value of each block of cells
uniform usampler2D marks;     // CellMark bits of core/probe.h
uniform sampler2D colors;     // 256 colours

uniform ivec2 tile_origin;    // of this texture in the whole picture, in texels
uniform vec2 first_texel;     // at the pane's top left corner, in texels of the whole picture
uniform vec2 texels_per_pixel;
uniform vec2 cells_end;       // of the slice, in texels of the whole picture
uniform bool single_cells;    // a texel is one cell
uniform float low, high;      // at the ends of the colours
uniform bool diverging;
uniform bool has_marks;       // any at all
uniform bool tint_clipped;    // where a cell is too small for the triangle
uniform float scale;          // of the window
uniform vec4 gap_color, clip_color;

out vec4 color;

const uint kNan = 1u, kInf = 2u, kClipped = 4u, kOverflowed = 8u;

// gl_FragCoord.y grows downwards here: the picture's first row is the texture's first.
vec2 texel_at(vec2 pixel) { return first_texel + pixel * texels_per_pixel; }

float distance_from_middle(float value) {
  return diverging ? abs(value) : abs(value - 0.5 * (low + high));
}

float more_extreme(float a, float b) {
  return distance_from_middle(b) > distance_from_middle(a) ? b : a;
}

vec4 color_of(float value) {
  float position;
  if (diverging) {
    float end = value < 0.0 ? -low : high;
    position = 0.5 + 0.5 * (end > 0.0 ? clamp(value / end, -1.0, 1.0) : 0.0);
  } else {
    position = high > low ? clamp((value - low) / (high - low), 0.0, 1.0) : 0.0;
  }
  return texelFetch(colors, ivec2(int(position * 255.0 + 0.5), 0), 0);
}

// Diagonal stripes and a checkerboard: shapes that no colour map has.
vec4 nan_pattern() {
  float stripe = mod(gl_FragCoord.x + gl_FragCoord.y, 6.0 * scale);
  return stripe < 2.0 * scale ? vec4(0.78, 0.36, 0.75, 1.0) : vec4(0.30, 0.27, 0.31, 1.0);
}
vec4 inf_pattern() {
  vec2 square = floor(gl_FragCoord.xy / (3.0 * scale));
  return mod(square.x + square.y, 2.0) < 1.0 ? vec4(0.95, 0.93, 0.98, 1.0) : vec4(0.48, 0.24, 0.72, 1.0);
}

void main() {
  vec2 pixel = gl_FragCoord.xy;
  vec2 middle = texel_at(pixel);
  ivec2 tile_end = tile_origin + textureSize(extremes, 0);
  if (any(lessThan(middle, vec2(tile_origin))) || any(greaterThanEqual(middle, vec2(tile_end))) ||
      any(greaterThanEqual(middle, cells_end)))
    discard;

  // Where texels are smaller than pixels, all that a pixel covers count; otherwise every texel has the middle of a
  // pixel of its own.
  bool small = any(greaterThan(texels_per_pixel, vec2(1.0)));
  vec2 reach = small ? min(texels_per_pixel, vec2(4.0)) * 0.5 : vec2(0.0);
  ivec2 from = max(ivec2(floor(middle - reach)), tile_origin);
  ivec2 to = min(ivec2(ceil(middle + reach)), tile_end) - 1;
  to = max(to, from);
  ivec2 at = (small ? from : ivec2(floor(middle))) - tile_origin;
  vec2 pair = texelFetch(extremes, at, 0).rg;
  float value = more_extreme(pair.x, pair.y);
  uint mark = has_marks ? texelFetch(marks, at, 0).r : 0u;
  if (small) {
    for (int y = from.y; y <= to.y; ++y)
      for (int x = from.x; x <= to.x; ++x) {
        pair = texelFetch(extremes, ivec2(x, y) - tile_origin, 0).rg;
        value = more_extreme(value, more_extreme(pair.x, pair.y));
        if (has_marks) mark |= texelFetch(marks, ivec2(x, y) - tile_origin, 0).r;
      }
  }

  vec2 cell = 1.0 / texels_per_pixel;  // in pixels
  vec2 inside = fract(middle) * cell;  // from the cell's top left corner
  color = color_of(value);
  if ((mark & kNan) != 0u) color = nan_pattern();
  else if ((mark & kInf) != 0u) color = inf_pattern();

  float shorter = min(cell.x, cell.y);
  if (single_cells && shorter >= 8.0 * scale) {
    float corner = min(shorter * 0.4, 7.0 * scale);
    if ((mark & kClipped) != 0u && cell.x - inside.x + inside.y < corner) color = clip_color;
    if ((mark & kOverflowed) != 0u && inside.x + inside.y < corner) color = clip_color;
  } else if (tint_clipped && (mark & (kClipped | kOverflowed)) != 0u) {
    color = mix(color, clip_color, 0.35);
  }

  // A gap of whole pixels: this pixel's cell is not the one that a gap's width further holds.
  if (single_cells && shorter >= 6.0 * scale) {
    vec2 next = texel_at(pixel + max(1.0, floor(scale + 0.25)));
    if (any(notEqual(floor(next), floor(middle)))) color = gap_color;
  }
  color.a = 1.0;
}
