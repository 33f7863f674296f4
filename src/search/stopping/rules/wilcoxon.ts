import { canonicalJson } from '../../../core/parameters.js';
import { formatCounted } from '../../../core/format.js';
import type { WilcoxonRule } from '../../../core/trial/early-termination.js';
import { bestAt, isWhole, type Curve } from '../curve.js';
import type { Curves } from '../curves.js';
import { CONTINUE, stop, type StoppingRule } from '../rule.js';

/**
 * Stops the remaining folds and seeds of a point that is worse than the best point, by the signed-rank test of Wilcoxon (1945)
 * on the folds and seeds that both have. Optuna's `WilcoxonPruner`, with the exact distribution instead of its approximation. The
 * trial under way counts as it stands, against the same epoch of the other.
 */
export function wilcoxonRule({ pValue, minFolds }: WilcoxonRule): StoppingRule {
  return {
    judge(curve, curves) {
      const points = pointsOf(curves);
      const own = points.get(pointOf(curve))!;
      const rival = bestPoint(points, own);
      if (rival === undefined) return CONTINUE;
      const differences = [...own].flatMap(([instance, mine]) => {
        const other = rival.get(instance);
        const isEnded = isWhole(mine);
        if (other === undefined || (mine !== curve && !isEnded)) return [];
        const pair = isEnded
          ? [mine.best.at(-1), other.best.at(-1)]
          : [mine, other].map((one) => bestAt(one, curve.lastEpoch));
        return pair[0] === undefined || pair[1] === undefined ? [] : [pair[0] - pair[1]];
      });
      if (differences.length <= minFolds) return CONTINUE;
      const p = signedRankTest(differences);
      if (p >= pValue) return CONTINUE;
      return stop(
        `wilcoxon: worse than the best point over ${formatCounted(differences.length, 'fold')} (p = ${p.toFixed(3)})`,
      );
    },
  };
}

/** The trials of each point by fold and seed. */
type Point = Map<string, Curve>;

function pointsOf(curves: Curves): Map<string, Point> {
  const points = new Map<string, Point>();
  for (const curve of curves.all()) {
    const key = pointOf(curve);
    const point = points.get(key) ?? new Map<string, Curve>();
    points.set(key, point.set(canonicalJson([curve.trial.params['fold'] ?? null, curve.trial.seed]), curve));
  }
  return points;
}

function pointOf({ trial }: Curve): string {
  return canonicalJson({ ...trial.params, fold: null });
}

/** Of the points that have ended wherever `own` has begun, the one with the best mean there. */
function bestPoint(points: ReadonlyMap<string, Point>, own: Point): Point | undefined {
  let best: { readonly point: Point; readonly mean: number } | undefined;
  for (const point of points.values()) {
    const finals = [...own.keys()].map((instance) => {
      const curve = point.get(instance);
      return curve !== undefined && isWhole(curve) ? (curve.best.at(-1) ?? Infinity) : Infinity;
    });
    const mean = finals.reduce((sum, value) => sum + value, 0) / finals.length;
    if (point !== own && Number.isFinite(mean) && (best === undefined || mean < best.mean)) best = { point, mean };
  }
  return best?.point;
}

/**
 * Probability that signed ranks are as much in favour of positive differences as these, if either sign is equally likely. Zeros
 * are left out, ties share their mean rank. Exact: counts the sums over all signs.
 */
export function signedRankTest(differences: readonly number[]): number {
  const sorted = differences.filter((difference) => difference !== 0).sort((a, b) => Math.abs(a) - Math.abs(b));
  if (sorted.length === 0) return 1;
  // Twice the ranks, so that means of two are whole numbers.
  const ranks = sorted.map((difference) => {
    const size = Math.abs(difference);
    const first = sorted.findIndex((other) => Math.abs(other) === size);
    const last = sorted.findLastIndex((other) => Math.abs(other) === size);
    return first + last + 2;
  });
  const positive = ranks.reduce((sum, rank, index) => (sorted[index]! > 0 ? sum + rank : sum), 0);
  let ways = new Map([[0, 1]]);
  for (const rank of ranks) {
    const next = new Map(ways);
    for (const [sum, count] of ways) next.set(sum + rank, (next.get(sum + rank) ?? 0) + count);
    ways = next;
  }
  const extreme = [...ways].reduce((total, [sum, count]) => (sum >= positive ? total + count : total), 0);
  return extreme / 2 ** ranks.length;
}
