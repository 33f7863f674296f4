import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Observation } from '../../../src/core/trial/observation.js';
import { canonicalJson } from '../../../src/core/parameters.js';
import type { Distribution } from '../../../src/core/space/distribution.js';
import type { SearchSpace } from '../../../src/core/space/search-space.js';
import type { TrialSpec } from '../../../src/core/trial/trial.js';
import { planTrials } from '../../../src/search/plan.js';
import type { Sampler } from '../../../src/search/samplers/sampler.js';
import { identity, observationOf, spaceOf } from '../helpers.js';

interface Space extends Pick<SearchSpace, 'method' | 'sampling'> {
  readonly axes: Readonly<Record<string, Distribution>>;
}

/**
 * What every sampler must do, as tests. `countable` is a space of at most some hundred points, left out where the sampler has
 * none; `huge` is one that no test exhausts. Fewer histories are tried with a sampler that is slow.
 */
export function describeSampler(
  name: string,
  { countable, huge, isSlow = false }: { readonly countable?: Space; readonly huge: Space; readonly isSlow?: boolean },
): void {
  const batches = isSlow ? fewBatches : manyBatches;
  const numRuns = isSlow ? 2 : 20;
  describe(`the sampler ${name}`, () => {
    test('gives the same answer for the same rows and seed in any process', () => {
      fc.assert(
        fc.property(batches, fates, fc.nat(99), (counts, ends, seed) => {
          const history = run(samplerOf(huge, { seed }), counts, ends);
          const again = run(samplerOf(huge, { seed }), counts, ends);
          assert.deepEqual(again, history);
          const next = samplerOf(huge, { seed }).propose(history, 5);
          assert.deepEqual(samplerOf(huge, { seed }).propose(structuredClone(history), 5), next);
        }),
        { numRuns },
      );
    });

    test('continues from the rows alone when the process was killed after any of them', () => {
      const history = run(samplerOf(huge, {}), [1, 3, 2, 1, 5], ['completed', 'running', 'failed']);
      for (let recorded = 0; recorded < history.length; recorded++) {
        const rows = history.slice(0, recorded);
        const fresh = samplerOf(huge, {}).propose(rows, 3);
        assert.deepEqual(samplerOf(huge, {}).propose(rows, 3), fresh);
        assert.ok(fresh.every(({ key }) => !rows.some((row) => row.key === key)));
      }
    });

    test('proposes 1 to 64 trials at a time, none of them twice, none that is open, failed or without a finite value', () => {
      fc.assert(
        fc.property(batches, fates, (counts, ends) => {
          const history = run(samplerOf(huge, { seeds: [3, 4] }), counts, ends);
          assert.equal(history.length, sum(counts));
          assert.equal(new Set(history.map(({ key }) => key)).size, history.length);
          const points = history.map(({ params, seed }) => canonicalJson({ params, seed }));
          assert.equal(new Set(points).size, history.length);
        }),
        { numRuns },
      );
    });

    test('proposes nothing when asked for nothing, and nothing beyond run_cap', () => {
      assert.deepEqual(samplerOf(huge, {}).propose([], 0), []);
      const capped = samplerOf(huge, { runCap: 5 });
      const history = run(capped, [3, 3], ['completed']);
      assert.equal(history.length, 5);
      assert.deepEqual(capped.propose(history, 64), []);
    });

    test('ignores rows of trials that the space does not declare', () => {
      const sampler = samplerOf(huge, {});
      const foreign = observationOf({ key: 'f'.repeat(16), position: 0, seed: 99, params: { other: 1 } });
      const proposed = sampler.propose([foreign], 4);
      assert.equal(proposed.length, 4);
      for (const { params } of proposed) assert.deepEqual(Object.keys(params), Object.keys(huge.axes));
    });

    if (countable === undefined) return;

    test('proposes every allowed point with every seed once, then nothing more', () => {
      const [first = ''] = Object.keys(countable.axes);
      const whole = exhaust(samplerOf(countable, { seeds: [1, 2] }));
      const excluded = whole[0]!.params[first]!;
      const allowed = exhaust(samplerOf(countable, { seeds: [1, 2], exclude: [{ [first]: [excluded] }] }));
      const expected = whole.filter(({ params }) => params[first] !== excluded);
      assert.ok(expected.length > 0 && expected.length < whole.length);
      assert.deepEqual(allowed.map(textOf).toSorted(), expected.map(textOf).toSorted());
    });

    test('has no trial where the rules exclude everything, and one where there is one choice', () => {
      const [first = ''] = Object.keys(countable.axes);
      const all = [...new Set(exhaust(samplerOf(countable, {})).map(({ params }) => params[first]!))];
      assert.deepEqual(samplerOf(countable, { exclude: [{ [first]: all }] }).propose([], 8), []);
      const single = samplerOf({ ...countable, axes: { only: { kind: 'categorical', values: [7] } } }, {});
      assert.deepEqual(
        single.propose([], 64).map(({ params }) => params),
        [{ only: 7 }],
      );
    });
  });
}

const manyBatches = fc.array(fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 64 })), { minLength: 1, maxLength: 6 });
const fewBatches = fc.array(fc.constantFrom(1, 2, 5, 64), { minLength: 2, maxLength: 3 });
const fates = fc.array(
  fc.constantFrom<Observation['status'][]>('completed', 'stopped', 'failed', 'running', 'paused'),
  {
    minLength: 1,
  },
);

function samplerOf({ axes, ...choice }: Space, parts: Partial<SearchSpace>): Sampler {
  const listed = Object.entries(axes).map(([name, distribution]) => ({ name, distribution }));
  return planTrials(spaceOf({ ...choice, axes: listed, ...parts }), identity).sampler;
}

/** A sweep in which `counts` trials at a time are proposed and end, one after the other, as `ends` say. */
function run(sampler: Sampler, counts: readonly number[], ends: readonly Observation['status'][]): Observation[] {
  const history: Observation[] = [];
  for (const count of counts) {
    const proposed = sampler.propose(history, count);
    assert.ok(proposed.length <= count);
    history.push(...proposed.map((trial, index) => ended(trial, ends[(history.length + index) % ends.length]!)));
  }
  return history;
}

function ended(trial: TrialSpec, status: Observation['status']): Observation {
  const hasEpochs = status === 'completed' || status === 'stopped';
  const objective = trial.position % 4 === 0 ? undefined : Math.sin(trial.position);
  const epochs = hasEpochs ? [{ epoch: 1, objective, seconds: 1 }] : [];
  return observationOf(trial, { status, epochs, failure: status === 'failed' ? 'diverged' : undefined });
}

function exhaust(sampler: Sampler): Observation[] {
  const history = run(sampler, Array<number>(40).fill(64), ['completed']);
  assert.deepEqual(sampler.propose(history, 1), []);
  return history;
}

const textOf = ({ params, seed }: TrialSpec): string => canonicalJson({ params, seed });
const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
