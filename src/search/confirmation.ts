import { isBetter, type Objective } from '../core/objective.js';
import { canonicalJson, type Params } from '../core/parameters.js';
import type { SearchSpace } from '../core/space/search-space.js';
import type { Observation } from '../core/trial/observation.js';
import type { TrialSpec } from '../core/trial/trial.js';
import type { KeyOf } from './trial-key.js';

/** The seeds that confirm: the whole numbers after the largest seed of the sweep. */
export function confirmingSeeds({ seeds, confirm }: Pick<SearchSpace, 'seeds' | 'confirm'>): number[] {
  const last = Math.max(...seeds);
  return Array.from({ length: confirm?.seeds ?? 0 }, (_, index) => last + 1 + index);
}

export interface ConfirmationOptions {
  readonly space: Pick<SearchSpace, 'seeds' | 'folds' | 'confirm'>;
  readonly objective: Objective;
  readonly keyOf: KeyOf;
}

/**
 * The trials that confirm the best points, the best point first. A point is as good as the mean of its finished trials, each
 * taken at its best epoch; trials that confirm do not count, so that the choice depends on the search alone. The best of many
 * trainings is better than the mean of its setting, because chance helped to choose it: new seeds have no such bias.
 */
export function confirmingTrials(
  history: Iterable<Observation>,
  { space, objective, keyOf }: ConfirmationOptions,
): TrialSpec[] {
  const seeds = confirmingSeeds(space);
  const best = rankPoints(history, objective, space).slice(0, space.confirm?.top ?? 0);
  const folds = Array.from({ length: space.folds ?? 1 }, (_, fold) => fold);
  const trials = best.flatMap((point, rank) =>
    seeds.flatMap((seed) =>
      folds.map((fold): Omit<TrialSpec, 'position'> => {
        const params = space.folds === undefined ? point : { ...point, fold };
        return { key: keyOf(params, seed), seed, params, origin: `confirms point ${rank + 1}`, confirms: true };
      }),
    ),
  );
  return trials.map((trial, position) => ({ ...trial, position }));
}

/** Points by the mean objective of their finished trials, the best first; the first in the history where means are equal. */
function rankPoints(
  history: Iterable<Observation>,
  objective: Objective,
  { seeds, folds }: ConfirmationOptions['space'],
): Params[] {
  const points = new Map<string, { readonly params: Params; readonly values: number[] }>();
  for (const { params, seed, status, epochs } of history) {
    const isFinished = status === 'completed' || status === 'stopped';
    const value = epochs.reduce<number | undefined>(
      (best, epoch) =>
        epoch.objective !== undefined && isBetter(objective, epoch.objective, best) ? epoch.objective : best,
      undefined,
    );
    if (!isFinished || value === undefined || !seeds.includes(seed)) continue;
    const point = folds === undefined ? params : withoutFold(params);
    const key = canonicalJson(point);
    const known = points.get(key) ?? { params: point, values: [] };
    known.values.push(value);
    points.set(key, known);
  }
  const sign = objective.goal === 'maximize' ? -1 : 1;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return [...points.values()]
    .map(({ params, values }) => ({ params, score: sign * mean(values) }))
    .sort((a, b) => a.score - b.score)
    .map(({ params }) => params);
}

const withoutFold = (params: Params): Params =>
  Object.fromEntries(Object.entries(params).filter(([name]) => name !== 'fold'));
