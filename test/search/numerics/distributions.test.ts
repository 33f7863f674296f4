import assert from 'node:assert/strict';
import { test } from 'node:test';
import { betaCdf, betaQuantile } from '../../../src/core/numerics/beta.js';
import { erfcx, normalCdf, normalLogCdf, normalQuantile } from '../../../src/search/numerics/normal.js';
import { assertClose, reference } from '../reference.js';

test('the normal distribution agrees with SciPy, far out in the tails too', () => {
  const { z, cdf, log_cdf, erfcx: scaled, shares, quantiles } = reference.normal;
  assertClose(z.map(normalCdf), cdf, 1e-12);
  assertClose(z.map(normalLogCdf), log_cdf, 1e-12);
  assertClose(
    z.map((value) => erfcx(Math.abs(value))),
    scaled,
    1e-13,
  );
  assertClose(shares.map(normalQuantile).slice(0, 4), quantiles.slice(0, 4), 1e-12);
  assert.equal(normalQuantile(0.5), 0);
  assertClose(shares.map(normalQuantile).slice(5), quantiles.slice(5), 1e-12);
});

test('the beta distribution agrees with SciPy', () => {
  for (const { a, b, shares, quantiles } of reference.beta) {
    const found = shares.map((share) => betaQuantile(share, a, b));
    assertClose(found, quantiles, 1e-9);
    assertClose(
      found.map((value) => betaCdf(value, a, b)),
      shares,
      1e-6,
    );
  }
});
