import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fitHyperparameters } from '../../../../src/search/learning/gaussian-process/fit.js';
import {
  logExpectedImprovement,
  logImprovement,
} from '../../../../src/search/learning/gaussian-process/log-expected-improvement.js';
import { MarginalLikelihood } from '../../../../src/search/learning/gaussian-process/marginal-likelihood.js';
import { Posterior, type Hyperparameters } from '../../../../src/search/learning/gaussian-process/posterior.js';
import { assertClose, reference } from '../../reference.js';

const { inputs, values, lengths, scale, noise, at, ...expected } = reference.gaussian_process;
/** Two numbers and a category. */
const ordered = [true, true, false];

/** From the logarithms of lengths, scale and noise. */
const parametersOf = (logs: readonly number[]): Hyperparameters => ({
  ordered,
  weights: Float64Array.from(logs.slice(0, 3), (log) => Math.exp(-2 * log)),
  scale: Math.exp(logs[3]!),
  noise: Math.exp(logs[4]!),
});

const logs = [...lengths, scale, noise].map(Math.log);

describe('a Gaussian process', () => {
  test('has the mean, the variance and the expected improvement of Optuna', () => {
    const process = new Posterior(inputs, values, parametersOf(logs));
    const predictions = at.map((point) => process.at(point));
    const best = Math.min(...values);
    assertClose(
      predictions.map(({ mean }) => mean),
      expected.mean,
      1e-10,
    );
    assertClose(
      predictions.map(({ variance }) => variance),
      expected.variance,
      1e-10,
    );
    assertClose(
      predictions.map((prediction) => logExpectedImprovement(prediction, best)),
      expected.log_improvement,
      1e-10,
    );
  });

  test('keeps its means and is surer around points that it believes in', () => {
    const process = new Posterior(inputs, values, parametersOf(logs));
    const believing = process.believing(at.slice(0, 1));
    for (const point of at) {
      assert.ok(Math.abs(believing.at(point).mean - process.at(point).mean) < 1e-9);
      assert.ok(believing.at(point).variance <= process.at(point).variance + 1e-12);
    }
    assert.ok(believing.at(at[0]!).variance < process.at(at[0]!).variance / 2);
  });

  test('has the marginal likelihood of Optuna, and its gradient is that of finite differences', () => {
    const model = new MarginalLikelihood(inputs, values, ordered);
    const { value, gradient } = model.at(parametersOf(logs))!;
    assertClose([-value], [expected.log_likelihood], 1e-10);
    const valueAt = (moved: readonly number[]): number => model.at(parametersOf(moved))!.value;
    const differences = logs.map((log, index) => {
      const [above, below] = [logs.with(index, log + 1e-5), logs.with(index, log - 1e-5)];
      return (valueAt(above) - valueAt(below)) / 2e-5;
    });
    assertClose([...gradient], differences, 1e-6);
  });

  test('finds out which axis decides, and how much noise there is', () => {
    const points = Array.from({ length: 40 }, (_, index) => [(index * 0.618) % 1, (index * 0.414) % 1]);
    const noisy = points.map(([x = 0], index) => 1.4 * Math.sin(6 * x) + 0.1 * Math.sin(1000 * index));
    const { weights, noise: found } = fitHyperparameters(points, noisy, [true, true]);
    assert.ok(weights[0]! > 30 * weights[1]!, `weights ${weights.join(', ')}`);
    assert.ok(found > 0.001 && found < 0.03, `noise ${found}`);
  });

  test('has an expected improvement whose logarithm agrees with Optuna down to 60 deviations', () => {
    const { z, log_h } = reference.log_improvement;
    assertClose(z.map(logImprovement), log_h, 1e-8);
  });
});
