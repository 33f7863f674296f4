import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { describeChanges } from '../../src/sweep/describe-changes.js';
import { parse } from './helpers.js';

const BEFORE = `
method: grid
dataset: ./flowers
parameters:
  backbone: {values: [b0, b1]}
  gamma: {values: [0, 1, 2]}
  learning_rate: {distribution: q_uniform, min: 0.1, max: 0.5, q: 0.1}
image_size: 32
exclude:
  - {backbone: b1, gamma: [1, 2]}
seeds: [0, 1]
`;

/** The changes that edits of the file make. */
function changes(...edits: readonly (readonly [from: string, to: string])[]): string[] {
  const after = edits.reduce((text, [from, to]) => {
    assert.ok(text.includes(from), from);
    return text.replace(from, to);
  }, BEFORE);
  return describeChanges(parse(BEFORE), parse(after));
}

describe('what changed between two definitions', () => {
  test('is empty if only descriptions, devices or notation changed', () => {
    assert.deepEqual(
      changes(['method:', 'description: x\nslots: 3\ndevices: [gpu:0]\nmethod:'], ['[0, 1, 2]', '[0.0, 1.0, 2]']),
      [],
    );
  });

  test('is listed value by value', () => {
    assert.deepEqual(
      changes(['[0, 1, 2]}', '[0, 1, 2, 5, 7]}'], ['[b0, b1]', '[b1]'], ['seeds: [0, 1]', 'seeds: [1, 2]']),
      ['backbone: "b0" removed', 'gamma: 5, 7 added', 'seeds: 2 added', 'seeds: 0 removed'],
    );
  });

  test('lists parameters that are added, removed or fixed', () => {
    assert.deepEqual(
      changes(
        ['image_size: 32', 'epochs: 3'],
        [
          '  learning_rate: {distribution: q_uniform, min: 0.1, max: 0.5, q: 0.1}',
          '  learning_rate: {value: 0.1}\n  batch_size: {min: 1, max: 9}',
        ],
      ),
      [
        'batch_size: int_uniform from 1 to 9 added',
        'epochs: 3 added',
        'learning_rate: q_uniform from 0.1 to 0.5, q 0.1 -> 0.1',
        'image_size: 32 removed',
      ],
    );
  });

  test('lists everything else that decides trials', () => {
    assert.deepEqual(
      changes(
        ['method: grid', 'method: random\nseed: 3\nrun_cap: 20\nmetric: {name: val_loss}'],
        ['./flowers', './trees'],
        ['image_size: 32', 'image_size: 64'],
        ['gamma: [1, 2]}', 'gamma: 2}'],
      ),
      [
        'method: grid -> random',
        'metric: val_macro_f1 (maximize) -> val_loss (minimize)',
        'dataset: /sweeps/flowers -> /sweeps/trees',
        'image_size: 32 -> 64',
        'seed: 0 -> 3',
        'run_cap: none -> 20',
        'exclude: {backbone: b1, gamma: 2} added',
        'exclude: {backbone: b1, gamma: [1, 2]} removed',
      ],
    );
    assert.deepEqual(
      changes(['dataset:', 'trainer: ./mine.js\nmetric: {name: x}\ndataset:'], ['image_size: 32\n', '']).slice(0, 2),
      ['metric: val_macro_f1 (maximize) -> x (minimize)', 'trainer: image-classifier -> /sweeps/mine.js'],
    );
  });

  test('lists a new order of values and of axes', () => {
    assert.deepEqual(changes(['[0, 1, 2]}', '[2, 1, 0]}']), ['gamma: in another order']);
    assert.deepEqual(
      changes(['  backbone: {values: [b0, b1]}\n', ''], ['image_size', '  backbone: {values: [b0, b1]}\nimage_size']),
      ['axes in another order: gamma, learning_rate, backbone'],
    );
  });
});
