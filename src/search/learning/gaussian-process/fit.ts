import { minimize, type Evaluation } from '../../numerics/minimize.js';
import { MarginalLikelihood } from './marginal-likelihood.js';
import type { Hyperparameters } from './posterior.js';

/** Normal distributions of the logarithms of hyperparameters. */
interface Priors {
  readonly length: LogNormal;
  readonly scale: LogNormal;
  readonly noise: LogNormal;
}

interface LogNormal {
  readonly mean: number;
  readonly deviation: number;
}

/**
 * Lengths grow with the square root of the number of axes (Hvarfner, Hellsten and Nardi, "Vanilla Bayesian optimization performs
 * great in high dimensions", arXiv 2402.02229). Values are expected to be standardised, with some noise.
 */
const priorsFor = (axes: number): Priors => ({
  length: { mean: Math.SQRT2 + Math.log(axes) / 2, deviation: Math.sqrt(3) },
  scale: { mean: 0, deviation: 0.5 },
  noise: { mean: -4, deviation: 1 },
});

/** The logarithm of the noise is never below this: some noise keeps the covariance well conditioned. */
const LEAST_LOG_NOISE = Math.log(1e-6);

/**
 * The most likely lengths, scale and noise of a Gaussian process, by their posterior: marginal likelihood times prior (Rasmussen and
 * Williams, chapter 5). Deterministic: one search, from lengths of half the range of an axis.
 *
 * @param inputs - a coordinate for each axis
 * @param values - standardised
 */
export function fitHyperparameters(
  inputs: readonly (readonly number[])[],
  values: readonly number[],
  ordered: readonly boolean[],
): Hyperparameters {
  const axes = ordered.length;
  const priors = priorsFor(axes);
  const model = new MarginalLikelihood(inputs, values, ordered);
  const evaluate = (at: Float64Array): Evaluation | undefined => {
    const likelihood = model.at(hyperparametersOf(at, ordered));
    return likelihood && withPriors(likelihood, at, priors);
  };
  const start = new Float64Array(axes + 2).fill(Math.log(0.5), 0, axes);
  start[axes + 1] = priors.noise.mean;
  return hyperparametersOf(minimize(evaluate, start, { maxSteps: 30, tolerance: 1e-3 }), ordered);
}

/** From the logarithms of the lengths, of the scale, and of the noise. */
function hyperparametersOf(at: Float64Array, ordered: readonly boolean[]): Hyperparameters {
  const axes = ordered.length;
  return {
    ordered,
    weights: at.slice(0, axes).map((log) => Math.exp(-2 * log)),
    scale: Math.exp(at[axes]!),
    noise: Math.exp(Math.max(at[axes + 1]!, LEAST_LOG_NOISE)),
  };
}

function withPriors({ value, gradient }: Evaluation, at: Float64Array, priors: Priors): Evaluation {
  const axes = at.length - 2;
  let sum = value;
  const total = gradient.slice();
  at.forEach((log, index) => {
    const { mean, deviation } = index < axes ? priors.length : index === axes ? priors.scale : priors.noise;
    const z = (log - mean) / deviation;
    sum += (z * z) / 2;
    total[index]! += z / deviation;
  });
  return { value: sum, gradient: total };
}
