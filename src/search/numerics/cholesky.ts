/** A square matrix, row after row. */
export type Matrix = Float64Array;

/**
 * Lower triangle L with `L L' = matrix`, which is symmetric; `undefined` where the matrix is not positive definite. The loops run
 * over plain arrays and along rows: general matrix libraries take several times as long for a hundred rows.
 */
export function cholesky(matrix: Matrix, size: number): Matrix | undefined {
  const lower = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    const at = row * size;
    for (let column = 0; column <= row; column++) {
      const other = column * size;
      const sum = matrix[at + column]! - dot(lower, at, lower, other, column);
      if (column < row) lower[at + column] = sum / lower[other + column]!;
      else if (sum > 0) lower[at + row] = Math.sqrt(sum);
      else return undefined;
    }
  }
  return lower;
}

/** Solves `L x = right` in place. */
export function solveLower(lower: Matrix, size: number, right: Float64Array): void {
  for (let row = 0; row < size; row++) {
    const at = row * size;
    right[row] = (right[row]! - dot(lower, at, right, 0, row)) / lower[at + row]!;
  }
}

/** Solves `L' x = right` in place. */
export function solveLowerTransposed(lower: Matrix, size: number, right: Float64Array): void {
  for (let row = size - 1; row >= 0; row--) {
    const at = row * size;
    const value = right[row]! / lower[at + row]!;
    right[row] = value;
    for (let k = 0; k < row; k++) right[k] = right[k]! - lower[at + k]! * value;
  }
}

/** Lower triangle of the inverse of `L L'`. */
export function inverseFromCholesky(lower: Matrix, size: number): Matrix {
  const inverse = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    const at = row * size;
    for (let k = 0; k < row; k++) {
      const factor = lower[at + k]!;
      const from = k * size;
      for (let column = 0; column <= k; column++) inverse[at + column]! -= factor * inverse[from + column]!;
    }
    inverse[at + row] = 1;
    const diagonal = lower[at + row]!;
    for (let column = 0; column <= row; column++) inverse[at + column]! /= diagonal;
  }
  const product = new Float64Array(size * size);
  for (let k = 0; k < size; k++) {
    const from = k * size;
    for (let row = 0; row <= k; row++) {
      const factor = inverse[from + row]!;
      const at = row * size;
      for (let column = 0; column <= row; column++) product[at + column]! += factor * inverse[from + column]!;
    }
  }
  return product;
}

/** Product of two stretches. Four sums side by side are faster than one, each of whose steps waits for the last. */
function dot(a: Float64Array, fromA: number, b: Float64Array, fromB: number, length: number): number {
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  let k = 0;
  for (; k + 3 < length; k += 4) {
    first += a[fromA + k]! * b[fromB + k]!;
    second += a[fromA + k + 1]! * b[fromB + k + 1]!;
    third += a[fromA + k + 2]! * b[fromB + k + 2]!;
    fourth += a[fromA + k + 3]! * b[fromB + k + 3]!;
  }
  for (; k < length; k++) first += a[fromA + k]! * b[fromB + k]!;
  return first + second + third + fourth;
}
