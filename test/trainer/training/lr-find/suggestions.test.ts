import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomInt, seededRandom } from '../../../../src/core/random.js';
import type { RangePoint } from '../../../../src/core/trainer/range-test.js';
import { rangeRates } from '../../../../src/trainer/training/lr-find/range-test.js';
import { suggestRates } from '../../../../src/trainer/training/lr-find/suggestions.js';

const RATES = rangeRates();

/** A range test with these smoothed losses. */
const pointsOf = (losses: readonly number[]): RangePoint[] =>
  losses.map((smoothedLoss, index) => ({
    step: index + 1,
    learningRate: RATES[index]!,
    loss: smoothedLoss,
    smoothedLoss,
  }));

/** The same with the ten steps before and the five after, which say nothing; they would be the lowest of all. */
const within = (losses: readonly number[]): RangePoint[] =>
  pointsOf([...Array<number>(10).fill(-100), ...losses, ...Array<number>(5).fill(-200)]);

const rateOf = (index: number): number => RATES[10 + index]!;

test('a curve with one minimum has the suggestions computed by hand', () => {
  // Level, then down from index 20 to index 50 along half a cosine, then up steeply.
  const curve = Array.from({ length: 80 }, (_, index) => {
    if (index < 20) return 2;
    if (index <= 50) return 1 + Math.cos((Math.PI * (index - 20)) / 30);
    return ((index - 50) / 10) ** 2;
  });
  const { valley, steepest, minimum } = suggestRates(within(curve))!;
  // The descent has 31 members (20 to 50): it is taken to begin at 50 - 31 = 19, and 10 + 5 further is 34.
  assert.equal(valley, rateOf(34));
  // Half a cosine is steepest in its middle, between 34 and 36; both steps fall alike but for rounding.
  assert.ok([rateOf(34), rateOf(35)].includes(steepest));
  assert.equal(minimum, rateOf(50) / 10);
});

test('the valley is the longest decreasing subsequence, as found by brute force', () => {
  for (let round = 0; round < 60; round++) {
    const random = seededRandom(round, 'valley');
    // Few different values, so that there are equal ones, which are not lower.
    const losses = Array.from({ length: 2 + randomInt(random, 12) }, () => randomInt(random, 9));
    const { length, end } = longestDescent(losses);
    const suggested = suggestRates(within(losses));
    if (length < 2) {
      assert.equal(suggested, undefined, losses.join());
      continue;
    }
    const third = length / 3;
    const expected = Math.max(0, end - length + Math.trunc(third) + Math.trunc(third / 2));
    assert.equal(suggested?.valley, rateOf(expected), losses.join());
  }
});

/** Of all subsequences that fall strictly: how long the longest is, and where the first of that length ends. */
function longestDescent(losses: readonly number[]): { readonly length: number; readonly end: number } {
  let best = { length: 0, end: 0 };
  for (let subset = 1; subset < 2 ** losses.length; subset++) {
    const chosen = losses.map((loss, index) => ({ loss, index })).filter(({ index }) => subset & (1 << index));
    if (!chosen.every(({ loss }, place) => place === 0 || loss < chosen[place - 1]!.loss)) continue;
    const end = chosen.at(-1)!.index;
    if (chosen.length > best.length || (chosen.length === best.length && end < best.end)) {
      best = { length: chosen.length, end };
    }
  }
  return best;
}

test('steepest is the rate where the loss falls fastest; minimum is a tenth of the rate of the first lowest loss', () => {
  // All steps are equally wide in the logarithm.
  const { steepest, minimum } = suggestRates(within([5, 4, 6, 2.9, 3.4, 0.5, 2, 0.5, 1]))!;
  assert.equal(steepest, rateOf(2));
  assert.equal(minimum, rateOf(5) / 10);
});

test('losses after one that is not finite are ignored', () => {
  const falling = [5, 4, 3, 2, 1.5];
  const cut = suggestRates(within([...falling, NaN, 0, -1, -2, -3, -4, -5, -6]));
  assert.deepEqual(cut, suggestRates(within(falling)));
});

test('losses that only rise, are constant, or are too few give no suggestions', () => {
  assert.equal(suggestRates(within([1, 2, 3, 4])), undefined);
  assert.equal(suggestRates(within([2, 2, 2])), undefined);
  assert.equal(suggestRates(within([NaN, 1, 0])), undefined);
  assert.equal(suggestRates(within([1])), undefined);
  assert.equal(suggestRates(pointsOf([3, 2, 1])), undefined);
  assert.equal(suggestRates([]), undefined);
});
