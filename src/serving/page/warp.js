// A plate cut out of the picture by its four corners and straightened.

const HEIGHT = 128, TWO_LINES = 1.9;
// Plates less wide than this many times their height have two lines.
const NARROW = 2.6;

export function isTwoLines(quad, characters) {
  // Seen from the side a long plate looks narrow: many characters in so little width stand in two lines, few may not.
  const shape = aspect(quad);
  return shape < NARROW && !(characters > 5 && shape > 2.3);
}

export function aspect(quad) {
  const [a, b, c, d] = quad;
  const across = Math.max(distance(a, b), distance(d, c)), up = (distance(a, d) + distance(b, c)) / 2;
  return across / Math.max(up, 1e-6);
}

// Draws the plate of `quad` (picture pixels, clockwise from its top left) of `image` into `canvas`.
// `scale`: pixels of the image as the browser has it per pixel of the picture as the server saw it.
export function straighten(canvas, image, quad, scale, twoLines) {
  const ratio = twoLines ? TWO_LINES : Math.min(Math.max(aspect(quad), 3.4), 4.8);
  const height = twoLines ? 2 * HEIGHT : HEIGHT, width = Math.round(height * ratio);
  // Corners are centres of pixels.
  const corners = quad.map(([x, y]) => [(x + 0.5) * scale, (y + 0.5) * scale]);
  const patch = cut(image, corners, width);
  const from = homography(width, height, corners.map(([x, y]) => [(x - patch.left) * patch.shrink, (y - patch.top) * patch.shrink]));
  const context = canvas.getContext("2d");
  canvas.width = width;
  canvas.height = height;
  const target = context.createImageData(width, height);
  sample(patch.pixels, target, from);
  context.putImageData(target, 0, 0);
}

// The upright part of the image around the corners, shrunk first where it is much larger than what is made of it.
function cut(image, corners, width) {
  const xs = corners.map(([x]) => x), ys = corners.map(([, y]) => y);
  const left = Math.max(Math.floor(Math.min(...xs)) - 2, 0), top = Math.max(Math.floor(Math.min(...ys)) - 2, 0);
  const right = Math.min(Math.ceil(Math.max(...xs)) + 2, image.naturalWidth);
  const bottom = Math.min(Math.ceil(Math.max(...ys)) + 2, image.naturalHeight);
  const across = Math.max(right - left, 1), down = Math.max(bottom - top, 1);
  const shrink = Math.min(1, (1.5 * width) / Math.max(distance(corners[0], corners[1]), distance(corners[3], corners[2]), 1));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(Math.round(across * shrink), 1);
  canvas.height = Math.max(Math.round(down * shrink), 1);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  context.drawImage(image, left, top, across, down, 0, 0, canvas.width, canvas.height);
  return { pixels: context.getImageData(0, 0, canvas.width, canvas.height), left, top, shrink };
}

// Coefficients of the projective map of a (width, height) rectangle onto four corners: Heckbert, "Fundamentals of
// Texture Mapping and Image Warping" (1989), section 2.2.3.
function homography(width, height, [[x0, y0], [x1, y1], [x2, y2], [x3, y3]]) {
  const dx1 = x1 - x2, dx2 = x3 - x2, sx = x0 - x1 + x2 - x3;
  const dy1 = y1 - y2, dy2 = y3 - y2, sy = y0 - y1 + y2 - y3;
  const whole = dx1 * dy2 - dx2 * dy1 || 1e-9;
  const g = (sx * dy2 - dx2 * sy) / whole, h = (dx1 * sy - sx * dy1) / whole;
  return [
    (x1 - x0 + g * x1) / width, (x3 - x0 + h * x3) / height, x0,
    (y1 - y0 + g * y1) / width, (y3 - y0 + h * y3) / height, y0,
    g / width, h / height,
  ];
}

// Bilinear; what lies outside the picture takes the colour of its edge.
function sample(source, target, [a, b, c, d, e, f, g, h]) {
  const { data: from, width, height } = source, { data: to } = target;
  for (let row = 0, out = 0; row < target.height; row++) {
    for (let column = 0; column < target.width; column++, out += 4) {
      const u = column + 0.5, v = row + 0.5, w = g * u + h * v + 1;
      const x = clamp((a * u + b * v + c) / w - 0.5, width - 1), y = clamp((d * u + e * v + f) / w - 0.5, height - 1);
      const x0 = Math.floor(x), y0 = Math.floor(y), dx = x - x0, dy = y - y0;
      const right = x0 < width - 1 ? 4 : 0, below = y0 < height - 1 ? 4 * width : 0, at = 4 * (y0 * width + x0);
      for (let k = 0; k < 3; k++) {
        const upper = from[at + k] * (1 - dx) + from[at + right + k] * dx;
        const lower = from[at + below + k] * (1 - dx) + from[at + below + right + k] * dx;
        to[out + k] = upper * (1 - dy) + lower * dy;
      }
      to[out + 3] = 255;
    }
  }
}

function clamp(value, most) {
  return value > 0 ? Math.min(value, most) : 0;
}

function distance([x1, y1], [x2, y2]) {
  return Math.hypot(x2 - x1, y2 - y1);
}
