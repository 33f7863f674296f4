import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ParamValue } from '../../../src/core/parameters.js';
import type { Distribution } from '../../../src/core/space/distribution.js';
import { supportOf } from '../../../src/core/space/support.js';
import { modelAxis, type ModelAxis } from '../../../src/search/learning/model-axis.js';

const axisOf = (distribution: Distribution): ModelAxis => modelAxis(distribution, supportOf(distribution, 'bayes'));
const listed = (...values: readonly ParamValue[]): ModelAxis => axisOf({ kind: 'categorical', values });
const levels = (axis: ModelAxis): number[] => axis.levels!.map((level) => Number(level.toFixed(4)));

describe('an axis as models see it', () => {
  test('has listed numbers in order: on a log scale where they are geometric', () => {
    assert.deepEqual(levels(listed(0, 1, 3, 2)), [0, 0.3333, 0.6667, 1]);
    assert.deepEqual(levels(listed(16, 64, 32, 128)), [0, 0.3333, 0.6667, 1]);
    assert.deepEqual(levels(listed(0, 1e-5, 1e-4, 1e-3)), [0, 0.3333, 0.6667, 1]);
    assert.deepEqual(levels(listed(0, 0.1, 0.5)), [0, 0.2, 1]);
    assert.equal(listed(64, 16).isOrdered, true);
  });

  test('has other values as categories', () => {
    const axis = listed('focal', null, 'cross_entropy');
    assert.equal(axis.isOrdered, false);
    assert.deepEqual(['focal', null, 'cross_entropy', 'dice'].map(axis.coordinateOf), [0, 1, 2, undefined]);
    assert.equal(axis.valueAt(1.2), null);
  });

  test('gives back the value of each coordinate', () => {
    const distributions: readonly Distribution[] = [
      { kind: 'log_uniform_values', min: 1e-5, max: 0.1 },
      { kind: 'int_uniform', min: 1, max: 9 },
      { kind: 'int_uniform', min: 1, max: 1e9 },
      { kind: 'q_uniform', min: 0, max: 1, q: 0.1 },
      { kind: 'q_log_uniform_values', min: 8, max: 1e6, q: 8 },
      { kind: 'normal', mu: 0, sigma: 2 },
      { kind: 'beta', a: 2, b: 3 },
      { kind: 'categorical', values: Array.from({ length: 2000 }, (_, index) => `v${index}`) },
    ];
    for (const distribution of distributions) {
      const axis = axisOf(distribution);
      for (const share of [0.001, 0.2, 0.5, 0.77, 0.999]) {
        const coordinate = axis.coordinateAt(share);
        assert.ok(coordinate >= 0 && coordinate <= 1);
        const again = axis.coordinateOf(axis.valueAt(coordinate))!;
        assert.ok(Math.abs(again - coordinate) < 1e-9, `${distribution.kind}: ${again} instead of ${coordinate}`);
        assert.ok(Math.abs(axis.snap(coordinate) - coordinate) < 1e-12);
      }
    }
  });
});
