/** Edge in pixels of the grey image that is hashed. */
export const HASH_EDGE = 32;
const LOW = 8;

/** cos((2x + 1) u pi / 2n) for the lowest frequencies u from 0 to 7: [8, 32]. */
const COSINES = Float64Array.from({ length: LOW * HASH_EDGE }, (_, index) => {
  const [frequency, place] = [Math.floor(index / HASH_EDGE), index % HASH_EDGE];
  return Math.cos(((2 * place + 1) * frequency * Math.PI) / (2 * HASH_EDGE));
});

/**
 * Perceptual hash (pHash): 64 bits, as two 32-bit words, that hardly change when an image is resized, compressed or changed
 * in brightness. Each bit says whether one of the 8 x 8 lowest frequencies of the discrete cosine transform is above their
 * median (Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010). `grey` is [32, 32].
 */
export function perceptualHash(grey: ArrayLike<number>): readonly [number, number] {
  const rows = new Float64Array(HASH_EDGE * LOW);
  for (let y = 0; y < HASH_EDGE; y++) {
    for (let u = 0; u < LOW; u++) {
      let sum = 0;
      for (let x = 0; x < HASH_EDGE; x++) sum += grey[y * HASH_EDGE + x]! * COSINES[u * HASH_EDGE + x]!;
      rows[y * LOW + u] = sum;
    }
  }
  const frequencies = new Float64Array(LOW * LOW);
  for (let v = 0; v < LOW; v++) {
    for (let u = 0; u < LOW; u++) {
      let sum = 0;
      for (let y = 0; y < HASH_EDGE; y++) sum += rows[y * LOW + u]! * COSINES[v * HASH_EDGE + y]!;
      frequencies[v * LOW + u] = sum;
    }
  }
  // The first frequency is the mean brightness, which is always above the median: skip it.
  const sorted = frequencies.slice(1).sort();
  const median = sorted[sorted.length >> 1]!;
  const words: [number, number] = [0, 0];
  for (let bit = 1; bit < LOW * LOW; bit++) {
    if (frequencies[bit]! > median) words[bit >> 5]! |= 1 << (bit & 31);
  }
  return [words[0] >>> 0, words[1] >>> 0];
}

/** Number of bits in which two hashes differ, 0 to 64. */
export const hammingDistance = (a: readonly [number, number], b: readonly [number, number]): number =>
  bitCount(a[0] ^ b[0]) + bitCount(a[1] ^ b[1]);

function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
