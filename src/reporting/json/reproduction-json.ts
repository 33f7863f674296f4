import type { Difference, Reproduction } from '../../core/reports/reproduction.js';
import { verdictOn } from '../terminal/text/reproduction-text.js';
import { jsonText } from './json-text.js';

/** A trial that was run again, for programs: docs/json/reproduce.schema.json. */
export function reproductionJson(reproduction: Reproduction): string {
  const { recorded, curve, weights, excuses } = reproduction;
  return jsonText({
    holds: verdictOn(reproduction).holds,
    epochs: recorded.size,
    curve: {
      identical: curve.isIdentical,
      within_tolerance: curve.isWithinTolerance,
      largest: difference(curve.largest),
    },
    weights: weights ? { identical: weights.isIdentical, largest: difference(weights.largest) } : null,
    conditions: excuses,
  });
}

const difference = (largest: Difference | undefined): object | null =>
  largest === undefined ? null : { what: largest.what, then: largest.then, now: largest.now ?? null };
