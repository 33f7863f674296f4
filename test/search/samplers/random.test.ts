import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { InputError } from '../../../src/core/errors.js';
import { canonicalJson, type ParamValue } from '../../../src/core/parameters.js';
import type { SearchSpace } from '../../../src/core/space/search-space.js';
import type { Axis, Distribution } from '../../../src/core/space/distribution.js';
import { planTrials, type Plan } from '../../../src/search/plan.js';
import { identity, spaceOf } from '../helpers.js';

const search = (axes: Readonly<Record<string, Distribution>>, parts: Partial<SearchSpace> = {}): Plan =>
  planTrials(
    spaceOf({
      method: 'random',
      fixed: {},
      axes: Object.entries(axes).map(([name, distribution]): Axis => ({ name, distribution })),
      ...parts,
    }),
    identity,
  );

const pick = (...values: readonly ParamValue[]): Distribution => ({ kind: 'categorical', values });
const integer = (min: number, max: number): Distribution => ({ kind: 'int_uniform', min, max });
const real = (min: number, max: number): Distribution => ({ kind: 'uniform', min, max });
const weighted = (values: readonly ParamValue[], probabilities: readonly number[]): Distribution => ({
  kind: 'categorical_w_probabilities',
  values,
  probabilities,
});

const take = (plan: Plan, count: number): Readonly<Record<string, ParamValue>>[] =>
  Array.from({ length: Math.min(count, plan.size) }, (_, position) => plan.enumeration!.at(position).params);

const distinct = (points: readonly ParamValue[]): number => new Set(points.map(canonicalJson)).size;

