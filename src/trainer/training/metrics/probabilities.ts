/**
 * Softmax of one row of logits, written to `out` at the same place, in double precision.
 *
 * @returns the logarithm of the probability of class `label`, finite for finite logits
 */
export function softmaxRow(
  logits: ArrayLike<number>,
  start: number,
  classes: number,
  label: number,
  out: Float64Array,
): number {
  let largest = -Infinity;
  for (let place = 0; place < classes; place++) largest = Math.max(largest, logits[start + place]!);
  let sum = 0;
  for (let place = 0; place < classes; place++) {
    const power = Math.exp(logits[start + place]! - largest);
    out[place] = power;
    sum += power;
  }
  for (let place = 0; place < classes; place++) out[place]! /= sum;
  return logits[start + label]! - largest - Math.log(sum);
}
