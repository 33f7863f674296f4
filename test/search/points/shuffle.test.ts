import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { seededShuffle } from '../../../src/search/points/shuffle.js';

describe('a shuffle', () => {
  test('is a permutation with access in both directions', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.nat(), (size, seed) => {
        const shuffle = seededShuffle(size, seed, 'test');
        const order = Array.from({ length: size }, (_, place) => shuffle.at(place));
        assert.deepEqual(
          order.toSorted((a, b) => a - b),
          [...Array(size).keys()],
        );
        for (const [place, value] of order.entries()) assert.equal(shuffle.placeOf(value), place);
      }),
      { numRuns: 50 },
    );
  });

  test('stays exact up to 2^52', () => {
    for (const size of [2 ** 52, 2 ** 52 - 1, 999_999_999_989]) {
      const shuffle = seededShuffle(size, 3, 'test');
      for (const place of [0, 1, size - 1, Math.floor(size / 3)]) {
        const value = shuffle.at(place);
        assert.ok(value >= 0 && value < size && Number.isInteger(value));
        assert.equal(shuffle.placeOf(value), place);
      }
    }
  });

  test('puts every number at every place about equally often', () => {
    const size = 10;
    const rounds = 4000;
    const counts = Array.from({ length: size }, () => Array<number>(size).fill(0));
    for (let seed = 0; seed < rounds; seed++) {
      const shuffle = seededShuffle(size, seed, 'test');
      for (let place = 0; place < size; place++) counts[place]![shuffle.at(place)]!++;
    }
    const expected = rounds / size;
    const chiSquare = counts.flat().reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 81 degrees of freedom: above 137 in one of ten thousand fair shuffles.
    assert.ok(chiSquare < 137, `chi square ${chiSquare}`);
  });
});
