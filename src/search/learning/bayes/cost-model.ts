import { fitHyperparameters } from '../gaussian-process/fit.js';
import { Posterior } from '../gaussian-process/posterior.js';
import type { ModelPoint } from '../domain.js';
import type { TriedPoint } from '../tried-points.js';

/** Shorter times are not told apart, in seconds. */
const LEAST_SECONDS = 0.01;

/** The logarithm of the seconds that a trial of a point takes: a Gaussian process of the measured ones. */
export function costModel(measured: readonly TriedPoint[], ordered: readonly boolean[]): (point: ModelPoint) => number {
  const logs = measured.map(({ seconds }) => Math.log(Math.max(seconds!, LEAST_SECONDS)));
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / logs.length;
  if (variance === 0) return () => mean;
  const deviation = Math.sqrt(variance);
  const inputs = measured.map(({ point }) => point);
  const values = logs.map((log) => (log - mean) / deviation);
  const process = new Posterior(inputs, values, fitHyperparameters(inputs, values, ordered));
  return (point) => mean + deviation * process.at(point).mean;
}
