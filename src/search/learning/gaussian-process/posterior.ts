import { cholesky, solveLower, solveLowerTransposed } from '../../numerics/cholesky.js';
import { Covariances } from './covariances.js';
import type { Kernel } from './kernel.js';

export interface Hyperparameters extends Kernel {
  /** Variance of the noise of an observation. */
  readonly noise: number;
}

/** Mean and variance of the process, without noise, at a point. */
export interface Prediction {
  readonly mean: number;
  readonly variance: number;
}

/**
 * A Gaussian process of mean 0 given observations (Rasmussen and Williams, "Gaussian processes for machine learning", algorithm 2.1).
 * Throws where the covariance is not positive definite, which noise above 0 rules out.
 */
export class Posterior {
  readonly #inputs: readonly (readonly number[])[];
  readonly #values: readonly number[];
  readonly #parameters: Hyperparameters;
  readonly #covariances: Covariances;
  readonly #lower: Float64Array;
  readonly #weights: Float64Array;

  constructor(inputs: readonly (readonly number[])[], values: readonly number[], parameters: Hyperparameters) {
    const size = inputs.length;
    const covariances = new Covariances(inputs, parameters);
    const matrix = new Float64Array(size * size);
    inputs.forEach((input, row) => {
      matrix.set(covariances.with(input), row * size);
      matrix[row * size + row] = parameters.scale + parameters.noise;
    });
    const lower = cholesky(matrix, size);
    if (lower === undefined) throw new Error('the covariance of the observations is not positive definite');
    const weights = Float64Array.from(values);
    solveLower(lower, size, weights);
    solveLowerTransposed(lower, size, weights);
    this.#inputs = inputs;
    this.#values = values;
    this.#parameters = parameters;
    this.#covariances = covariances;
    this.#lower = lower;
    this.#weights = weights;
  }

  at(point: readonly number[]): Prediction {
    const between = this.#covariances.with(point);
    const size = between.length;
    let mean = 0;
    for (let row = 0; row < size; row++) mean += between[row]! * this.#weights[row]!;
    solveLower(this.#lower, size, between);
    let variance = this.#parameters.scale;
    for (let row = 0; row < size; row++) variance -= between[row]! * between[row]!;
    return { mean, variance: Math.max(variance, 1e-12) };
  }

  /** The process given more points, each with the mean that is predicted for it: the means stay, the variances shrink. */
  believing(points: readonly (readonly number[])[]): Posterior {
    if (points.length === 0) return this;
    const values = [...this.#values, ...points.map((point) => this.at(point).mean)];
    return new Posterior([...this.#inputs, ...points], values, this.#parameters);
  }
}
