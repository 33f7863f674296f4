import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

/** Values of SciPy and Optuna: test/reference/search.py made them. */
export const reference = JSON.parse(
  readFileSync(new URL('../../../test/reference/search.json', import.meta.url), 'utf8'),
) as {
  readonly sobol: { readonly dimensions: readonly number[]; readonly points: readonly (readonly number[])[] };
  readonly normal: Readonly<Record<'z' | 'cdf' | 'log_cdf' | 'erfcx' | 'shares' | 'quantiles', readonly number[]>>;
  readonly beta: readonly {
    readonly a: number;
    readonly b: number;
    readonly shares: readonly number[];
    readonly quantiles: readonly number[];
  }[];
  readonly gaussian_process: {
    readonly inputs: readonly (readonly number[])[];
    readonly values: readonly number[];
    readonly lengths: readonly number[];
    readonly scale: number;
    readonly noise: number;
    readonly log_likelihood: number;
    readonly at: readonly (readonly number[])[];
    readonly mean: readonly number[];
    readonly variance: readonly number[];
    readonly log_improvement: readonly number[];
  };
  readonly parzen: Readonly<Record<'observed' | 'at', readonly (readonly number[])[]>> &
    Readonly<Record<'weights' | 'log_density', readonly number[]>>;
  readonly cma: {
    readonly start: readonly number[];
    readonly generations: readonly (readonly (readonly number[])[])[];
    readonly mean: readonly number[];
    readonly step: number;
    readonly shape: readonly number[];
  };
  readonly log_improvement: { readonly z: readonly number[]; readonly log_h: readonly number[] };
};

/** Fails unless every number is within a share of the expected one. */
export function assertClose(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  assert.equal(actual.length, expected.length);
  for (const [index, value] of expected.entries()) {
    const isClose = Math.abs(actual[index]! - value) <= tolerance * Math.max(Math.abs(value), Number.MIN_VALUE);
    assert.ok(isClose, `place ${index}: ${actual[index]} instead of ${value}`);
  }
}
