import { formatMetric } from '../../../core/format.js';
import type { Objective } from '../../../core/objective.js';
import type { SamplerSettings } from '../../../core/space/search-space.js';
import { randomInt, seededRandom, type Random } from '../../../core/random.js';
import { Covariances } from '../gaussian-process/covariances.js';
import { fitHyperparameters } from '../gaussian-process/fit.js';
import type { Kernel } from '../gaussian-process/kernel.js';
import { logExpectedImprovement } from '../gaussian-process/log-expected-improvement.js';
import { Posterior, type Hyperparameters } from '../gaussian-process/posterior.js';
import type { ModelPoint } from '../domain.js';
import type { Choose, Progress } from '../learning-sampler.js';
import { memoizeLast } from '../memoize-last.js';
import { newPoints } from '../new-points.js';
import type { TriedPoint } from '../tried-points.js';
import { costModel } from './cost-model.js';
import { feasibilityModel } from './feasibility.js';
import { maximize } from './maximize.js';
import { transformOutcomes } from './outcomes.js';

export interface SearchOptions {
  readonly seed: number;
  readonly goal: Objective['goal'];
  /** See `SamplerSettings.acquisition`. */
  readonly acquisition?: SamplerSettings['acquisition'];
}

/**
 * Chooses the new point with the highest expected improvement under a Gaussian process of the transformed outcomes, times the
 * probability that its trial does not fail. Open points are believed to have the values that are predicted for them (Ginsbourger, Le
 * Riche and Carraro, "Kriging is well-suited to parallelize optimization", 2010). At least two points have to be measured.
 */
export function gaussianProcessSearch({ seed, goal, acquisition = 'improvement' }: SearchOptions): Choose {
  // Many points are chosen in a row from the same outcomes.
  const modelOf = memoizeLast(fitModel);
  return (progress) => {
    const { domain, tried, isNew } = progress;
    const { axes } = domain;
    const { measured, parameters, process, outcomeOf, logFeasible, logSeconds } = modelOf(
      tried.filter(({ status }) => status !== 'open'),
      axes.map(({ isOrdered }) => isOrdered),
      acquisition === 'per_second',
    );
    const believing = process.believing(tried.filter(({ status }) => status === 'open').map(({ point }) => point));
    const best = Math.min(...measured.map(({ point }) => process.at(point).mean));
    const random = seededRandom(seed, 'mutations', tried.length);
    const mutants = measured.slice(0, TOP).flatMap(({ point }) => mutations(point, axes, random));
    const { point } = maximize({
      axes,
      isNew,
      score: (each) => logExpectedImprovement(believing.at(each), best) + logFeasible(each) - logSeconds(each),
      candidates: [...newPoints(progress, { count: candidatesFor(tried.length), seed }), ...mutants.filter(isNew)],
    });
    const predicted = outcomeOf(process.at(point).mean) * (goal === 'maximize' ? -1 : 1);
    const near = nearestTrial(point, measured, parameters);
    const what = acquisition === 'per_second' ? 'expected improvement per second' : 'expected improvement';
    return { point, origin: `${what}${near}: ${formatMetric(predicted)} predicted` };
  };
}

interface Model {
  /** The best one first. */
  readonly measured: readonly TriedPoint[];
  readonly parameters: Hyperparameters;
  readonly process: Posterior;
  /** The outcome that a number predicted by the process stands for. */
  readonly outcomeOf: (value: number) => number;
  readonly logFeasible: (point: ModelPoint) => number;
  /** 0 everywhere where time does not count. */
  readonly logSeconds: (point: ModelPoint) => number;
}

function fitModel(ended: readonly TriedPoint[], ordered: readonly boolean[], countsTime: boolean): Model {
  const measured = ended.filter(({ status }) => status === 'measured').sort((a, b) => a.value! - b.value!);
  const inputs = measured.map(({ point }) => point);
  const { values, outcomeOf } = transformOutcomes(measured.map(({ value }) => value!));
  const parameters = fitHyperparameters(inputs, values, ordered);
  const process = new Posterior(inputs, values, parameters);
  return {
    ...{ measured, parameters, process, outcomeOf },
    logFeasible: feasibilityModel(ended, ordered),
    logSeconds: countsTime ? costModel(measured, ordered) : () => 0,
  };
}

/** Points looked at first: as many as a fixed time allows, which grows with the square of the tried points. */
const candidatesFor = (tried: number): number => Math.min(1024, Math.max(256, Math.round(2.5e6 / (tried * tried))));
/** Best points whose surroundings are searched, and the number of points looked at in those of each. */
const TOP = 5;
const MUTATIONS = 20;

/** Points near a good one, with another value on one or two axes. */
function mutations(point: ModelPoint, axes: Progress['domain']['axes'], random: Random): ModelPoint[] {
  return Array.from({ length: MUTATIONS }, () => {
    const moved = [...point];
    const changes = 1 + randomInt(random, 2);
    for (let change = 0; change < changes; change++) {
      const index = randomInt(random, axes.length);
      const { isOrdered, coordinateAt, snap } = axes[index]!;
      const isNear = isOrdered && random() < 0.7;
      moved[index] = isNear ? snap(moved[index]! + (random() - 0.5) * 0.4) : coordinateAt(random());
    }
    return moved;
  });
}

/** ` near trial 7`: the measured trial that says most about a point. */
function nearestTrial(point: ModelPoint, measured: readonly TriedPoint[], kernel: Kernel): string {
  const closeness = new Covariances(
    measured.map((each) => each.point),
    kernel,
  ).with(point);
  const nearest = closeness.reduce((best, value, index) => (value > closeness[best]! ? index : best), 0);
  const { trial } = measured[nearest]!;
  return trial === undefined ? '' : ` near trial ${trial}`;
}
