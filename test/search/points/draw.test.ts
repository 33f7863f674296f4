import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../../../src/core/random.js';
import { bounds, type Distribution } from '../../../src/core/space/distribution.js';
import { draw } from '../../../src/search/points/draw.js';
import { decimalStep, supportOf } from '../../../src/core/space/support.js';

const DRAWS = 20_000;

function draws(distribution: Distribution): number[] {
  const random = seededRandom(1, 'test');
  return Array.from({ length: DRAWS }, () => draw(distribution, random) as number);
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}

/** Within five standard errors: by chance alone, a false alarm in two million. */
function assertMean(values: readonly number[], expected: number, sigma: number): void {
  assert.ok(
    Math.abs(mean(values) - expected) < (5 * sigma) / Math.sqrt(values.length),
    `mean ${mean(values)}, not ${expected}`,
  );
}

function assertWithin(values: readonly number[], low: number, high: number): void {
  assert.ok(values.every((value) => value >= low && value <= high));
}

describe('draws', () => {
  test('of uniform fill their range evenly', () => {
    const values = draws({ kind: 'uniform', min: -1, max: 3 });
    assertWithin(values, -1, 3);
    assertMean(values, 1, 4 / Math.sqrt(12));
    assert.equal(new Set(values).size, DRAWS);
  });

  test('of int_uniform are whole numbers, both bounds among them', () => {
    const values = draws({ kind: 'int_uniform', min: 3, max: 7 });
    assert.deepEqual([...new Set(values)].sort(), [3, 4, 5, 6, 7]);
    assertMean(values, 5, Math.SQRT2);
  });

  const logarithmic: readonly (readonly [distribution: Distribution, low: number, high: number])[] = [
    [{ kind: 'log_uniform_values', min: 1e-5, max: 1e-1 }, 1e-5, 1e-1],
    [{ kind: 'log_uniform', min: -11, max: -2 }, Math.exp(-11), Math.exp(-2)],
    [{ kind: 'inv_log_uniform', min: 2, max: 11 }, Math.exp(-11), Math.exp(-2)],
    [{ kind: 'inv_log_uniform_values', min: 1e-5, max: 1e-1 }, 1e-5, 1e-1],
  ];
  for (const [distribution, low, high] of logarithmic) {
    test(`of ${distribution.kind} have logarithms that fill their range evenly`, () => {
      const values = draws(distribution);
      assertWithin(values, low, high);
      const [bottom, top] = [Math.log(low), Math.log(high)];
      assertMean(values.map(Math.log), (bottom + top) / 2, (top - bottom) / Math.sqrt(12));
      const quarter = values.filter((value) => Math.log(value) < bottom + (top - bottom) / 4).length;
      assert.ok(Math.abs(quarter / DRAWS - 0.25) < 0.02);
    });
  }

  test('of normal and log_normal have their mean and deviation', () => {
    const values = draws({ kind: 'normal', mu: 3, sigma: 0.5 });
    assertMean(values, 3, 0.5);
    assert.ok(Math.abs(deviation(values) - 0.5) < 0.015);
    const logs = draws({ kind: 'log_normal', mu: -1, sigma: 2 }).map(Math.log);
    assertMean(logs, -1, 2);
    assert.ok(Math.abs(deviation(logs) - 2) < 0.06);
  });

  for (const [a, b] of [
    [1, 1],
    [2, 5],
    [0.5, 0.5],
    [0.01, 0.03],
    [300, 100],
  ] as const) {
    test(`of beta(${a}, ${b}) have its mean and deviation`, () => {
      const values = draws({ kind: 'beta', a, b });
      const sigma = Math.sqrt((a * b) / ((a + b) ** 2 * (a + b + 1)));
      assertWithin(values, 0, 1);
      assertMean(values, a / (a + b), sigma);
      assert.ok(Math.abs(deviation(values) / sigma - 1) < 0.04);
    });
  }

  test('of categories occur with their probabilities', () => {
    const share = (distribution: Distribution, value: number): number =>
      draws(distribution).filter((drawn) => drawn === value).length / DRAWS;
    assert.ok(Math.abs(share({ kind: 'categorical', values: [1, 2, 3, 4] }, 3) - 0.25) < 0.016);
    const skewed: Distribution = {
      kind: 'categorical_w_probabilities',
      values: [1, 2, 3],
      probabilities: [0.7, 0.3, 0],
    };
    assert.ok(Math.abs(share(skewed, 1) - 0.7) < 0.017);
    assert.equal(share(skewed, 3), 0);
  });

  test('rounded to q are exact decimal multiples within the bounds, the outer ones half as likely', () => {
    const values = draws({ kind: 'q_uniform', min: 0.1, max: 0.5, q: 0.1 });
    assert.deepEqual([...new Set(values)].sort(), [0.1, 0.2, 0.3, 0.4, 0.5]);
    assert.ok(Math.abs(values.filter((value) => value === 0.1).length / DRAWS - 0.125) < 0.012);
    assert.deepEqual([...new Set(draws({ kind: 'q_uniform', min: 0.05, max: 0.34, q: 0.1 }))].sort(), [0.1, 0.2, 0.3]);
    assert.deepEqual([...new Set(draws({ kind: 'q_beta', a: 1, b: 1, q: 1 }))].sort(), [0, 1]);
    const sizes = draws({ kind: 'q_log_uniform_values', min: 32, max: 256, q: 32 });
    assert.deepEqual(
      [...new Set(sizes)].sort((a, b) => a - b),
      [32, 64, 96, 128, 160, 192, 224, 256],
    );
  });
});

