import type { Objective } from '../../../core/objective.js';
import { formatMetric } from '../../../core/format.js';
import { seededRandom } from '../../../core/random.js';
import type { Choose, Progress } from '../learning-sampler.js';
import { someNewPoint } from '../new-points.js';
import type { TriedPoint } from '../tried-points.js';
import { ParzenEstimator } from './parzen-estimator.js';

/**
 * Chooses points that are likely among the best ones and unlikely among the others, by two densities over all axes at once. Open
 * points count among the others (a constant liar), so that trials at the same time do not meet; so do failed ones.
 */
export function parzenSearch({ seed, goal }: { readonly seed: number; readonly goal: Objective['goal'] }): Choose {
  return (progress) => {
    const { domain, tried, isNew } = progress;
    const random = seededRandom(seed, 'parzen', tried.length);
    const { good, others } = split(tried);
    const densityOfGood = new ParzenEstimator(
      good.map(({ point }) => point),
      weightsOf(good.length),
      domain.axes,
    );
    const densityOfOthers = new ParzenEstimator(
      others.map(({ point }) => point),
      weightsOf(others.length),
      domain.axes,
    );
    const candidates = Array.from({ length: CANDIDATES }, () => densityOfGood.draw(random)).filter(isNew);
    let best: { readonly point: (typeof candidates)[number]; readonly score: number } | undefined;
    for (const point of candidates) {
      const score = densityOfGood.logDensity(point) - densityOfOthers.logDensity(point);
      if (best === undefined || score > best.score) best = { point, score };
    }
    if (best === undefined)
      return { point: someNewPoint(progress, seed), origin: 'a random point: the likely ones are tried' };
    const bound = formatMetric(Math.max(...good.map(({ value }) => value!)) * (goal === 'maximize' ? -1 : 1));
    return {
      point: best.point,
      origin: `like the best ${good.length === 1 ? 'point' : `${good.length} points`} (${bound} or better)`,
    };
  };
}

/** Points drawn from the density of the good ones, of which the best is taken. */
const CANDIDATES = 24;
/** Share of measured points that count as good, and their greatest number. */
const GOOD = 0.1;
const MOST_GOOD = 25;
/** The last points have full weight, older ones less. */
const RECENT = 25;

/** Both in the order in which they were tried. */
function split(tried: Progress['tried']): {
  readonly good: readonly TriedPoint[];
  readonly others: readonly TriedPoint[];
} {
  const measured = tried.filter(({ status }) => status === 'measured').sort((a, b) => a.value! - b.value!);
  const best = new Set(measured.slice(0, Math.min(Math.ceil(GOOD * measured.length), MOST_GOOD)));
  return { good: tried.filter((each) => best.has(each)), others: tried.filter((each) => !best.has(each)) };
}

/** From 1 / count for the oldest point up to 1 for the last 25. */
function weightsOf(count: number): number[] {
  const ramp = Math.max(0, count - RECENT);
  return Array.from({ length: count }, (_, index) => {
    if (index >= ramp) return 1;
    return ramp === 1 ? 1 / count : 1 / count + ((1 - 1 / count) * index) / (ramp - 1);
  });
}
