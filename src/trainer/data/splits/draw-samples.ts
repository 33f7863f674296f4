import { InputError } from '../../../core/errors.js';
import type { Pool } from './split-by-class.js';

/**
 * Draws at most `limit` images, each class by its share of the pool but at least one, and skips excluded images. A smaller
 * limit draws a subset.
 *
 * @param parameter - name of the limit in a sweep file, for messages
 * @returns ascending indices
 * @throws InputError DATASET_LIMIT_TOO_LOW if the limit is below the number of classes
 */
export function drawSamples(
  pool: Pool,
  limit: number | undefined,
  isExcluded: (index: number) => boolean,
  parameter: string,
): Uint32Array {
  const sizes = pool.map(({ length }) => length);
  const quotas = limit === undefined ? sizes : shareOut(limit, sizes, parameter);
  const drawn: number[] = [];
  for (const [label, quota] of quotas.entries()) {
    let left = quota;
    for (const index of pool[label]!) {
      if (left === 0) break;
      if (isExcluded(index)) continue;
      drawn.push(index);
      left--;
    }
  }
  return Uint32Array.from(drawn).sort();
}

/**
 * Splits `total` in proportion to `sizes`, at least one for each size above 0, by the divisor method of Webster and
 * Sainte-Lague. With it no share shrinks when the total grows, unlike with largest remainders.
 */
function shareOut(total: number, sizes: readonly number[], parameter: string): readonly number[] {
  const available = sum(sizes);
  const classes = sizes.filter((size) => size > 0).length;
  if (total >= available) return sizes;
  if (total < classes) {
    throw new InputError('DATASET_LIMIT_TOO_LOW', `${parameter} is ${total}, fewer than the ${classes} classes`, {
      hint: `Every class needs at least one image: set ${parameter} to ${classes} or more.`,
    });
  }
  const divide = (divisor: number): number[] =>
    sizes.map((size) => Math.min(size, Math.max(1, Math.round(size / divisor))));
  let [tooSmall, divisor] = [1, 2 * available];
  for (let step = 0; step < 60; step++) {
    const middle = (tooSmall + divisor) / 2;
    if (sum(divide(middle)) > total) tooSmall = middle;
    else divisor = middle;
  }
  const shares = divide(divisor);
  // Ties leave a remainder: it goes to the classes with the largest quotient, the first one if equal.
  for (let left = total - sum(shares); left > 0; left--) {
    const quotient = (label: number): number =>
      shares[label]! < sizes[label]! ? sizes[label]! / (2 * shares[label]! + 1) : 0;
    const next = [...shares.keys()].reduce((best, label) => (quotient(label) > quotient(best) ? label : best));
    shares[next]!++;
  }
  return shares;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
