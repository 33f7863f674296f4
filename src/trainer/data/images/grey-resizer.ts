/**
 * Returns a function that resizes grey images [height, width] to RGB images [size, size, 3] by the same rule as
 * `decodeImage`: shorter side scaled to the size, centre crop, Catmull-Rom filter, antialiased. (When enlarging, libvips
 * shifts an image by half a pixel to the right and down; this function does not.) Plain JavaScript, because for the tiny
 * images of an idx file a call to sharp takes ten times as long as the resizing.
 */
export function createGreyResizer(width: number, height: number, size: number): (grey: Uint8Array) => Uint8Array {
  const scale = Math.min(width, height) / size;
  const columns = filterTaps(width, (width - size * scale) / 2, scale, size);
  const rows = filterTaps(height, (height - size * scale) / 2, scale, size);
  const narrowed = new Float32Array(height * size);
  return (grey) => {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < size; x++) {
        const { first, weights } = columns[x]!;
        let sum = 0;
        for (let tap = 0; tap < weights.length; tap++) sum += weights[tap]! * grey[y * width + first + tap]!;
        narrowed[y * size + x] = sum;
      }
    }
    const pixels = new Uint8Array(size * size * 3);
    for (let y = 0; y < size; y++) {
      const { first, weights } = rows[y]!;
      for (let x = 0; x < size; x++) {
        let sum = 0;
        for (let tap = 0; tap < weights.length; tap++) sum += weights[tap]! * narrowed[(first + tap) * size + x]!;
        const value = Math.max(0, Math.min(255, Math.round(sum)));
        const pixel = (y * size + x) * 3;
        pixels[pixel] = pixels[pixel + 1] = pixels[pixel + 2] = value;
      }
    }
    return pixels;
  };
}

interface Taps {
  readonly first: number;
  /** Their sum is 1. */
  readonly weights: Float32Array;
}

/** Filter weights for each of `count` output positions. Positions outside the image are dropped and the rest normalized. */
function filterTaps(length: number, offset: number, scale: number, count: number): Taps[] {
  const stretch = Math.max(1, scale);
  return Array.from({ length: count }, (_, position) => {
    const centre = offset + (position + 0.5) * scale - 0.5;
    const first = Math.max(0, Math.ceil(centre - 2 * stretch));
    const last = Math.min(length - 1, Math.floor(centre + 2 * stretch));
    const weights = Float32Array.from({ length: last - first + 1 }, (_unused, tap) =>
      catmullRom((first + tap - centre) / stretch),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

/** Keys' cubic convolution kernel with a = -1/2 (IEEE ASSP 29, 1981). */
function catmullRom(distance: number): number {
  const x = Math.abs(distance);
  if (x >= 2) return 0;
  return x < 1 ? 1.5 * x ** 3 - 2.5 * x ** 2 + 1 : -0.5 * x ** 3 + 2.5 * x ** 2 - 4 * x + 2;
}
