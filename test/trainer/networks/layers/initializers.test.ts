import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { normalQuantile } from '../../../../src/trainer/networks/layers/initializers.js';

describe('the quantile of the normal distribution', () => {
  it('has the tabulated values, in the middle and in both tails', () => {
    for (const [p, z] of [
      [0.5, 0],
      [0.6, 0.2533471031357997],
      [0.9, 1.2815515655446004],
      [0.975, 1.959963984540054],
      [0.999, 3.090232306167813],
    ] as const) {
      assert.ok(Math.abs(normalQuantile(p) - z) < 1e-14, `${p}`);
      assert.ok(Math.abs(normalQuantile(1 - p) + z) < 1e-13, `${1 - p}`);
    }
  });
});
