import { seededRandom } from '../../../../src/core/random.js';

/** Random RGB bytes, [size, size, 3]. */
export function noise(size: number, seed = 1): Uint8Array {
  const random = seededRandom(seed, 'noise');
  return Uint8Array.from({ length: size * size * 3 }, () => random() * 256);
}

/** Waves of several lengths and an edge, as in photographs. */
export function picture(size: number): Uint8Array {
  const image = new Uint8Array(size * size * 3);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const edge = x + y > size ? 40 : 0;
      const at = (y * size + x) * 3;
      image[at] = 110 + 60 * Math.sin(x / 7) + edge;
      image[at + 1] = 100 + 50 * Math.cos(y / 5) + edge;
      image[at + 2] = 90 + 40 * Math.sin((x + y) / 11) + edge;
    }
  }
  return image;
}

/** The output of a function that writes into another array. */
export function made(image: Uint8Array, apply: (image: Uint8Array, out: Uint8Array) => void): Uint8Array {
  const before = image.slice();
  const out = new Uint8Array(image.length).fill(77);
  apply(image, out);
  if (!Buffer.from(before.buffer).equals(image)) throw new Error('the input was changed');
  return out;
}

/** The largest and the mean difference of two images. */
export function difference(a: Uint8Array, b: Uint8Array): { readonly largest: number; readonly mean: number } {
  let [largest, sum] = [0, 0];
  for (const [place, value] of a.entries()) {
    const gap = Math.abs(value - b[place]!);
    largest = Math.max(largest, gap);
    sum += gap;
  }
  return { largest, mean: sum / a.length };
}
