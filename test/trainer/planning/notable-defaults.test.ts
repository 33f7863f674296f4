import assert from 'node:assert/strict';
import { test } from 'node:test';
import { notableDefaults } from '../../../src/trainer/planning/notable-defaults.js';

test('the defaults that decide a result are listed unless the sweep names them', () => {
  const backbones = { name: 'backbone', distribution: { kind: 'categorical', values: ['b0', 'b3'] } } as const;
  assert.deepEqual(notableDefaults({ axes: [backbones], fixed: { learning_rate: 1e-3, gamma: 2, dropout: 0 } }), {
    weights: 'none',
    unfreeze: 'all',
    image_size: '224 (b0), 300 (b3)',
    augment: 'none',
    optimizer: 'adam',
    schedule: 'constant',
    batch_size: 16,
    epochs: 10,
    loss: 'focal',
  });
  const { backbone, image_size: size, dropout } = notableDefaults({ axes: [], fixed: {} });
  assert.deepEqual([backbone, size, dropout], ['b0', 224, 0.2]);
});
