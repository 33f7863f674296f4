import type { EarlyTermination } from '../../core/trial/early-termination.js';
import type { CurveOptions } from '../../search/stopping/curve.js';
import type { Params } from '../../core/parameters.js';
import type { SweepDefinition } from '../../sweep/definition.js';

/** How a stopping rule reads the trials of a sweep. */
export function curveOptions(
  {
    definition,
    trainer,
  }: {
    readonly definition: Pick<SweepDefinition, 'objective' | 'fixed'>;
    readonly trainer: { readonly defaults: Params };
  },
  rule: EarlyTermination,
): CurveOptions {
  return {
    goal: definition.objective.goal,
    within: 'within' in rule ? rule.within : [],
    defaults: { ...trainer.defaults, ...definition.fixed },
    maxIter: 'maxIter' in rule ? rule.maxIter : undefined,
  };
}
