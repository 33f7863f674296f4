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
      let sum = matrix[at + column]!;
      for (let k = 0; k < column; k++) sum -= lower[at + k]! * lower[other + k]!;
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
    let sum = right[row]!;
    for (let k = 0; k < row; k++) sum -= lower[at + k]! * right[k]!;
    right[row] = sum / lower[at + row]!;
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
