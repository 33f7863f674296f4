import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalJson, type Params } from '../../src/core/parameters.js';
import type { ExcludeRule } from '../../src/core/space/search-space.js';
import type { Axis, Distribution } from '../../src/core/space/distribution.js';
import { planTrials } from '../../src/search/plan.js';
import { identity, spaceOf } from './helpers.js';

/** A number of values as an axis; weights only where the search is random. */
function axisOf(name: string, size: number, form: string): Axis {
  const values = Array.from({ length: size }, (_, index) => index);
  const weights = values.map((value) => (value + 1) / ((size * (size + 1)) / 2));
  const forms: Readonly<Record<string, Distribution>> = {
    listed: { kind: 'categorical', values },
    range: { kind: 'int_uniform', min: 0, max: size - 1 },
    weighted: { kind: 'categorical_w_probabilities', values, probabilities: weights },
  };
  return { name, distribution: forms[form]! };
}

const smallSweep = fc
  .record({
    method: fc.constantFrom('grid' as const, 'random' as const),
    sizes: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }),
  })
  .chain(({ method, sizes }) => {
    const forms = method === 'grid' ? ['listed', 'range'] : ['listed', 'range', 'weighted'];
    const conditions = sizes.map((size) =>
      fc.option(fc.uniqueArray(fc.nat(size - 1), { minLength: 1 }), { freq: 2, nil: undefined }),
    );
    const rule = fc
      .tuple(...conditions)
      .map((chosen) => Object.fromEntries(chosen.flatMap((values, index) => (values ? [[`p${index}`, values]] : []))))
      .filter((named) => Object.keys(named).length > 0);
    return fc.record({
      method: fc.constant(method),
      axes: fc
        .tuple(...sizes.map(() => fc.constantFrom(...forms)))
        .map((chosen) => sizes.map((size, index) => axisOf(`p${index}`, size, chosen[index]!))),
      sizes: fc.constant(sizes),
      exclude: sizes.length === 0 ? fc.constant([]) : fc.array(rule, { maxLength: 5 }),
      seed: fc.nat(),
      seeds: fc.uniqueArray(fc.nat(9), { minLength: 1, maxLength: 3 }),
      runCap: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
    });
  });

/** Every point that no rule strikes, found by going through all of them, the last axis fastest. */
function allowedPoints(sizes: readonly number[], exclude: readonly ExcludeRule[]): Params[] {
  const points = sizes.reduce<Params[]>(
    (before, size, index) =>
      before.flatMap((point) => Array.from({ length: size }, (_, value) => ({ ...point, [`p${index}`]: value }))),
    [{}],
  );
  const strikes = (rule: ExcludeRule, point: Params): boolean =>
    Object.entries(rule).every(([name, values]) => values.includes(point[name]!));
  return points.filter((point) => !exclude.some((rule) => strikes(rule, point)));
}

test('a plan has every allowed point with every seed exactly once, and finds the position of each', () => {
  fc.assert(
    fc.property(smallSweep, ({ sizes, ...parts }) => {
      const { method, exclude, seeds, runCap = Infinity } = parts;
      const allowed = allowedPoints(sizes, exclude);
      const plan = planTrials(spaceOf({ fixed: {}, ...parts }), identity);
      const trials = [...plan.enumeration!.trials()];
      const shown = trials.map(({ seed, params }) => canonicalJson({ seed, params }));

      const declared = allowed.length * seeds.length;
      const combinations = sizes.reduce((product, size) => product * size, seeds.length);
      assert.deepEqual(
        [plan.points, plan.excluded, plan.size, trials.length],
        [combinations, combinations - declared, Math.min(declared, runCap), plan.size],
      );
      const grid = seeds.flatMap((seed) => allowed.map((params) => canonicalJson({ seed, params })));
      if (method === 'grid') assert.deepEqual(shown, grid.slice(0, plan.size));
      else if (plan.size === declared) assert.deepEqual(shown.toSorted(), grid.toSorted());
      else assert.ok(shown.every((trial) => grid.includes(trial)));
      assert.equal(new Set(trials.map(({ key }) => key)).size, plan.size);
      for (const [position, trial] of trials.entries()) {
        assert.deepEqual(plan.enumeration!.at(position), { ...trial, position });
        assert.equal(plan.enumeration!.positionOf(trial.params, trial.seed), position);
      }
    }),
    { seed: 1, numRuns: 300 },
  );
});
