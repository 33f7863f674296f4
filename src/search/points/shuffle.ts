import { randomInt, seededRandom } from '../../core/random.js';

/** A random order of the numbers below `size`, with random access in both directions. */
export interface Shuffle {
  /** The number at a place. */
  at(place: number): number;
  /** The place of a number. */
  placeOf(value: number): number;
}

/**
 * A pseudorandom permutation of 0 to size - 1 in constant memory, `size` up to 2^52: a generalised Feistel network over
 * the smallest near-square of numbers that holds them, walked until it lands below `size` (Black and Rogaway,
 * "Ciphers with arbitrary finite domains", 2002).
 */
export function seededShuffle(size: number, seed: number, label: string): Shuffle {
  const width = Math.ceil(Math.sqrt(size));
  const height = Math.ceil(size / width);
  const shift = (round: number, half: number, bound: number): number =>
    randomInt(seededRandom(seed, label, round, half), bound);

  function forward(value: number): number {
    let low = value % width;
    let high = Math.floor(value / width);
    for (let round = 0; round < ROUNDS; round += 2) {
      low = (low + shift(round, high, width)) % width;
      high = (high + shift(round + 1, low, height)) % height;
    }
    return high * width + low;
  }

  function backward(value: number): number {
    let low = value % width;
    let high = Math.floor(value / width);
    for (let round = ROUNDS - 2; round >= 0; round -= 2) {
      high = (high + height - shift(round + 1, low, height)) % height;
      low = (low + width - shift(round, high, width)) % width;
    }
    return high * width + low;
  }

  return { at: (place) => walk(forward, place, size), placeOf: (value) => walk(backward, value, size) };
}

const ROUNDS = 8;

/** Cycle walking: repeats the permutation of the larger domain until the result is below `size`. */
function walk(step: (value: number) => number, from: number, size: number): number {
  let value = step(from);
  while (value >= size) value = step(value);
  return value;
}
