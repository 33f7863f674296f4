import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EvaluationSums } from '../../../src/trainer/results/evaluation-sums.js';

const isClose = (actual: number | undefined, expected: number): void =>
  assert.ok(Math.abs(actual! - expected) < 1e-6, `${String(actual)} is not ${expected}`);

test('metrics, classes, confusion and calibration follow from the probabilities', () => {
  const sums = new EvaluationSums({ classNames: ['finch', 'heron'], isMultiLabel: false, images: 4 });
  sums.add([0], Float32Array.of(0.9, 0.1));
  sums.add([0], Float32Array.of(0.3, 0.7));
  sums.add([1], Float32Array.of(0.3, 0.7));
  sums.add([1], Float32Array.of(0, 1));
  const { images, metrics, classes, confusion, calibration } = sums.result();
  assert.equal(images, 4);
  assert.equal(metrics['accuracy'], 0.75);
  isClose(metrics['macro_f1'], (2 / 3 + 0.8) / 2);
  isClose(metrics['cross_entropy'], -(Math.log(0.9) + Math.log(0.3) + Math.log(0.7)) / 4);
  // |0.9 - 1| / 4 + 2 |0.7 - 0.5| / 4
  isClose(metrics['ece'], 0.125);
  assert.equal('loss' in metrics, false);
  assert.deepEqual(classes[1], { name: 'heron', precision: 2 / 3, recall: 1, f1: 0.8, support: 2 });
  assert.deepEqual(confusion, [1, 1, 0, 2]);
  assert.deepEqual(
    calibration.map((bin) => [Number(bin.confidence.toFixed(4)), bin.accuracy, bin.images]),
    [
      [0.7, 0.5, 2],
      [0.9, 1, 1],
      [1, 1, 1],
    ],
  );
});

test('an image with several classes counts in each of them', () => {
  const sums = new EvaluationSums({ classNames: ['dog', 'ball', 'cat'], isMultiLabel: true, images: 2 });
  sums.add([0, 1], Float32Array.of(0.9, 0.4, 0.1));
  sums.add([0], Float32Array.of(0.8, 0.2, 0.6));
  const { metrics, classes, confusion, calibration } = sums.result();
  assert.equal(metrics['accuracy'], 0);
  assert.deepEqual(
    classes.map(({ name, precision, recall, f1, support }) => [name, precision, recall, f1, support]),
    [
      ['dog', 1, 1, 1, 2],
      ['ball', 0, 0, 0, 1],
      ['cat', 0, 0, 0, 0],
    ],
  );
  assert.deepEqual([confusion, calibration], [undefined, []]);
});

test('a probability of zero gives a finite cross-entropy', () => {
  const sums = new EvaluationSums({ classNames: ['a', 'b'], isMultiLabel: false, images: 1 });
  sums.add([0], Float32Array.of(0, 1));
  assert.ok(Number.isFinite(sums.result().metrics['cross_entropy']));
});
