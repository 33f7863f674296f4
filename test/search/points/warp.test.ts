import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Distribution } from '../../../src/core/space/distribution.js';
import { quantile } from '../../../src/search/points/quantile.js';
import { warpOf, type Continuous } from '../../../src/search/points/warp.js';
import { assertClose } from '../reference.js';

const CONTINUOUS: readonly Continuous[] = [
  { kind: 'uniform', min: -1, max: 3 },
  { kind: 'log_uniform', min: -3, max: 1 },
  { kind: 'log_uniform_values', min: 1e-5, max: 0.1 },
  { kind: 'inv_log_uniform', min: 1, max: 4 },
  { kind: 'inv_log_uniform_values', min: 1e-5, max: 0.1 },
  { kind: 'normal', mu: 2, sigma: 0.5 },
  { kind: 'log_normal', mu: -2, sigma: 1 },
  { kind: 'beta', a: 2, b: 5 },
];

test('the value at a share has that share below it, and values rise with shares', () => {
  const shares = [0.001, 0.1, 0.25, 0.5, 0.8, 0.9999];
  for (const distribution of CONTINUOUS) {
    const { valueAt, shareOf } = warpOf(distribution);
    const values = shares.map(valueAt);
    assertClose(values.map(shareOf), shares, 1e-8);
    const rises = values.every((value, index) => index === 0 || value > values[index - 1]!);
    assert.ok(rises, distribution.kind);
  }
});

test('quantiles of countable distributions have their probabilities', () => {
  const counts = (distribution: Distribution): Map<unknown, number> => {
    const found = new Map<unknown, number>();
    for (let step = 0; step < 1000; step++) {
      const value = quantile(distribution, (step + 0.5) / 1000);
      found.set(value, (found.get(value) ?? 0) + 1);
    }
    return found;
  };
  assert.deepEqual(
    counts({ kind: 'categorical_w_probabilities', values: ['a', 'b'], probabilities: [0.2, 0.8] }),
    new Map([
      ['a', 200],
      ['b', 800],
    ]),
  );
  assert.deepEqual(
    counts({ kind: 'int_uniform', min: 3, max: 4 }),
    new Map([
      [3, 500],
      [4, 500],
    ]),
  );
  assert.deepEqual(
    [...counts({ kind: 'q_uniform', min: 0, max: 1, q: 0.5 })],
    [
      [0, 250],
      [0.5, 500],
      [1, 250],
    ],
  );
});
