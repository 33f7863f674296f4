import { InputError } from '../../core/errors.js';
import type { Params } from '../../core/parameters.js';
import { formatParam } from '../../core/format.js';
import type { LrFind } from '../../core/results/lr-find.js';
import { isFound } from '../../core/space/distribution.js';
import { findCases } from '../../search/find-cases.js';
import { planTrials } from '../../search/plan.js';
import { trialKeys } from '../../search/trial-key.js';
import type { PlannedSweep } from '../planning/planned-sweep.js';

/** A range test of the learning rate that a sweep asks for. */
export interface LrFindTask {
  /** As `LrFind.key`. */
  readonly key: string;
  readonly backbone: string;
  readonly params: Params;
  readonly seed: number;
}

export const findsRates = ({ definition }: PlannedSweep): boolean =>
  definition.axes.some(({ distribution }) => isFound(distribution));

/** The range tests of a sweep, one for each of its backbones; none if its trainer has no range test. */
export function lrFindTasks({ definition, identity, trainer: { rangeTest } }: PlannedSweep): LrFindTask[] {
  if (rangeTest === undefined) return [];
  const keyOf = trialKeys({ ...identity, trainerVersion: rangeTest.version });
  return findCases(definition, rangeTest.finds, identity.defaults).map(({ value, params: all, seed }) => {
    const params = Object.fromEntries(Object.entries(all).filter(([name]) => !rangeTest.ignores.has(name)));
    return { key: keyOf(params, seed), backbone: value as string, params, seed };
  });
}

/**
 * The sweep with its learning rates around the rate found for each backbone. Backbones without a test keep unknown rates. A rate has
 * two significant digits, because no test is more exact.
 *
 * @throws InputError NO_LEARNING_RATE
 */
export function aroundFound(
  sweep: PlannedSweep,
  tasks: readonly LrFindTask[],
  finds: ReadonlyMap<string, LrFind>,
): PlannedSweep {
  const centres = new Map<string, number>();
  for (const { key, backbone } of tasks) {
    const find = finds.get(key);
    if (find) centres.set(backbone, centreOf(find));
  }
  return { ...sweep, plan: planTrials(sweep.definition, sweep.identity, centres) };
}

/** @throws InputError NO_LEARNING_RATE */
export function centreOf({ backbone, suggestions }: LrFind): number {
  if (suggestions) return Number(suggestions.valley.toPrecision(2));
  throw new InputError(
    'NO_LEARNING_RATE',
    `no learning rate can be suggested for ${backbone}: the loss never fell in the test`,
    {
      hint: '"sweep lr-find" draws its curve. Give `learning_rate` values of your own instead of `find`.',
    },
  );
}

/** `learning_rate of b0 around 2.3e-4, as found`, for each backbone with a test. */
export const foundNotes = (tasks: readonly LrFindTask[], finds: ReadonlyMap<string, LrFind>): string[] =>
  tasks.flatMap(({ key, backbone }) => {
    const find = finds.get(key);
    return find ? [`learning_rate of ${backbone} around ${formatParam(centreOf(find))}, as found`] : [];
  });
