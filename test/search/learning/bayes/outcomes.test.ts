import assert from 'node:assert/strict';
import { test } from 'node:test';
import { transformOutcomes } from '../../../../src/search/learning/bayes/outcomes.js';
import { assertClose } from '../../reference.js';

const LOSSES = [0.31, 0.29, 0.35, 0.4, 0.33, 2.3, 87, 0.305, 1200];

test('transformed outcomes have mean 0 and variance 1 and keep their order, and outliers are drawn in', () => {
  const { values } = transformOutcomes(LOSSES);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  assert.ok(Math.abs(mean) < 1e-12 && Math.abs(variance - 1) < 1e-12);
  const order = (numbers: readonly number[]): number[] =>
    numbers.map((_, index) => index).sort((a, b) => numbers[a]! - numbers[b]!);
  assert.deepEqual(order(values), order(LOSSES));
  // Without the transformation the good ones would be within 0.001 of each other.
  assert.ok(values[6]! - values[0]! < 2, `${values[6]} and ${values[0]}`);
});

test('a transformed outcome stands for the outcome it was made from', () => {
  for (const outcomes of [LOSSES, LOSSES.map((loss) => -loss), [1, 2, 3, 4], [5, 5, 5]]) {
    const { values, outcomeOf } = transformOutcomes(outcomes);
    assertClose(values.map(outcomeOf), outcomes, 1e-6);
  }
});
