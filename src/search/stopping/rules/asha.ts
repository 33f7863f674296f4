import { formatCounted, formatMetric } from '../../../core/format.js';
import type { AshaRule } from '../../../core/trial/early-termination.js';
import type { Curve } from '../curve.js';
import { lowerBound, type Curves } from '../curves.js';
import { CONTINUE, pause, stop, type StoppingRule } from '../rule.js';

/**
 * Asynchronous successive halving (Li et al. 2020, arXiv 1810.05934). Rungs are at `minIter`, `minIter * eta`,
 * `minIter * eta^2`, ... A trial goes on from a rung if its best value is among the best 1 / eta of those of all trials that have
 * reached the rung so far. In the variant that stops, the first `eta - 1` trials of a rung go on, too; in the one that promotes,
 * a trial pauses until enough others are worse.
 */
export function ashaRule(definition: AshaRule): StoppingRule {
  const { eta, unit, variant } = definition;
  const isPromoting = variant === 'promoting';

  function passes(curve: Curve, rung: number, curves: Curves): { readonly passes: boolean; readonly reason: string } {
    const value = valueAtRung(curve, rung, unit)!;
    const inRung = curves.column(`rung ${rung}`, curve.stratum, (other) => valueAtRung(other, rung, unit));
    const count = inRung.length;
    const best = isPromoting ? Math.floor(count / eta) : count < eta ? count : Math.floor(count / eta);
    const written = `${formatMetric(Math.abs(value))} after ${formatCounted(rung, unit.slice(0, -1))}`;
    return {
      passes: lowerBound(inRung, value) < best,
      reason: `asha: ${written} is not among the best ${Math.max(1, best)} of ${count}`,
    };
  }

  return {
    judge(curve, curves) {
      const rung = curve.isFinite ? rungReached(curve, definition) : undefined;
      if (rung === undefined) return CONTINUE;
      const { passes: goesOn, reason } = passes(curve, rung, curves);
      if (goesOn) return CONTINUE;
      return isPromoting ? pause(reason) : stop(reason);
    },
    ...(isPromoting && {
      promote(curves: Curves, mayGoOn: (trialId: number) => boolean): Curve | undefined {
        const candidates = [...curves.all()].flatMap((curve) => {
          if (!mayGoOn(curve.trial.id) || !curve.isFinite) return [];
          const rung = rungReached(curve, definition);
          return rung !== undefined && passes(curve, rung, curves).passes ? [{ curve, rung }] : [];
        });
        // The highest rung first, and the best trial in it.
        const [first] = candidates.sort((a, b) => b.rung - a.rung || a.curve.best.at(-1)! - b.curve.best.at(-1)!);
        return first?.curve;
      },
    }),
  };
}

/** The rung that the last epoch has just reached: no later epoch is judged by it again. */
function rungReached(
  { epochs, seconds }: Curve,
  { minIter, eta, unit }: Pick<AshaRule, 'minIter' | 'eta' | 'unit'>,
): number | undefined {
  const at = unit === 'epochs' ? epochs : seconds;
  const [now = 0, before = 0] = [at.at(-1), at.at(-2)];
  let reached: number | undefined;
  for (let rung = minIter; rung <= now; rung *= eta) if (rung > before) reached = rung;
  return reached;
}

/** The best value when the trial reached a rung. */
function valueAtRung({ best, epochs, seconds }: Curve, rung: number, unit: AshaRule['unit']): number | undefined {
  return best[lowerBound(unit === 'epochs' ? epochs : seconds, rung)];
}
