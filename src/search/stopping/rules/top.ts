import { formatCounted, formatMetric } from '../../../core/format.js';
import type { TopRule } from '../../../core/trial/early-termination.js';
import { bestAt, type Curve } from '../curve.js';
import { lowerBound, type Curves } from '../curves.js';
import { CONTINUE, pause, stop, type StoppingRule } from '../rule.js';

/**
 * Every trial is trained for a share of its epochs, then the best ones go on: one bracket of successive halving (Jamieson and
 * Talwalkar 2016, arXiv 1502.07943) with one rung. A trial pauses at the rung until all have reached it, unless enough others
 * are better already.
 */
export function topRule({ share, keep }: TopRule): StoppingRule {
  const rungOf = ({ wholeEpochs = 1 }: Curve): number => Math.max(1, Math.round(share * wholeEpochs));
  const atRung = (curve: Curve): number | undefined => bestAt(curve, rungOf(curve));

  /** Trials that go on; `undefined` as long as their number depends on trials to come. */
  function kept(curves: Curves): number | undefined {
    if (keep >= 1) return keep;
    return curves.isClosed ? Math.max(1, Math.round(keep * curves.size)) : undefined;
  }

  /** Whether a trial may still reach the rung. */
  const isComing = (curve: Curve): boolean => OPEN.includes(curve.trial.status) && curve.lastEpoch < rungOf(curve);

  return {
    judge(curve, curves) {
      const rung = rungOf(curve);
      const value = atRung(curve);
      if (curve.lastEpoch !== rung || value === undefined) return CONTINUE;
      const all = curves.column('top', curve.stratum, atRung);
      const limit = kept(curves);
      const better = lowerBound(all, value);
      const written = `top: ${formatMetric(Math.abs(value))} after ${formatCounted(rung, 'epoch')}`;
      if (limit !== undefined && better >= limit) return stop(`${written}, and ${better} of ${all.length} are better`);
      if (curves.isClosed && ![...curves.all()].some(isComing)) return CONTINUE;
      return pause(`${written} waits for the other trials`);
    },
    promote(curves, mayGoOn) {
      if (!curves.isClosed || [...curves.all()].some(isComing)) return undefined;
      const paused = [...curves.all()].filter(({ trial }) => mayGoOn(trial.id));
      return paused.sort((a, b) => (atRung(a) ?? Infinity) - (atRung(b) ?? Infinity))[0];
    },
  };
}

const OPEN: readonly string[] = ['queued', 'running', 'paused'];
