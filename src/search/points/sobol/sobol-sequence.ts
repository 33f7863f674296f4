import { seededRandom } from '../../../core/random.js';
import { DIRECTION_NUMBERS } from './direction-numbers.js';

const BITS = 32;

/** Dimensions with direction numbers. The coordinates beyond them are random. */
export const SOBOL_DIMENSIONS = DIRECTION_NUMBERS.length + 1;

/**
 * Points of a scrambled Sobol sequence in the unit cube, each computed from its index (0 to 2^32 - 1) on request. Every first 2^k
 * points cover the cube evenly, and coordinates are never 0 or 1. The scrambling is Owen's, made of hashes (Burley, "Practical
 * hash-based Owen scrambling", JCGT 9(4), 2020), and differs for each seed and each label.
 *
 * @param labels - one for each dimension: a coordinate depends on its label and place alone
 */
export function sobolSequence(labels: readonly string[], seed: number): (index: number) => number[] {
  const dimensions = labels.map((label, dimension) => {
    const random = seededRandom(seed, 'sobol', label);
    const key = Math.floor(random() * 2 ** 32);
    if (dimension >= SOBOL_DIMENSIONS) return (index: number) => seededRandom(seed, 'sobol', label, index)();
    const directions = directionsOf(dimension);
    return (index: number) => (owenScrambled(sobolBits(directions, index), key) + 0.5) / 2 ** BITS;
  });
  return (index) => dimensions.map((coordinateAt) => coordinateAt(index));
}

/** The coordinates, in units of 2^-32, of the point with an index in the sequence without any scrambling. */
export function sobolBits(directions: Uint32Array, index: number): number {
  let bits = 0;
  for (let left = index >>> 0, bit = 0; left !== 0; left >>>= 1, bit++) {
    if ((left & 1) === 1) bits ^= directions[bit]!;
  }
  return bits >>> 0;
}

const known = new Map<number, Uint32Array>();

/** The direction numbers of a dimension (from 0), by the recurrence of its polynomial (Bratley and Fox, ACM TOMS 659). */
export function directionsOf(dimension: number): Uint32Array {
  const before = known.get(dimension);
  if (before !== undefined) return before;
  const directions = new Uint32Array(BITS);
  const [polynomial = 1, ...initial] = DIRECTION_NUMBERS[dimension - 1] ?? [];
  const degree = initial.length;
  for (let bit = 0; bit < BITS; bit++) {
    // The first dimension is the van der Corput sequence.
    if (dimension === 0) directions[bit] = 1 << (BITS - 1 - bit);
    else if (bit < degree) directions[bit] = initial[bit]! << (BITS - 1 - bit);
    else directions[bit] = recurrence(directions, bit, polynomial, degree);
  }
  known.set(dimension, directions);
  return directions;
}

function recurrence(directions: Uint32Array, bit: number, polynomial: number, degree: number): number {
  const oldest = directions[bit - degree]!;
  let next = oldest ^ (oldest >>> degree);
  for (let back = 1; back < degree; back++) {
    if (((polynomial >>> (degree - back)) & 1) === 1) next ^= directions[bit - back]!;
  }
  return next;
}

/** Owen's nested uniform scrambling: each bit is flipped or not by a hash of the bits above it. */
function owenScrambled(bits: number, key: number): number {
  let x = reverseBits(bits);
  x = (x + key) | 0;
  x ^= Math.imul(x, 0x6c50b47c);
  x ^= Math.imul(x, 0xb82f1e52);
  x ^= Math.imul(x, 0xc7afe638);
  x ^= Math.imul(x, 0x8d22f6e6);
  return reverseBits(x);
}

function reverseBits(value: number): number {
  let x = value;
  x = ((x >>> 1) & 0x55555555) | ((x & 0x55555555) << 1);
  x = ((x >>> 2) & 0x33333333) | ((x & 0x33333333) << 2);
  x = ((x >>> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4);
  x = ((x >>> 8) & 0x00ff00ff) | ((x & 0x00ff00ff) << 8);
  return ((x >>> 16) | (x << 16)) >>> 0;
}
