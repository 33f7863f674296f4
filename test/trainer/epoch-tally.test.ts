import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Batch } from '../../src/trainer/data/batches.js';
import { EpochTally } from '../../src/trainer/epoch-tally.js';

const batchOf = (labels: number[], count: number): Batch => ({
  images: new Uint8Array(),
  labels: Int32Array.from(labels),
  weights: Float32Array.from(labels, (_, index) => Number(index < count)),
  count,
});

describe('the tally of an epoch', () => {
  it('averages over images, not over batches, and leaves padding out', () => {
    const tally = new EpochTally(2, 2);
    const full = { losses: Float32Array.of(1, 2), logits: Float32Array.of(3, -1, 0, 1) };
    assert.equal(tally.add(batchOf([0, 1], 2), full), 1.5);
    const padded = { losses: Float32Array.of(6, 1000), logits: Float32Array.of(0, 5, 9, 0) };
    assert.equal(tally.add(batchOf([0, 0], 1), padded), 6);
    const { val_loss: loss, val_accuracy: accuracy, val_balanced_accuracy: balanced } = tally.metrics('val_');
    assert.deepEqual([loss, accuracy, balanced], [3, 2 / 3, 0.75]);
    // Class 0: precision 1, recall 1/2; class 1: precision 1/2, recall 1.
    assert.ok(Math.abs(tally.metrics()['macro_f1']! - 2 / 3) < 1e-12);
  });
});
