import assert from 'node:assert/strict';
import { test } from 'node:test';
import { macroAuroc } from '../../../../src/trainer/training/metrics/auroc.js';

test('the area under the ROC curve equals scikit-learn 1.9.1, with ties', () => {
  const scores = [
    [
      [0, 5, 10],
      [5, 1, 6],
      [3, 4, 2],
      [10, 4, 9],
      [6, 9, 5],
      [2, 7, 8],
    ],
    [
      [9, 3, 8],
      [3, 10, 4],
      [1, 2, 0],
      [8, 2, 7],
      [4, 9, 1],
      [7, 5, 10],
    ],
  ].flat(2);
  const labels = Int32Array.of(0, 0, 1, 1, 1, 2, 2, 0, 1, 2, 2, 0);
  // Mean over classes c of roc_auc_score(labels == c, scores[:, c]).
  assert.ok(Math.abs(macroAuroc(Float32Array.from(scores), labels, 3) - 0.4322916666666667) < 1e-12);
});

test('a class that no sample or every sample has is left out', () => {
  const separated = Float32Array.from([1, 0, 9, 2, 0, 9, 0, 1, 9]);
  assert.equal(macroAuroc(separated, Int32Array.of(0, 0, 1), 3), 1);
  assert.ok(Number.isNaN(macroAuroc(Float32Array.of(1, 0), Int32Array.of(0), 2)));
});
