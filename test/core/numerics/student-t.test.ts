import assert from 'node:assert/strict';
import { test } from 'node:test';
import { intervalOf, probabilityAbove, studentCdf, studentQuantile } from '../../../src/core/numerics/student-t.js';

// SciPy 1.16: scipy.stats.t.cdf(t, df).
const CDF = [
  [0, 1, 0.5],
  [1, 1, 0.75],
  [-2.5, 3, 0.04385332350403278],
  [2, 7.3, 0.9580294803329484],
  [0.3, 40, 0.6171346416144905],
  [12.7062047364, 1, 0.9750000000004415],
  [-0.01, 120, 0.4960189466498231],
] as const;

test("Student's t distribution has SciPy's values", () => {
  for (const [t, df, expected] of CDF) assert.ok(Math.abs(studentCdf(t, df) - expected) < 1e-12, `${t} with ${df}`);
});

test("the probability that one mean is above another is that of Welch's test", () => {
  const a = { mean: 0.822, deviation: 0.019235384061671315, size: 5 };
  const b = { mean: 0.7975, deviation: 0.017078251276599298, size: 4 };
  // 1 - scipy.stats.ttest_ind(a, b, equal_var=False, alternative='greater').pvalue
  assert.ok(Math.abs(probabilityAbove(a, b)! - 0.958134105643742) < 1e-9);
  assert.ok(Math.abs(probabilityAbove(a, b)! + probabilityAbove(b, a)! - 1) < 1e-12);
  assert.equal(probabilityAbove({ ...a, size: 1 }, b), undefined);
  assert.equal(probabilityAbove({ ...a, deviation: 0 }, { ...b, deviation: 0 }), undefined);
});

test('quantiles and intervals have the values of SciPy', () => {
  // scipy.stats.t.ppf(probability, df)
  const quantiles = [
    [0.975, 1, 12.706204736174694],
    [0.975, 4, 2.7764451051977934],
    [0.9999, 1, 3183.098757118502],
    [0.8, 7.5, 0.8922093469396745],
  ] as const;
  for (const [probability, df, expected] of quantiles) {
    assert.ok(Math.abs(studentQuantile(probability, df) / expected - 1) < 1e-9, `${probability} with ${df}`);
  }
  const [low, high] = intervalOf([0.75, 0.77, 0.76])!;
  assert.ok(Math.abs(low - 0.7351586228824968) < 1e-9 && Math.abs(high - 0.7848413771175035) < 1e-9);
  assert.equal(intervalOf([0.75, 0.77]), undefined);
});