/** Any distribution with sensible numbers. */
const anyDistribution = fc
  .record({
    low: fc.double({ min: -3, max: 3, noNaN: true }),
    width: fc.double({ min: 0.01, max: 5, noNaN: true }),
    q: fc.constantFrom(0.001, 0.1, 0.25, 0.3, 1),
    shape: fc.double({ min: 0.05, max: 20, noNaN: true }),
  })
  .chain(({ low, width, q, shape }) => {
    const range = { min: low, max: low + width };
    const positive = { min: Math.exp(low), max: Math.exp(low + width) };
    return fc.constantFrom<Distribution>(
      { kind: 'uniform', ...range },
      { kind: 'q_uniform', ...range, q },
      { kind: 'log_uniform', ...range },
      { kind: 'q_log_uniform', ...range, q },
      { kind: 'inv_log_uniform', ...range },
      { kind: 'log_uniform_values', ...positive },
      { kind: 'q_log_uniform_values', ...positive, q },
      { kind: 'inv_log_uniform_values', ...positive },
      { kind: 'int_uniform', min: Math.floor(low * 10), max: Math.ceil((low + width) * 10) },
      { kind: 'normal', mu: low, sigma: width },
      { kind: 'q_normal', mu: low, sigma: width, q },
      { kind: 'log_normal', mu: low, sigma: width / 5 },
      { kind: 'q_log_normal', mu: low, sigma: width / 5, q },
      { kind: 'beta', a: shape, b: width },
      { kind: 'q_beta', a: shape, b: width, q: 0.1 },
    );
  });

test('whatever the distribution, draws are on its support and within its bounds', () => {
  fc.assert(
    fc.property(anyDistribution, fc.nat(), (distribution, seed) => {
      const support = supportOf(distribution, 'random');
      if (support?.size === 0 || 'values' in distribution) return;
      const [low, high] = bounds(distribution);
      const random = seededRandom(seed, 'test');
      for (let count = 0; count < 20; count++) {
        const value = draw(distribution, random) as number;
        assert.ok(value >= low - 1e-9 && value <= high + 1e-9, `${value} in ${low} to ${high}`);
        if (support !== undefined) {
          const index = support.indexOf(value);
          assert.ok(index >= 0 && index < support.size, `${value} is not on the axis`);
          assert.equal(support.at(index), value);
        }
      }
    }),
    { numRuns: 300 },
  );
});

describe('steps of decimal fractions', () => {
  test('are exact decimals', () => {
    assert.equal(decimalStep(0, 0.1, 3), 0.3);
    assert.equal(decimalStep(0.1, 0.1, 2), 0.3);
    assert.equal(decimalStep(0, 1e-7, 3), 3e-7);
    assert.equal(decimalStep(-0.3, 0.1, 3), 0);
    assert.equal(decimalStep(0, 1 / 3, 3), 1);
    assert.equal(decimalStep(0, 1e-30, 2), 2e-30);
  });

  test('are counted correctly at the end of a grid', () => {
    const values = (min: number, max: number, q: number): unknown[] => {
      const support = supportOf({ kind: 'q_uniform', min, max, q }, 'grid')!;
      return Array.from({ length: support.size }, (_, index) => support.at(index));
    };
    assert.deepEqual(values(0.2, 0.8, 0.1), [0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
    assert.deepEqual(values(0, 1, 0.3), [0, 0.3, 0.6, 0.9]);
    assert.deepEqual(values(1, 4, 1), [1, 2, 3]);
  });
});
