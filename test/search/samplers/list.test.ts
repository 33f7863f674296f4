import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputError } from '../../../src/core/errors.js';
import type { SearchSpace } from '../../../src/core/space/search-space.js';
import { planTrials, type Plan } from '../../../src/search/plan.js';
import { identity, observationOf, spaceOf } from '../helpers.js';

const AXES = [
  { name: 'rate', distribution: { kind: 'categorical', values: [0.1, 0.01] } },
  { name: 'loss', distribution: { kind: 'categorical', values: ['focal', 'dice'] } },
] as const;

const listOf = (points: NonNullable<SearchSpace['sampling']>['points'], parts: Partial<SearchSpace> = {}): Plan =>
  planTrials(spaceOf({ method: 'list', axes: AXES, sampling: { points }, ...parts }), {
    ...identity,
    defaults: { loss: 'dice' },
  });

test('a list has its points in their order, each with every seed, repeats and excluded points left out', () => {
  const points = [{ rate: 0.1, loss: 'focal' }, { rate: 0.01 }, { rate: 0.01, loss: 'dice' }, { rate: 0.1 }];
  const plan = listOf(points, { seeds: [1, 2], exclude: [{ rate: [0.1], loss: ['dice'] }] });
  assert.deepEqual([plan.size, plan.points, plan.excluded], [4, 4, 0]);
  const trials = [...plan.enumeration!.trials()];
  assert.deepEqual(
    trials.map(({ params, seed, origin }) => [params['rate'], params['loss'], seed, origin]),
    [
      [0.1, 'focal', 1, 'point 1 of the list'],
      [0.1, 'focal', 2, 'point 1 of the list'],
      [0.01, 'dice', 1, 'point 2 of the list'],
      [0.01, 'dice', 2, 'point 2 of the list'],
    ],
  );
  assert.equal(plan.enumeration!.positionOf({ rate: 0.01 }, 2), 3);
  assert.deepEqual(
    plan.sampler.propose(
      trials.map((trial) => observationOf(trial)),
      3,
    ),
    [],
  );
});

test('a point without a value and without a default is refused with its number', () => {
  assert.throws(
    () => listOf([{ rate: 0.1 }, { loss: 'focal' }]),
    (error: unknown) =>
      error instanceof InputError && error.message.startsWith('point 2 of the list has no value for rate'),
  );
});
