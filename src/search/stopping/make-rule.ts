import { unreachable } from '../../core/errors.js';
import type { EarlyTermination } from '../../core/trial/early-termination.js';
import type { StoppingRule } from './rule.js';
import { ashaRule } from './rules/asha.js';
import { hyperbandRule } from './rules/hyperband.js';
import { learningCurveRule } from './rules/learning-curve.js';
import { patienceRule } from './rules/patience.js';
import { percentileRule } from './rules/percentile.js';
import { thresholdRule } from './rules/threshold.js';
import { topRule } from './rules/top.js';
import { wilcoxonRule } from './rules/wilcoxon.js';

/** The rule that a sweep file declares. */
export function makeRule(definition: EarlyTermination): StoppingRule {
  switch (definition.type) {
    case 'hyperband':
      return hyperbandRule(definition);
    case 'asha':
      return ashaRule(definition);
    case 'top':
      return topRule(definition);
    case 'median':
    case 'percentile':
      return percentileRule(definition);
    case 'patience':
      return patienceRule(definition);
    case 'threshold':
      return thresholdRule(definition);
    case 'learning-curve':
      return learningCurveRule(definition);
    case 'wilcoxon':
      return wilcoxonRule(definition);
    default:
      return unreachable(definition);
  }
}
