import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Params } from '../../../src/core/parameters.js';
import type { Distribution } from '../../../src/core/space/distribution.js';
import type { SearchSpace } from '../../../src/core/space/search-space.js';
import type { Observation } from '../../../src/core/trial/observation.js';
import { planTrials } from '../../../src/search/plan.js';
import type { Sampler } from '../../../src/search/samplers/sampler.js';
import { identity, observationOf, spaceOf } from '../helpers.js';

const RATE: Distribution = { kind: 'log_uniform_values', min: 1e-5, max: 1 };
const LOSS: Distribution = { kind: 'categorical', values: ['focal', 'cross_entropy', 'dice'] };
const BATCH: Distribution = { kind: 'categorical', values: [16, 32, 64, 128] };

function samplerOf(
  axes: Readonly<Record<string, Distribution>>,
  parts: Partial<SearchSpace> = {},
  defaults: Params = {},
): Sampler {
  const listed = Object.entries(axes).map(([name, distribution]) => ({ name, distribution }));
  return planTrials(spaceOf({ method: 'bayes', axes: listed, ...parts }), { ...identity, defaults }).sampler;
}

/** Runs trials one after the other; `train` gives a trial's objective, or `undefined` where it fails. */
function search(
  sampler: Sampler,
  count: number,
  train: (params: Params) => number | undefined,
  secondsOf: (params: Params) => number = () => 1,
): Observation[] {
  const history: Observation[] = [];
  while (history.length < count) {
    const [trial] = sampler.propose(history, 1);
    const objective = train(trial!.params);
    const failed = { status: 'failed', failure: 'oom', epochs: [] } as const;
    const completed = { epochs: [{ epoch: 1, objective, seconds: secondsOf(trial!.params) }] };
    history.push(observationOf(trial!, objective === undefined ? failed : completed));
  }
  return history;
}

/** Best at a rate of 3e-3 with cross_entropy. */
const quality = ({ rate, loss }: Params): number =>
  -((Math.log10(rate as number) + 2.5) ** 2) - (loss === 'cross_entropy' ? 0 : 0.5);

const best = (history: readonly Observation[], train: (params: Params) => number | undefined): number =>
  Math.max(...history.map(({ params }) => train(params) ?? -Infinity));

describe('a Bayesian search', () => {
  test("begins with the trainer's defaults, goes on with Sobol points, then with expected improvement", () => {
    const sampler = samplerOf({ rate: RATE, loss: LOSS }, {}, { rate: 0.01, loss: 'dice', epochs: 3 });
    const history = search(sampler, 9, quality);
    assert.deepEqual(history[0]!.params, { rate: 0.01, loss: 'dice' });
    const origins = history.map((_, index) => sampler.propose(history.slice(0, index), 1)[0]!.origin!);
    assert.deepEqual(origins.slice(0, 3), ["the trainer's defaults", 'Sobol point 1', 'Sobol point 2']);
    assert.match(origins[8]!, /^expected improvement near trial \d: -?[\d.e-]+ predicted$/);
  });

  test('comes close to the best point within 25 trials, whichever way is better', () => {
    const axes = { rate: RATE, loss: LOSS };
    const maximized = samplerOf(axes, { objective: { metric: 'accuracy', goal: 'maximize' } });
    assert.ok(best(search(maximized, 25, quality), quality) > -0.01);
    const minimized = samplerOf(axes, { objective: { metric: 'loss', goal: 'minimize' } });
    assert.ok(
      best(
        search(minimized, 25, (params) => -quality(params)),
        quality,
      ) > -0.01,
    );
  });

  test('learns where trials fail, and what failed is no bad value of the objective', () => {
    const train = (params: Params): number | undefined => (params['batch'] === 128 ? undefined : quality(params));
    const sampler = samplerOf(
      { rate: RATE, loss: LOSS, batch: BATCH },
      { objective: { metric: 'm', goal: 'maximize' } },
    );
    const history = search(sampler, 40, train);
    const failed = history.slice(20).filter(({ status }) => status === 'failed').length;
    assert.ok(failed <= 3, `${failed} of the last 20 trials failed`);
    assert.ok(best(history, train) > -0.02);
  });

  test('spends less time on points that are slow and no better, if improvement counts per second', () => {
    const secondsOf = ({ batch }: Params): number => (batch === 16 ? 60 : 1);
    const slow = (acquisition: 'improvement' | 'per_second'): number => {
      const objective = { metric: 'm', goal: 'maximize' } as const;
      const sampler = samplerOf({ rate: RATE, batch: BATCH }, { objective, sampling: { acquisition } });
      const train = ({ rate }: Params): number => -((Math.log10(rate as number) + 2.2) ** 2);
      return search(sampler, 30, train, secondsOf).filter(({ params }) => params['batch'] === 16).length;
    };
    assert.ok(slow('per_second') <= 5, `${slow('per_second')} of 30`);
    assert.ok(slow('per_second') <= slow('improvement'));
  });

  test('tries a point with every seed and fold before the next, and first those that a crash left out', () => {
    const sampler = samplerOf({ rate: RATE }, { seeds: [5, 6], folds: 2, runCap: 10 });
    const trials = sampler.propose([], 20);
    assert.deepEqual(
      trials.slice(0, 5).map(({ position, seed, params }) => [position, seed, params['fold']]),
      [
        [0, 5, 0],
        [1, 5, 1],
        [2, 6, 0],
        [3, 6, 1],
        [4, 5, 0],
      ],
    );
    assert.equal(trials.length, 10);
    const rows = trials.filter((_, index) => index !== 1 && index < 6).map((trial) => observationOf(trial));
    const [missing, next] = sampler.propose(rows, 2);
    assert.deepEqual([missing!.key, missing!.position, missing!.origin], [trials[1]!.key, 1, 'the point of trial 1']);
    assert.deepEqual([next!.key, next!.position], [trials[6]!.key, 6]);
  });

  test('scales factors of a found rate by the centre of the backbone, and knows its trials again', () => {
    const axes = [
      { name: 'backbone', distribution: { kind: 'categorical', values: ['b0', 'b3'] } },
      { name: 'rate', distribution: { kind: 'found_range', per: 'backbone', min: 0.1, max: 10 } },
    ] as const;
    const centres = new Map([
      ['b0', 1e-3],
      ['b3', 1e-4],
    ]);
    const { sampler } = planTrials(spaceOf({ method: 'bayes', axes }), identity, centres);
    const history = sampler.propose([], 12).map((trial) => observationOf(trial));
    for (const { params } of history) {
      const factor = (params['rate'] as number) / centres.get(params['backbone'] as string)!;
      assert.ok(factor > 0.0999 && factor < 10.001, `factor ${factor}`);
    }
    assert.deepEqual([history[0]!.params['backbone'], history[0]!.params['rate']], ['b0', 1e-3]);
    const [next] = sampler.propose(history, 1);
    assert.equal(next!.position, 12);
  });
});
