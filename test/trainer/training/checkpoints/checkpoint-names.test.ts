import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  checkpointName,
  comparePlaces,
  parseCheckpointName,
  TEMPORARY_CHECKPOINT,
} from '../../../../src/trainer/training/checkpoints/checkpoint-names.js';

test('a name contains the last complete epoch, or the current epoch and step', () => {
  assert.equal(checkpointName({ epochs: 7, step: 0 }), 'epoch-0007.ckpt');
  assert.equal(checkpointName({ epochs: 6, step: 120 }), 'epoch-0007-step-000120.ckpt');
  assert.equal(checkpointName({ epochs: 12345, step: 0 }), 'epoch-12345.ckpt');
});

test('names are parsed back to positions, and other names are rejected', () => {
  for (const place of [
    { epochs: 1, step: 0 },
    { epochs: 0, step: 1 },
    { epochs: 99_999, step: 1_234_567 },
  ]) {
    assert.deepEqual(parseCheckpointName(checkpointName(place)), place);
  }
  for (const name of ['epoch-7.ckpt', 'epoch-00007.ckpt', 'epoch-0007-step-000000.ckpt', 'epoch-0007.ckpt.tmp', 'x']) {
    assert.equal(parseCheckpointName(name), undefined, name);
  }
});

test('positions are sorted newest first, by epoch and then by step', () => {
  const places = [
    { epochs: 2, step: 0 },
    { epochs: 3, step: 0 },
    { epochs: 2, step: 9 },
    { epochs: 2, step: 10 },
  ];
  assert.deepEqual(places.sort(comparePlaces).map(checkpointName), [
    'epoch-0003.ckpt',
    'epoch-0003-step-000010.ckpt',
    'epoch-0003-step-000009.ckpt',
    'epoch-0002.ckpt',
  ]);
});

test('temporary names are recognized', () => {
  const name = 'epoch-0001.ckpt.3b241101-e2bb-4255-8caf-4136c566a962.tmp';
  assert.ok(TEMPORARY_CHECKPOINT.test(name));
  assert.equal(parseCheckpointName(name), undefined);
  for (const other of ['epoch-0001.ckpt', 'mine.tmp']) assert.ok(!TEMPORARY_CHECKPOINT.test(other));
});
