/** A source of numbers that are uniform in [0, 1). */
export type Random = () => number;

/**
 * A seeded source, independent for each combination of seed and labels: `seededRandom(7, 'split')` and
 * `seededRandom(7, 'shuffle', 3)` share nothing. Computed from its arguments alone, so nothing of it needs saving: ask again
 * with the same labels and it starts again. xoshiro128** (Blackman and Vigna, arXiv 1805.01407), its 128 bits of state hashed
 * from the arguments (cyrb128), so that even millions of streams do not meet.
 */
export function seededRandom(seed: number, ...labels: readonly (string | number)[]): Random {
  let [a, b, c, d] = hash128([seed, ...labels].join('\u0000'));
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotateLeft(d, 11);
    return result / 2 ** 32;
  };
}

/** A whole number in [0, bound); `bound` up to 2^32. */
export const randomInt = (random: Random, bound: number): number => Math.floor(random() * bound);

/** A standard normal number (Box and Muller). */
export const normalFrom = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** The numbers 0 to length - 1 in random order (Fisher and Yates). */
export function shuffledIndices(length: number, random: Random): Uint32Array {
  const order = Uint32Array.from({ length }, (_, index) => index);
  for (let last = length - 1; last > 0; last--) {
    const pick = randomInt(random, last + 1);
    const kept = order[last]!;
    order[last] = order[pick]!;
    order[pick] = kept;
  }
  return order;
}

/** cyrb128 (public domain): four 32-bit words that each depend on every character. */
function hash128(text: string): [number, number, number, number] {
  let [a, b, c, d] = [1779033703, 3144134277, 1013904242, 2773480762];
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    a = b ^ Math.imul(a ^ unit, 597399067);
    b = c ^ Math.imul(b ^ unit, 2869860233);
    c = d ^ Math.imul(c ^ unit, 951274213);
    d = a ^ Math.imul(d ^ unit, 2716044179);
  }
  a = Math.imul(c ^ (a >>> 18), 597399067);
  b = Math.imul(d ^ (b >>> 22), 2869860233);
  c = Math.imul(a ^ (c >>> 17), 951274213);
  d = Math.imul(b ^ (d >>> 19), 2716044179);
  return [a ^ b ^ c ^ d, b ^ a, c ^ a, d ^ a];
}

const rotateLeft = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));
