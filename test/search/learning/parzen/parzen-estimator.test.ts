import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom } from '../../../../src/core/random.js';
import type { Distribution } from '../../../../src/core/space/distribution.js';
import { supportOf } from '../../../../src/core/space/support.js';
import { modelAxis } from '../../../../src/search/learning/model-axis.js';
import { ParzenEstimator } from '../../../../src/search/learning/parzen/parzen-estimator.js';
import { assertClose, reference } from '../../reference.js';

const axisOf = (distribution: Distribution) => modelAxis(distribution, supportOf(distribution, 'bayes'));
const KIND = axisOf({ kind: 'categorical', values: ['a', 'b', 'c'] });

describe('a Parzen estimator', () => {
  test('has the densities of Optuna for a number and a category', () => {
    const { observed, weights, at, log_density } = reference.parzen;
    const estimator = new ParzenEstimator(observed, weights, [axisOf({ kind: 'uniform', min: 0, max: 1 }), KIND]);
    assertClose(
      at.map((point) => estimator.logDensity(point)),
      log_density,
      1e-9,
    );
  });

  test('has probabilities that add up to 1 on axes with few values, and draws by them', () => {
    const axes = [axisOf({ kind: 'categorical', values: [1, 2, 4, 8, 32] }), KIND];
    const [first, second] = axes.map(({ levels }) => levels!) as [readonly number[], readonly number[]];
    const observed = [
      [first[1]!, 0],
      [first[1]!, 2],
      [first[4]!, 2],
    ];
    const estimator = new ParzenEstimator(observed, [1, 1, 0.5], axes);
    const points = first.flatMap((a) => second.map((b) => [a, b]));
    const probabilities = points.map((point) => Math.exp(estimator.logDensity(point)));
    assert.ok(Math.abs(probabilities.reduce((sum, each) => sum + each, 0) - 1) < 1e-9);
    const random = seededRandom(1, 'test');
    const counts = new Map<string, number>();
    const draws = 20_000;
    for (let draw = 0; draw < draws; draw++) {
      const key = estimator.draw(random).join(' ');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    for (const [index, point] of points.entries()) {
      const expected = probabilities[index]!;
      const share = (counts.get(point.join(' ')) ?? 0) / draws;
      const error = 5 * Math.sqrt((expected * (1 - expected)) / draws);
      assert.ok(Math.abs(share - expected) < error, `${point.join(' ')}: ${share} instead of ${expected}`);
    }
  });

  test('is uniform before the first observation', () => {
    const estimator = new ParzenEstimator([], [], [KIND]);
    assertClose(
      [0, 1, 2].map((choice) => Math.exp(estimator.logDensity([choice]))),
      [1 / 3, 1 / 3, 1 / 3],
      1e-12,
    );
  });
});
