import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RangeTest, rangeRates } from '../../../../src/trainer/training/lr-find/range-test.js';

test('100 rates grow by a constant factor from 1e-7, and the next would be 10', () => {
  const rates = rangeRates();
  assert.equal(rates.length, 100);
  assert.equal(rates[0], 1e-7);
  const factor = 1e8 ** (1 / 100);
  for (const [index, rate] of rates.slice(1).entries()) assert.ok(Math.abs(rate / rates[index]! / factor - 1) < 1e-12);
  assert.ok(Math.abs((rates.at(-1)! * factor) / 10 - 1) < 1e-12);
});

test('the smoothed loss is the mean of all losses so far, each with 0.98 of the weight of the next', () => {
  const losses = [3, 1, 4, 1, 5, 9, 2, 6];
  const range = new RangeTest();
  for (const [index, loss] of losses.entries()) {
    const { step, smoothedLoss } = range.add(1e-3, loss);
    const weights = losses.slice(0, index + 1).map((_, place) => 0.98 ** (index - place));
    const mean =
      weights.reduce((sum, weight, place) => sum + weight * losses[place]!, 0) /
      weights.reduce((sum, weight) => sum + weight, 0);
    assert.equal(step, index + 1);
    assert.ok(Math.abs(smoothedLoss - mean) < 1e-12, `${smoothedLoss} is not ${mean}`);
  }
});

test('a test has diverged when the smoothed loss is above four times its minimum, not when equal', () => {
  const range = new RangeTest();
  const take = (loss: number): boolean => range.hasDiverged(range.add(1, loss));
  assert.equal(take(1), false);
  // The mean of two, of which the second counts more: (0.98 * 1 + x) / 1.98 = 4 for x = 6.94.
  assert.equal(take(6.93), false);
  const other = new RangeTest();
  other.add(1, 1);
  assert.equal(other.hasDiverged(other.add(1, 6.95)), true);
});

test('a loss that is not finite ends the test at any step', () => {
  for (const loss of [NaN, Infinity]) {
    const first = new RangeTest();
    assert.equal(first.hasDiverged(first.add(1, loss)), true);
    const later = new RangeTest();
    later.add(1, 2);
    assert.equal(later.hasDiverged(later.add(1, loss)), true);
  }
});
