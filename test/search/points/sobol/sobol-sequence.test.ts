import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  directionsOf,
  SOBOL_DIMENSIONS,
  sobolBits,
  sobolSequence,
} from '../../../../src/search/points/sobol/sobol-sequence.js';
import { reference } from '../../reference.js';

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `axis ${index}`);

describe('a Sobol sequence', () => {
  test('has the points of SciPy before it is scrambled', () => {
    const { dimensions, points } = reference.sobol;
    for (const [place, expected] of points.entries()) {
      // SciPy goes through the sequence in the order of Gray codes.
      const index = place ^ (place >>> 1);
      const point = dimensions.map((dimension) => sobolBits(directionsOf(dimension), index) / 2 ** 32);
      assert.deepEqual(point, expected);
    }
  });

  test('has one of the first 256 points in each of 256 intervals of every axis, and of squares of the first two', () => {
    const at = sobolSequence(names(SOBOL_DIMENSIONS), 5);
    const points = Array.from({ length: 256 }, (_, index) => at(index));
    for (let dimension = 0; dimension < SOBOL_DIMENSIONS; dimension++) {
      assert.equal(new Set(points.map((point) => Math.floor(256 * point[dimension]!))).size, 256);
    }
    const squares = points.map(([x = 0, y = 0]) => `${Math.floor(16 * x)} ${Math.floor(16 * y)}`);
    assert.equal(new Set(squares).size, 256);
  });

  test('is scrambled otherwise by another seed, and keeps the coordinates of the other axes when one is renamed', () => {
    const at = sobolSequence(['a', 'b'], 1);
    assert.notEqual(at(3)[0], sobolSequence(['a', 'b'], 2)(3)[0]);
    const renamed = sobolSequence(['a', 'c'], 1)(3);
    assert.equal(renamed[0], at(3)[0]);
    assert.notEqual(renamed[1], at(3)[1]);
  });

  test('goes on with random coordinates in more dimensions than it has numbers for', () => {
    const point = sobolSequence(names(SOBOL_DIMENSIONS + 5), 0)(7);
    assert.equal(point.length, SOBOL_DIMENSIONS + 5);
    assert.ok(point.every((coordinate) => coordinate > 0 && coordinate < 1));
  });
});
