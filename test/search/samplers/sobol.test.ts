import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalJson } from '../../../src/core/parameters.js';
import { planTrials } from '../../../src/search/plan.js';
import { identity, spaceOf } from '../helpers.js';

const rate = { name: 'rate', distribution: { kind: 'log_uniform_values', min: 1e-4, max: 1 } } as const;
const loss = { name: 'loss', distribution: { kind: 'categorical', values: ['focal', 'cross_entropy'] } } as const;

test('a Sobol search of 64 points has each loss 32 times and 16 rates in each decade', () => {
  const space = spaceOf({ method: 'sobol', axes: [rate, loss], runCap: 64, seed: 3 });
  const trials = [...planTrials(space, identity).enumeration!.trials()];
  const count = (of: (params: (typeof trials)[number]['params']) => unknown): Map<unknown, number> => {
    const counts = new Map<unknown, number>();
    for (const { params } of trials) counts.set(of(params), (counts.get(of(params)) ?? 0) + 1);
    return counts;
  };
  assert.deepEqual([...count(({ loss: value }) => value).values()], [32, 32]);
  assert.deepEqual([...count((params) => Math.floor(Math.log10(params['rate'] as number))).values()], [16, 16, 16, 16]);
  assert.deepEqual(
    trials.slice(0, 2).map(({ origin }) => origin),
    ['Sobol point 1', 'Sobol point 2'],
  );
});

test('a Sobol search of a grid has every point once', () => {
  const sizes = { name: 'size', distribution: { kind: 'int_uniform', min: 1, max: 9 } } as const;
  const plan = planTrials(spaceOf({ method: 'sobol', axes: [sizes, loss], exclude: [{ size: [4] }] }), identity);
  assert.deepEqual([plan.size, plan.points, plan.excluded], [16, 18, 2]);
  const points = [...plan.enumeration!.trials()].map(({ params }) => params);
  assert.equal(new Set(points.map(canonicalJson)).size, 16);
  assert.ok(points.every((params) => params['size'] !== 4));
});
