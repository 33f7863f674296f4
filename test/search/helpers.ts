import type { Observation } from '../../src/core/trial/observation.js';
import type { SearchSpace } from '../../src/core/space/search-space.js';
import type { TrialSpec } from '../../src/core/trial/trial.js';
import type { Identity } from '../../src/search/trial-key.js';

export const identity: Identity = { fingerprint: 'f1', trainerVersion: '1', defaults: {} };

/** A search space made of what a test cares about: a grid without axes by default. */
export function spaceOf(parts: Partial<SearchSpace>): SearchSpace {
  const empty = {
    objective: { metric: 'val_loss', goal: 'minimize' } as const,
    axes: [],
    fixed: {},
    exclude: [],
    seed: 0,
    seeds: [0],
    folds: undefined,
    runCap: undefined,
  };
  return { method: 'grid', ...empty, ...parts };
}

/** A trial as a history holds it: completed after one epoch, unless `parts` say otherwise. */
export function observationOf(trial: TrialSpec, parts: Partial<Observation> = {}): Observation {
  const epochs = [{ epoch: 1, objective: 0.5, seconds: 1 }];
  return { ...trial, id: trial.position + 1, status: 'completed', attempt: 1, epochs, failure: undefined, ...parts };
}
