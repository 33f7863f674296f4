import { reflect } from '../geometry/reflect.js';

export type Blur = (image: Uint8Array, out: Uint8Array, sigma: number) => void;

/**
 * Returns a Gaussian blur for RGB bytes [size, size, 3]: `sigma` in pixels, kernel truncated at 3 sigma, edges reflected.
 * Create one per size: it owns working memory.
 */
export function createBlur(size: number): Blur {
  const rowValues = size * 3;
  const mixed = new Float32Array(rowValues);
  const half = new Float32Array(size * rowValues);
  return (image, out, sigma) => {
    const kernel = gaussianKernel(sigma);
    const radius = (kernel.length - 1) / 2;
    for (let y = 0; y < size; y++) {
      mixed.fill(0);
      for (let tap = -radius; tap <= radius; tap++) {
        const weight = kernel[tap + radius]!;
        const from = reflect(y + tap, size) * rowValues;
        for (let place = 0; place < rowValues; place++) mixed[place]! += weight * image[from + place]!;
      }
      half.set(mixed, y * rowValues);
    }
    const sources = Int32Array.from({ length: size + 2 * radius }, (_, place) => reflect(place - radius, size) * 3);
    const taps = kernel.length;
    for (let y = 0, to = 0; y < size; y++) {
      const row = y * rowValues;
      for (let x = 0; x < size; x++, to += 3) {
        let r = 0.5;
        let g = 0.5;
        let b = 0.5;
        for (let tap = 0; tap < taps; tap++) {
          const weight = kernel[tap]!;
          const from = row + sources[x + tap]!;
          r += weight * half[from]!;
          g += weight * half[from + 1]!;
          b += weight * half[from + 2]!;
        }
        out[to] = r;
        out[to + 1] = g;
        out[to + 2] = b;
      }
    }
  };
}

/** Kernel of odd length with sum 1. */
function gaussianKernel(sigma: number): Float64Array {
  const radius = Math.ceil(3 * sigma);
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, place) =>
    sigma === 0 ? 1 : Math.exp(-((place - radius) ** 2) / (2 * sigma ** 2)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}