describe('a random search', () => {
  test('gives the same trials for the same seed, and other trials for another seed', () => {
    const axes = { a: real(0, 1), b: pick(1, 2, 3) };
    assert.deepEqual(take(search(axes), 20), take(search(axes), 20));
    assert.notDeepEqual(take(search(axes), 20), take(search(axes, { seed: 1 }), 20));
  });

  test('computes any trial by itself', () => {
    const plan = search({ a: real(0, 1), b: integer(1, 1e9) });
    assert.equal(plan.size, Infinity);
    const far = plan.enumeration!.at(1e12);
    assert.deepEqual(search({ a: real(0, 1), b: integer(1, 1e9) }).enumeration!.at(1e12), far);
    assert.equal(plan.enumeration!.trials(1e12).next().value?.key, far.key);
  });

  test('keeps the draws of an axis when other axes are added, removed or moved', () => {
    const a = take(search({ a: real(0, 1) }), 10).map((params) => params['a']);
    const among = take(search({ c: pick(1, 2), b: real(5, 6), a: real(0, 1) }), 10).map((params) => params['a']);
    assert.deepEqual(among, a);
  });

  test('tries each point with every seed before the next, within run_cap', () => {
    const plan = search({ a: real(0, 1) }, { seeds: [7, 8, 9], runCap: 7 });
    assert.deepEqual([plan.size, plan.points, plan.excluded], [7, Infinity, 0]);
    const trials = [...plan.enumeration!.trials()];
    assert.deepEqual(
      trials.map(({ seed }) => seed),
      [7, 8, 9, 7, 8, 9, 7],
    );
    assert.deepEqual(trials[0]!.params, trials[2]!.params);
    assert.notDeepEqual(trials[2]!.params, trials[3]!.params);
    assert.equal(new Set(trials.map(({ key }) => key)).size, 7);
  });

  test('of equally likely values tries every allowed point once and ends', () => {
    const plan = search(
      { a: pick('x', 'y', 'z'), b: integer(1, 20), c: pick(true, false) },
      { exclude: [{ a: ['x'], b: [1, 2, 3] }], seeds: [0, 1] },
    );
    assert.deepEqual([plan.points, plan.excluded, plan.size], [240, 12, 228]);
    const points = take(plan, Infinity);
    assert.equal(distinct(points), 114);
    assert.ok(!points.some((params) => params['a'] === 'x' && Number(params['b']) <= 3));
    assert.notDeepEqual(
      points.slice(0, 20).map((params) => params['b']),
      Array.from({ length: 20 }, (_, index) => Math.floor(index / 4) + 1),
    );
  });

  test('of a trillion equally likely points knows its last trial at once', () => {
    const plan = search({ a: integer(1, 1e6), b: integer(1, 1e6) });
    assert.equal(plan.size, 1e12);
    assert.equal(plan.enumeration!.positionOf(plan.enumeration!.at(1e12 - 1).params, 0), 1e12 - 1);
  });

  test('of weighted values tries likely points first, none twice, all in the end', () => {
    const values = Array.from({ length: 30 }, (_, index) => index);
    const probabilities = values.map((value) => (value < 3 ? 0.3 : 0.1 / 27));
    const plan = search({ a: weighted(values, probabilities), b: pick('x', 'y') });
    assert.equal(plan.size, 60);
    const points = take(plan, Infinity);
    assert.equal(distinct(points), 60);
    const early = points.slice(0, 6).filter((params) => Number(params['a']) < 3).length;
    assert.ok(early >= 4, `${early} of the first 6 trials have a likely value`);
  });

  test('never tries a value of probability 0', () => {
    const plan = search({ a: weighted([1, 2, 3], [0.5, 0, 0.5]) });
    assert.deepEqual(
      take(plan, Infinity)
        .map((params) => Number(params['a']))
        .sort(),
      [1, 3],
    );
  });

  test('ends even if some points are very unlikely', () => {
    const plan = search({ a: { kind: 'q_normal', mu: 0, sigma: 1, q: 1 } });
    const values = take(plan, Infinity).map((params) => params['a'] as number);
    assert.deepEqual(
      values.toSorted((a, b) => a - b),
      Array.from({ length: 13 }, (_, index) => index - 6),
    );
  });

  test('over more weighted points than can be remembered is endless, and knows any of its trials', () => {
    const plan = search({ a: weighted(['x', 'y'], [0.9, 0.1]), b: integer(1, 1e6) }, { seeds: [0, 1], runCap: 1e9 });
    assert.deepEqual([plan.size, plan.points, plan.excluded], [1e9, Infinity, 0]);
    const last = plan.enumeration!.at(1e9 - 1);
    assert.equal(plan.enumeration!.positionOf(last.params, last.seed, last.position), 1e9 - 1);
    const early = plan.enumeration!.at(1234);
    assert.equal(plan.enumeration!.positionOf(early.params, early.seed), 1234);
    assert.equal(plan.enumeration!.positionOf({ a: 'x', b: 1.5 }, 0, 1e8), undefined);
  });

  test('redraws excluded points', () => {
    const plan = search(
      { a: real(0, 1), b: pick(1, 2, 3, 4), c: pick('x', 'y') },
      {
        exclude: [
          { b: [1, 2, 3], c: ['x'] },
          { b: [4], c: ['y'] },
        ],
        runCap: 200,
      },
    );
    for (const { b, c } of take(plan, 200)) assert.equal(c === 'x', b === 4);
    assert.equal(plan.size, 200);
  });

  test('that excludes nearly everything throws instead of drawing forever', () => {
    const plan = search(
      { a: real(0, 1), b: integer(1, 100_000) },
      { exclude: [{ b: Array.from({ length: 99_999 }, (_, i) => i + 1) }] },
    );
    assert.throws(
      () => plan.enumeration!.at(0),
      (error: unknown) => error instanceof InputError && error.code === 'EXCLUDE_LEAVES_TOO_LITTLE',
    );
  });

  test('that excludes everything has no trials', () => {
    assert.equal(search({ a: real(0, 1) }, { fixed: { b: 1 }, exclude: [{ b: [1] }] }).size, 0);
    assert.equal(search({ a: pick(1, 2) }, { exclude: [{ a: [1, 2] }] }).size, 0);
  });

  test('finds a trial again: by arithmetic, at its recorded position, or by going through a capped search', () => {
    const even = search({ a: pick(1, 2, 3), b: integer(1, 9) }, { seeds: [4, 5] });
    const skewed = search({ a: weighted([1, 2, 3], [0.8, 0.1, 0.1]), b: integer(1, 9) }, { seeds: [4, 5] });
    const endless = search({ a: real(0, 1) }, { seeds: [4, 5] });
    const capped = search({ a: real(0, 1) }, { seeds: [4, 5], runCap: 31 });
    for (const plan of [even, skewed, capped]) {
      for (const { params, seed, position } of plan.enumeration!.trials())
        assert.equal(plan.enumeration!.positionOf(params, seed), position);
    }
    const { params } = endless.enumeration!.at(17);
    assert.equal(endless.enumeration!.positionOf(params, 5, 17), 17);
    assert.equal(endless.enumeration!.positionOf(params, 5, 16), 17, 'the point is that of both seeds');
    assert.equal(endless.enumeration!.positionOf(params, 5, 30), undefined);
    assert.equal(endless.enumeration!.positionOf(params, 5), undefined);
    assert.equal(capped.enumeration!.positionOf(endless.enumeration!.at(30).params, 5), undefined, 'beyond run_cap');
    assert.equal(capped.enumeration!.positionOf({ a: 0.5 }, 4), undefined);
    assert.equal(skewed.enumeration!.positionOf({ a: 4, b: 1 }, 4), undefined);
  });
});
