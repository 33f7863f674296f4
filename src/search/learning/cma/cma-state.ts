import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { CmaConstants } from './cma-constants.js';

/** A normal distribution that a search draws from, and its paths. */
export interface CmaState {
  readonly generation: number;
  readonly mean: readonly number[];
  /** Step size: the covariance is `step^2 * shape`. */
  readonly step: number;
  readonly shape: Matrix;
  readonly stepPath: readonly number[];
  readonly shapePath: readonly number[];
}

export const firstState = (mean: readonly number[], step: number): CmaState => ({
  generation: 0,
  mean,
  step,
  shape: Matrix.eye(mean.length, mean.length),
  stepPath: mean.map(() => 0),
  shapePath: mean.map(() => 0),
});

/** Symmetric roots of a shape: `root root = shape`, and the inverse of `root`. */
export function rootsOf(shape: Matrix): { readonly root: Matrix; readonly inverse: Matrix } {
  const { eigenvectorMatrix, realEigenvalues } = new EigenvalueDecomposition(shape, { assumeSymmetric: true });
  const lengths = realEigenvalues.map((value) => Math.sqrt(Math.max(value, LEAST_EIGENVALUE)));
  const along = (factors: readonly number[]): Matrix =>
    eigenvectorMatrix.mmul(Matrix.diag([...factors])).mmul(eigenvectorMatrix.transpose());
  return { root: along(lengths), inverse: along(lengths.map((length) => 1 / length)) };
}

const LEAST_EIGENVALUE = 1e-16;

/**
 * The state after a generation: CMA-ES with active update (Hansen, "The CMA evolution strategy: a tutorial", arXiv 1604.00772).
 *
 * @param points - of the generation, from the best to the worst; `constants.population` of them
 */
export function nextState(state: CmaState, points: readonly (readonly number[])[], constants: CmaConstants): CmaState {
  const { axes, parents, weights, effectiveParents, rankOneRate, rankMuRate, expectedLength } = constants;
  const { covarianceRate, stepRate, stepDamping } = constants;
  const { inverse } = rootsOf(state.shape);
  const steps = points.map((point) => point.map((value, axis) => (value - state.mean[axis]!) / state.step));
  const good = state.mean.map((_, axis) =>
    steps.slice(0, parents).reduce((sum, each, index) => sum + weights[index]! * each[axis]!, 0),
  );
  const whitened = inverse.mmul(Matrix.columnVector([...good])).to1DArray();
  const stepPath = state.stepPath.map(
    (value, axis) => (1 - stepRate) * value + Math.sqrt(stepRate * (2 - stepRate) * effectiveParents) * whitened[axis]!,
  );
  const length = Math.hypot(...stepPath);
  const generation = state.generation + 1;
  // While the step size grows fast, the path of the shape stands still.
  const isSteady =
    length / Math.sqrt(1 - (1 - stepRate) ** (2 * (generation + 1))) < (1.4 + 2 / (axes + 1)) * expectedLength;
  const pathRate = Math.sqrt(covarianceRate * (2 - covarianceRate) * effectiveParents);
  const shapePath = state.shapePath.map(
    (value, axis) => (1 - covarianceRate) * value + (isSteady ? pathRate * good[axis]! : 0),
  );
  const lost = isSteady ? 0 : covarianceRate * (2 - covarianceRate);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const shape = Matrix.mul(state.shape, 1 + rankOneRate * lost - rankOneRate - rankMuRate * total);
  shape.add(outer(shapePath).mul(rankOneRate));
  steps.forEach((each, index) => {
    const weight = weights[index]!;
    const distance = inverse.mmul(Matrix.columnVector([...each])).norm('frobenius') ** 2;
    shape.add(outer(each).mul(rankMuRate * (weight >= 0 ? weight : (weight * axes) / (distance + 1e-8))));
  });
  return {
    generation,
    mean: state.mean.map((value, axis) => value + state.step * good[axis]!),
    step: state.step * Math.exp((stepRate / stepDamping) * (length / expectedLength - 1)),
    ...{ shape, stepPath, shapePath },
  };
}

const outer = (vector: readonly number[]): Matrix =>
  Matrix.columnVector([...vector]).mmul(Matrix.rowVector([...vector]));
