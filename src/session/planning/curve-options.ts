import type { EarlyTermination } from '../../core/trial/early-termination.js';
import type { CurveOptions } from '../../search/stopping/curve.js';
import type { PlannedSweep } from './planned-sweep.js';

/** How a stopping rule reads the trials of a sweep. */
export function curveOptions(
  { definition, trainer }: Pick<PlannedSweep, 'definition' | 'trainer'>,
  rule: EarlyTermination,
): CurveOptions {
  return {
    goal: definition.objective.goal,
    within: 'within' in rule ? rule.within : [],
    defaults: { ...trainer.defaults, ...definition.fixed },
    maxIter: 'maxIter' in rule ? rule.maxIter : undefined,
  };
}
