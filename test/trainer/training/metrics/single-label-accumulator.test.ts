import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SingleLabelAccumulator } from '../../../../src/trainer/training/metrics/single-label-accumulator.js';

const batchOf = (labels: number[], count: number) => ({ labels: Int32Array.from(labels), count });

const isClose = (actual: number | undefined, expected: number) => Math.abs(actual! - expected) < 1e-7;

describe('metrics of one class per image', () => {
  it('averages over images, not over batches, and ignores padding', () => {
    const accumulator = new SingleLabelAccumulator({ classes: 2 });
    const full = { losses: Float32Array.of(1, 2), logits: Float32Array.of(3, -1, 0, 1) };
    assert.equal(accumulator.add(batchOf([0, 1], 2), full), 1.5);
    const padded = { losses: Float32Array.of(6, 1000), logits: Float32Array.of(0, 5, 9, 0) };
    assert.equal(accumulator.add(batchOf([0, 0], 1), padded), 6);
    const { val_loss: loss, val_accuracy: accuracy, val_balanced_accuracy: balanced } = accumulator.metrics('val_');
    assert.deepEqual([loss, accuracy, balanced], [3, 2 / 3, 0.75]);
    // Class 0: precision 1, recall 1/2; class 1: precision 1/2, recall 1.
    assert.ok(isClose(accumulator.metrics()['macro_f1'], 2 / 3));
    assert.deepEqual(accumulator.classes(['a', 'b']), { names: ['a', 'b'], confusion: [1, 1, 0, 1] });
  });

  it('computes the same cross-entropy for every loss, and a finite one if a probability is 0', () => {
    const logits = Float32Array.of(Math.log(4), 0, 0, 500);
    const [gently, harshly] = [1, 1000].map((loss) => {
      const accumulator = new SingleLabelAccumulator({ classes: 2 });
      accumulator.add(batchOf([0, 0], 2), { losses: Float32Array.of(loss, loss), logits });
      return accumulator.metrics()['cross_entropy'];
    });
    assert.ok(isClose(gently, (Math.log(5 / 4) + 500) / 2));
    assert.equal(harshly, gently);
  });

  it('computes ranking metrics over all images if `ranked` is set', () => {
    const logits = [
      [0.5, 0.1, 0.1, 0.1, 0.1, 0.1],
      [0.6, 0.5, 0.4, 0.3, 0.2, 0.1],
      [0.6, 0.5, 0.4, 0.3, 0.2, 0.1],
    ].flat();
    const accumulator = new SingleLabelAccumulator({ classes: 6, ranked: 3 });
    accumulator.add(batchOf([0, 1], 2), {
      losses: new Float32Array(2),
      logits: Float32Array.from(logits.slice(0, 12)),
    });
    accumulator.add(batchOf([5, 0], 1), {
      losses: new Float32Array(2),
      logits: Float32Array.from(logits.slice(12, 24)),
    });
    const { top5_accuracy: top5, auroc, ece } = accumulator.metrics();
    assert.equal(top5, 2 / 3);
    // The image of class 0 scores higher there than both others, that of class 1 than one and as high as the third, that of
    // class 5 lower than one and as high as the other.
    assert.ok(isClose(auroc, (1 + 0.75 + 0.25) / 3), String(auroc));
    // One hit in three predictions, all with a confidence between three and four fifteenths.
    const confidence = (row: number[]) => Math.exp(row[0]!) / row.reduce((sum, logit) => sum + Math.exp(logit), 0);
    const confidences = [0, 6, 12].map((start) => confidence(logits.slice(start, start + 6)));
    const meanConfidence = confidences.reduce((sum, value) => sum + value / 3, 0);
    assert.ok(isClose(ece, Math.abs(meanConfidence - 1 / 3)), String(ece));
    assert.equal(Object.hasOwn(new SingleLabelAccumulator({ classes: 6 }).metrics(), 'auroc'), false);
  });
});
