import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { InputError } from '../../../src/core/errors.js';
import { allowedPoints, type IndexRule } from '../../../src/search/points/allowed-points.js';

/** Small grids with rules that name some values of some axes. */
const gridWithRules = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 5 }).chain((sizes) =>
  fc.record({
    sizes: fc.constant(sizes),
    rules: fc.array(fc.tuple(...sizes.map((size) => fc.option(fc.uniqueArray(fc.nat(size - 1), { minLength: 1 })))), {
      maxLength: 6,
    }),
  }),
);

function toIndexRule(conditions: readonly (readonly number[] | null)[]): IndexRule {
  return new Map(conditions.flatMap((indices, axisIndex) => (indices ? [[axisIndex, new Set(indices)] as const] : [])));
}

function allPoints(sizes: readonly number[]): number[][] {
  return sizes.reduce<number[][]>(
    (points, size) => points.flatMap((point) => [...Array(size).keys()].map((index) => [...point, index])),
    [[]],
  );
}

const strikes = (rule: IndexRule, point: readonly number[]): boolean =>
  [...rule].every(([axisIndex, indices]) => indices.has(point[axisIndex]!));

describe('counting around exclude rules', () => {
  test('finds the same points in the same order as an exhaustive search, in both directions', () => {
    fc.assert(
      fc.property(gridWithRules, ({ sizes, rules }) => {
        const indexRules = rules.map(toIndexRule);
        const allowed = allowedPoints(sizes, indexRules);
        const expected = allPoints(sizes).filter((point) => !indexRules.some((rule) => strikes(rule, point)));
        assert.equal(allowed.count, expected.length);
        assert.deepEqual(
          expected.map((_, rank) => allowed.at(rank)),
          expected,
        );
        for (const point of allPoints(sizes)) {
          const rank = expected.findIndex((other) => other.join() === point.join());
          assert.equal(allowed.rankOf(point), rank < 0 ? undefined : rank);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('is inverse at random places of huge grids', () => {
    const sizes = [1e6, 1000, 1000, 7];
    const rules = [
      toIndexRule([[5, 6, 999_999], null, [0, 999], null]),
      toIndexRule([null, [3], null, [6]]),
      toIndexRule([[0], null, null, [0]]),
    ];
    const allowed = allowedPoints(sizes, rules);
    fc.assert(
      fc.property(
        fc.maxSafeNat().map((number) => number % allowed.count),
        (rank) => {
          const point = allowed.at(rank);
          assert.equal(allowed.rankOf(point), rank);
          assert.ok(!rules.some((rule) => strikes(rule, point)));
        },
      ),
    );
    // Inclusion and exclusion: what each rule strikes, and the 6 points that the first two strike together.
    assert.equal(allowed.count, 7e12 - 3 * 1000 * 2 * 7 - 1e6 * 1000 - 1000 * 1000 + 6);
  });

  test('throws when rules are too complex to count', () => {
    const half = 24;
    const sizes = Array<number>(2 * half).fill(2);
    const rules = Array.from(
      { length: half },
      (_, index) =>
        new Map([
          [index, new Set([0])],
          [index + half, new Set([0])],
        ]),
    );
    assert.throws(
      () => allowedPoints(sizes, rules),
      (error: unknown) => error instanceof InputError && error.code === 'EXCLUDE_TOO_COMPLEX',
    );
    const neighbours = rules.map(
      (_, index) =>
        new Map([
          [2 * index, new Set([0])],
          [2 * index + 1, new Set([0])],
        ]),
    );
    assert.equal(allowedPoints(sizes, neighbours).count, 3 ** half);
  });

  test('handles ten thousand rules', () => {
    const rules = Array.from(
      { length: 10_000 },
      (_, index) =>
        new Map([
          [0, new Set([index])],
          [1, new Set([index])],
        ]),
    );
    assert.equal(allowedPoints([10_000, 10_000], rules).count, 1e8 - 1e4);
  });
});
