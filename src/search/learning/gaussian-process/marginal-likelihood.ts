import { cholesky, inverseFromCholesky, solveLower, solveLowerTransposed } from '../../numerics/cholesky.js';
import type { Evaluation } from '../../numerics/minimize.js';
import { matern, maternSlope } from './kernel.js';
import type { Hyperparameters } from './posterior.js';

/**
 * Minus the logarithm of the marginal likelihood of a Gaussian process, without its constant (Rasmussen and Williams, "Gaussian
 * processes for machine learning", equations 5.8 and 5.9).
 */
export class MarginalLikelihood {
  readonly #values: readonly number[];
  /** For each axis the squared distances of all pairs of points, `row > column`, row after row. */
  readonly #distances: readonly Float64Array[];

  constructor(inputs: readonly (readonly number[])[], values: readonly number[], ordered: readonly boolean[]) {
    this.#values = values;
    this.#distances = ordered.map((isOrdered, axis) => {
      const pairs = new Float64Array((inputs.length * (inputs.length - 1)) / 2);
      let pair = 0;
      for (let row = 0; row < inputs.length; row++) {
        for (let column = 0; column < row; column++) {
          const difference = inputs[row]![axis]! - inputs[column]![axis]!;
          pairs[pair++] = isOrdered ? difference * difference : Number(difference !== 0);
        }
      }
      return pairs;
    });
  }

  /**
   * The gradient is that in the logarithms of the lengths, of the scale, and of the noise. `undefined` where the covariance is not
   * positive definite.
   */
  at({ weights, scale, noise }: Hyperparameters): Evaluation | undefined {
    const size = this.#values.length;
    const pairs = this.#squaredDistances(weights);
    const matrix = new Float64Array(size * size);
    for (let row = 0, pair = 0; row < size; row++) {
      for (let column = 0; column < row; column++) matrix[row * size + column] = scale * matern(pairs[pair++]!);
      matrix[row * size + row] = scale + noise;
    }
    const lower = cholesky(matrix, size);
    if (lower === undefined) return undefined;
    const solved = Float64Array.from(this.#values);
    solveLower(lower, size, solved);
    solveLowerTransposed(lower, size, solved);
    let value = 0;
    for (let row = 0; row < size; row++) {
      value += 0.5 * this.#values[row]! * solved[row]! + Math.log(lower[row * size + row]!);
    }
    // The derivative in a hyperparameter is half the trace of (inverse - solved solved') times the covariance's derivative.
    const inverse = inverseFromCholesky(lower, size);
    const slopes = new Float64Array(pairs.length);
    let byScale = 0;
    let diagonal = 0;
    for (let row = 0, pair = 0; row < size; row++) {
      for (let column = 0; column < row; column++, pair++) {
        const factor = inverse[row * size + column]! - solved[row]! * solved[column]!;
        slopes[pair] = factor * scale * maternSlope(pairs[pair]!);
        byScale += factor * matrix[row * size + column]!;
      }
      diagonal += inverse[row * size + row]! - solved[row]! * solved[row]!;
    }
    const byLength = this.#distances.map((distances, axis) => {
      let sum = 0;
      for (let pair = 0; pair < pairs.length; pair++) sum += slopes[pair]! * distances[pair]!;
      return -2 * weights[axis]! * sum;
    });
    const gradient = Float64Array.from([...byLength, byScale + 0.5 * scale * diagonal, 0.5 * noise * diagonal]);
    return { value, gradient };
  }

  #squaredDistances(weights: Float64Array): Float64Array {
    const sums = new Float64Array(this.#distances[0]?.length ?? 0);
    this.#distances.forEach((distances, axis) => {
      const weight = weights[axis]!;
      for (let pair = 0; pair < sums.length; pair++) sums[pair]! += weight * distances[pair]!;
    });
    return sums;
  }
}
