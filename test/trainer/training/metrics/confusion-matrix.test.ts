import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfusionMatrix } from '../../../../src/trainer/training/metrics/confusion-matrix.js';

/** Equal to nine digits. */
function assertClose(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);
}

test('metrics of two classes match values computed by hand', () => {
  // 3 of 4 cats and 1 of 2 dogs found; 4 called cats of which 3 are, 2 called dogs of which 1 is.
  const matrix = new ConfusionMatrix(2);
  matrix.addBatch(Int32Array.of(0, 0, 0, 0, 1, 1), Int32Array.of(0, 0, 0, 1, 0, 1));
  const { accuracy, macroF1, balancedAccuracy, classes } = matrix.metrics();
  assertClose(accuracy, 4 / 6);
  assertClose(balancedAccuracy, (3 / 4 + 1 / 2) / 2);
  assertClose(macroF1, (3 / 4 + 1 / 2) / 2);
  assert.deepEqual(classes, [
    { precision: 3 / 4, recall: 3 / 4, f1: 3 / 4, support: 4 },
    { precision: 1 / 2, recall: 1 / 2, f1: 1 / 2, support: 2 },
  ]);
});

test('classes that do not occur are treated as in scikit-learn 1.9.1', () => {
  // Class 2 is never predicted, class 3 is predicted and never a label, class 4 does not occur. Expected values are those of
  // accuracy_score, f1_score(average='macro'), balanced_accuracy_score and
  // precision_recall_fscore_support(labels=range(6), zero_division=0) under Python 3.11.
  const matrix = new ConfusionMatrix(6);
  matrix.addBatch(Int32Array.of(0, 0, 0, 0, 1, 1, 1, 2, 2, 5, 5, 5), Int32Array.of(0, 0, 1, 3, 1, 1, 0, 0, 1, 5, 5, 3));
  const { accuracy, macroF1, balancedAccuracy, classes } = matrix.metrics();
  assertClose(accuracy, 0.5);
  assertClose(macroF1, 0.3742857142857143);
  assertClose(balancedAccuracy, 0.45833333333333326);
  const expected = [
    [0.5, 0.5, 0.5, 4],
    [0.5, 0.6666666666666666, 0.5714285714285714, 3],
    [0, 0, 0, 2],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [1, 0.6666666666666666, 0.8, 3],
  ];
  for (const [index, { precision, recall, f1, support }] of classes.entries()) {
    for (const [place, value] of [precision, recall, f1, support].entries()) {
      assertClose(value, expected[index]![place]!);
    }
  }
});

test('batches add up and padding does not count', () => {
  const whole = new ConfusionMatrix(3);
  whole.addBatch(Int32Array.of(0, 1, 2, 2, 1), Int32Array.of(0, 2, 2, 1, 1));
  const parts = new ConfusionMatrix(3);
  parts.addBatch(Int32Array.of(0, 1, 2), Int32Array.of(0, 2, 2));
  parts.addBatch(Int32Array.of(2, 1, 0), Int32Array.of(1, 1, 2), 2);
  assert.deepEqual(parts.counts, whole.counts);
  assert.deepEqual([...whole.counts], [1, 0, 0, 0, 1, 1, 0, 1, 1]);
});

test('without samples, all means are NaN', () => {
  const { accuracy, macroF1, balancedAccuracy } = new ConfusionMatrix(2).metrics();
  assert.deepEqual([accuracy, macroF1, balancedAccuracy], [NaN, NaN, NaN]);
});

test('a label or prediction that is not a class is refused', () => {
  const matrix = new ConfusionMatrix(2);
  for (const [label, prediction] of [
    [2, 0],
    [0, 2],
    [-1, 0],
    [0, NaN],
  ]) {
    assert.throws(() => {
      matrix.add(label!, prediction!);
    }, RangeError);
  }
  assert.deepEqual([...matrix.counts], [0, 0, 0, 0]);
});
