import { fitHyperparameters } from '../gaussian-process/fit.js';
import { Posterior } from '../gaussian-process/posterior.js';
import type { ModelPoint } from '../domain.js';
import type { TriedPoint } from '../tried-points.js';
import { normalLogCdf } from '../../numerics/normal.js';

/**
 * Logarithm of the probability that a trial of a point does not fail: a Gaussian process of 1 for measured points and -1 for failed
 * ones (least-squares classification, Rasmussen and Williams, section 6.5). 0 everywhere while nothing has failed.
 */
export function feasibilityModel(
  tried: readonly TriedPoint[],
  ordered: readonly boolean[],
): (point: ModelPoint) => number {
  const ended = tried.filter(({ status }) => status !== 'open');
  const labels = ended.map(({ status }) => (status === 'failed' ? -1 : 1));
  if (!labels.includes(-1)) return () => 0;
  const mean = labels.reduce((sum: number, label) => sum + label, 0) / labels.length;
  const inputs = ended.map(({ point }) => point);
  const centred = labels.map((label) => label - mean);
  const parameters = fitHyperparameters(inputs, centred, ordered);
  const process = new Posterior(inputs, centred, parameters);
  return (point) => {
    const { mean: deviation, variance } = process.at(point);
    return normalLogCdf((mean + deviation) / Math.sqrt(variance + parameters.noise));
  };
}
