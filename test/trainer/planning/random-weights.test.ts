import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeclaredParameters } from '../../../src/core/trainer/trainer-description.js';
import { randomWeightsWarnings } from '../../../src/trainer/planning/random-weights.js';

const rates = (...values: readonly number[]): DeclaredParameters['axes'] => [
  { name: 'learning_rate', distribution: { kind: 'categorical', values } },
];
const MANY = 50_000;

test('random weights with a low learning rate or few images are a warning that names the remedy', () => {
  const [low, ...more] = randomWeightsWarnings({ axes: rates(3e-5, 1e-4), fixed: { backbone: 'b3' } }, MANY);
  assert.match(
    low!,
    /starts from random weights, and a learning rate of 1e-4 is too low for that: .*`weights: imagenet`/,
  );
  assert.match(low!, /`sweep weights fetch b3`/);
  assert.deepEqual(more, []);
  const [both] = randomWeightsWarnings({ axes: [], fixed: {} }, 412);
  assert.match(both!, /a learning rate of 3e-5 is too low for that and 412 training images are few for that/);
  const range = { name: 'learning_rate', distribution: { kind: 'log_uniform_values', min: 1e-6, max: 5e-5 } } as const;
  assert.equal(randomWeightsWarnings({ axes: [range], fixed: {} }, MANY).length, 1);
});

test('a sweep that may mean its random weights is not warned about', () => {
  const quiet: readonly (readonly [DeclaredParameters, images: number])[] = [
    [{ axes: rates(3e-5, 1e-3), fixed: {} }, MANY],
    [{ axes: rates(3e-5), fixed: { weights: 'none' } }, 100],
    [{ axes: rates(3e-5), fixed: { weights: 'imagenet' } }, 100],
    [
      { axes: [{ name: 'weights', distribution: { kind: 'categorical', values: ['none', 'imagenet'] } }], fixed: {} },
      100,
    ],
    [{ axes: [], fixed: { backbone: 'alexnet' } }, 100],
    [
      {
        axes: [{ name: 'learning_rate', distribution: { kind: 'found_values', per: 'backbone', factors: [1] } }],
        fixed: {},
      },
      MANY,
    ],
  ];
  for (const [declared, images] of quiet) assert.deepEqual(randomWeightsWarnings(declared, images), []);
});
