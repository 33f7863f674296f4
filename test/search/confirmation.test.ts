import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Params } from '../../src/core/parameters.js';
import type { Observation } from '../../src/core/trial/observation.js';
import { confirmingTrials } from '../../src/search/confirmation.js';
import { planTrials } from '../../src/search/plan.js';
import { trialKeys } from '../../src/search/trial-key.js';
import { identity, observationOf, spaceOf } from './helpers.js';

const keyOf = trialKeys(identity);

const MAXIMIZE = { metric: 'accuracy', goal: 'maximize' } as const;

let position = 0;

const observed = (params: Params, objective: number | undefined, parts: Partial<Observation> = {}): Observation => {
  const seed = parts.seed ?? 0;
  const epochs = [
    { epoch: 1, objective, seconds: 1 },
    { epoch: 2, objective: 0.01, seconds: 1 },
  ];
  return observationOf({ key: keyOf(params, seed), position: position++, seed, params }, { epochs, ...parts });
};

test('the best points are trained again with each new seed, the best point first', () => {
  const history = [observed({ x: 1 }, 0.5), observed({ x: 2 }, 0.9), observed({ x: 3 }, 0.7), observed({ x: 4 }, 0.6)];
  const space = { seeds: [0], folds: undefined, confirm: { top: 2, seeds: 3 } };
  const trials = confirmingTrials(history, { space, objective: MAXIMIZE, keyOf });
  assert.deepEqual(
    trials.map(({ params, seed }) => [params['x'], seed]),
    [
      [2, 1],
      [2, 2],
      [2, 3],
      [3, 1],
      [3, 2],
      [3, 3],
    ],
  );
  assert.ok(trials.every(({ key, params, seed, confirms }) => confirms === true && key === keyOf(params, seed)));
  const least = confirmingTrials(history, { space, objective: { ...MAXIMIZE, goal: 'minimize' }, keyOf });
  // The best epoch counts, which is the second one where less is better.
  assert.equal(least[0]?.params['x'], 1);
});

test('a point is as good as the mean over its seeds and folds, and each fold is confirmed', () => {
  const history = [
    ...[0.9, 0.1].map((value, fold) => observed({ x: 1, fold }, value)),
    ...[0.6, 0.7].map((value, fold) => observed({ x: 2, fold }, value)),
  ];
  const space = { seeds: [4, 9], folds: 2, confirm: { top: 1, seeds: 2 } };
  const ofSeeds = history.map((trial) => ({ ...trial, seed: 9 }));
  const trials = confirmingTrials(ofSeeds, { space, objective: MAXIMIZE, keyOf });
  assert.deepEqual(
    trials.map(({ params, seed }) => [params['x'], params['fold'], seed]),
    [
      [2, 0, 10],
      [2, 1, 10],
      [2, 0, 11],
      [2, 1, 11],
    ],
  );
});

test('trials that failed, have no value, or confirm themselves have no part in the choice', () => {
  const space = { seeds: [0], folds: undefined, confirm: { top: 5, seeds: 2 } };
  const history = [
    observed({ x: 1 }, 0.5),
    observed({ x: 2 }, 0.99, { status: 'failed', failure: 'code' }),
    observed({ x: 3 }, 0.99, { status: 'running' }),
    observed({ x: 4 }, undefined, { epochs: [] }),
    observed({ x: 5 }, 0.99, { seed: 1 }),
    observed({ x: 6 }, 0.4, { status: 'stopped' }),
  ];
  const trials = confirmingTrials(history, { space, objective: MAXIMIZE, keyOf });
  assert.deepEqual([...new Set(trials.map(({ params }) => params['x']))], [1, 6]);
});

test('a plan counts the trials that confirm, never for more points than there are', () => {
  const axes = [{ name: 'x', distribution: { kind: 'categorical', values: [1, 2, 3] } as const }];
  const confirming = (parts: Parameters<typeof spaceOf>[0]): number =>
    planTrials(spaceOf({ axes, ...parts }), identity).confirming;
  assert.equal(confirming({}), 0);
  assert.equal(confirming({ confirm: { top: 2, seeds: 5 } }), 10);
  assert.equal(confirming({ confirm: { top: 9, seeds: 5 } }), 15);
  assert.equal(confirming({ confirm: { top: 9, seeds: 5 }, runCap: 2 }), 10);
  assert.equal(confirming({ confirm: { top: 1, seeds: 2 }, folds: 4, seeds: [1, 2, 3] }), 8);
});
