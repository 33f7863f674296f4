import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../../src/core/random.js';
import type { ParamValue } from '../../../src/core/parameters.js';
import type { Distribution } from '../../../src/core/space/distribution.js';
import { fanova } from '../../../src/search/importance/fanova.js';
import { featureOf } from '../../../src/search/importance/feature.js';

const AXES = {
  lr: { kind: 'log_uniform_values', min: 1e-5, max: 1e-1 },
  depth: { kind: 'int_uniform', min: 1, max: 4 },
  kind: { kind: 'categorical', values: ['a', 'b', 'c'] },
  noise: { kind: 'uniform', min: 0, max: 1 },
} as const satisfies Record<string, Distribution>;

const KINDS = ['a', 'b', 'c'];
const LIFT = [0, 0.5, -0.3];

/**
 * A function whose variance can be worked out by hand: over the space lr explains 0.488, depth 0.202, kind 0.215, and depth with
 * kind 0.096 of it.
 */
function sample(rows: number): {
  readonly columns: readonly (readonly ParamValue[])[];
  readonly targets: readonly number[];
} {
  const random = seededRandom(5, 'fanova test');
  const points = Array.from({ length: rows }, () => {
    const [exponent, depth] = [4 * random() - 5, 1 + Math.floor(4 * random())];
    const [kind, noise] = [Math.floor(3 * random()), random()];
    const value = -((exponent + 3) ** 2) / 4 + 0.15 * depth + LIFT[kind]! * (depth > 2 ? 1 : 0.2);
    return { values: [10 ** exponent, depth, KINDS[kind]!, noise] as ParamValue[], target: value };
  });
  return {
    columns: Object.keys(AXES).map((_, axis) => points.map(({ values }) => values[axis]!)),
    targets: points.map(({ target }) => target),
  };
}

const featuresOf = (columns: readonly (readonly ParamValue[])[]): ReturnType<typeof featureOf>[] =>
  Object.values(AXES).map((distribution, axis) => featureOf(distribution, columns[axis]!));

test('the shares of parameters and pairs are those of the function', () => {
  const { columns, targets } = sample(400);
  const { single, pairs } = fanova(featuresOf(columns), targets, 0);
  const near = (found: number, expected: number): void => assert.ok(Math.abs(found - expected) < 0.06, `${found}`);
  for (const [axis, expected] of [0.488, 0.202, 0.215, 0].entries()) near(single[axis]!, expected);
  assert.deepEqual(pairs[0]?.features, [1, 2]);
  near(pairs[0].share, 0.096);
  const sum = [...single, ...pairs.map(({ share }) => share)].reduce((total, share) => total + share, 0);
  assert.ok(sum > 0.9 && sum < 1.0001, `the shares add up to ${sum}`);
});

test('the same rows and seed give the same shares, and a constant objective gives none', () => {
  const { columns, targets } = sample(60);
  const features = featuresOf(columns);
  assert.deepEqual(fanova(features, targets, 3), fanova(features, targets, 3));
  const constant = targets.map(() => 0.1);
  assert.deepEqual(fanova(features, constant, 3).single, [0, 0, 0, 0]);
});

test('cells have the lengths of the distribution, and values that were not tried have cells, too', () => {
  const { widths, cells, isOrdered } = featureOf(AXES.lr, [1e-5, 1e-3, 1e-1]);
  assert.deepEqual(
    widths.map((width) => Number(width.toFixed(6))),
    [0.25, 0.5, 0.25],
  );
  assert.deepEqual([cells, isOrdered], [[0, 1, 2], true]);
  const choice = featureOf(AXES.kind, ['c', 'a']);
  assert.deepEqual([choice.widths.length, choice.cells, choice.isOrdered], [3, [2, 0], false]);
  assert.equal(
    featureOf(
      AXES.noise,
      Array.from({ length: 500 }, (_, index) => index / 500),
    ).widths.length,
    32,
  );
});
