import type { Random } from '../../../../core/random.js';

const LEVELS = 2 ** 12;

/** Adds Gaussian noise with standard deviation `std` (in levels of 255) to each byte, independently. */
export function addNoise(image: Uint8Array, out: Uint8Array, std: number, random: Random): void {
  const quantiles = normalQuantiles();
  for (let place = 0; place < image.length; place += 2) {
    // Take two 12-bit numbers from one 32-bit number.
    const bits = random() * 2 ** 32;
    out[place] = clamp(image[place]! + std * quantiles[bits >>> 20]!);
    if (place + 1 < image.length)
      out[place + 1] = clamp(image[place + 1]! + std * quantiles[(bits >>> 4) & (LEVELS - 1)]!);
  }
}

const clamp = (value: number): number => (value <= 0 ? 0 : value >= 255 ? 255 : value + 0.5);

let table: Float32Array | undefined;

/** Table of `LEVELS` equally likely values of the normal distribution: ten times faster than Box and Muller. */
function normalQuantiles(): Float32Array {
  table ??= Float32Array.from({ length: LEVELS }, (_, level) => normalQuantile((level + 0.5) / LEVELS));
  return table;
}

/** Solves cumulative(z) = p by bisection; `p` between 0 and 1. */
function normalQuantile(p: number): number {
  let [low, high] = [-6, 6];
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (cumulative(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Cumulative standard normal distribution, by the series of its integral, with enough terms for |z| <= 6. */
function cumulative(z: number): number {
  let term = z;
  let sum = z;
  for (let odd = 3; odd < 161; odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
}
