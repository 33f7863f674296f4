import type { Random } from '../../../core/random.js';
import type { ModelAxis } from '../model-axis.js';
import type { ModelPoint } from '../domain.js';
import type { AxisKernels } from './axis-kernels.js';
import { categoricalKernels } from './categorical-kernels.js';
import { orderedKernels } from './ordered-kernels.js';

/**
 * A density over all axes at once: a mixture of products of kernels, one for each observation, as in the multivariate
 * tree-structured Parzen estimator (Bergstra et al., "Algorithms for hyper-parameter optimization", 2011; Watanabe, arXiv 2304.11127).
 */
export class ParzenEstimator {
  readonly #axes: readonly ModelAxis[];
  readonly #kernels: readonly AxisKernels[];
  /** Shares of the kernels in the mixture. */
  readonly #shares: readonly number[];
  readonly #logShares: Float64Array;

  /** @param weights - of the observations; the kernel that covers everything has weight 1 */
  constructor(observed: readonly ModelPoint[], weights: readonly number[], axes: readonly ModelAxis[]) {
    const total = weights.reduce((sum, weight) => sum + weight, 1);
    this.#axes = axes;
    this.#shares = [...weights, 1].map((weight) => weight / total);
    this.#logShares = Float64Array.from(this.#shares, Math.log);
    this.#kernels = axes.map((axis, index) => {
      const coordinates = observed.map((point) => point[index]!);
      return axis.isOrdered ? orderedKernels(coordinates, axis) : categoricalKernels(coordinates, axis.levels!.length);
    });
  }

  logDensity(point: ModelPoint): number {
    const sums = this.#logShares.slice();
    for (let axis = 0; axis < this.#kernels.length; axis++) this.#kernels[axis]!.addLogDensities(point[axis]!, sums);
    let most = -Infinity;
    for (const sum of sums) most = Math.max(most, sum);
    let total = 0;
    for (const sum of sums) total += Math.exp(sum - most);
    return most + Math.log(total);
  }

  draw(random: Random): ModelPoint {
    let left = random();
    const found = this.#shares.findIndex((share) => (left -= share) < 0);
    const kernel = found < 0 ? this.#shares.length - 1 : found;
    return this.#axes.map(({ snap }, axis) => snap(this.#kernels[axis]!.draw(kernel, random() || 0.5)));
  }
}
