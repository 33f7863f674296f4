import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Observation } from '../../../../src/core/trial/observation.js';
import type { TrialSpec } from '../../../../src/core/trial/trial.js';
import { pendingTrials } from '../../../../src/session/running/pending-trials.js';
import { proposedTrials } from '../../../../src/session/running/proposals/proposed-trials.js';
import { SweepHistory } from '../../../../src/session/running/sweep-history.js';
import type { SweepHandle } from '../../../../src/store/sweep-handle.js';
import { declare, failed, keyOf, openTemporary, record, started, trialOf } from '../../../store/helpers.js';
import type { TestContext } from 'node:test';

const OBJECTIVE = { metric: 'val_accuracy', goal: 'maximize' } as const;

test('recorded trials that are not finished come before proposals', async (t) => {
  const handle = await openSweep(t, 'flowers');
  const recorder = handle.recorder();
  await record(recorder, trialOf(1, { x: 1 }), [0.1]);
  await recorder.emit(started(trialOf(2, { x: 2 })));
  await recorder.emit({ type: 'trial-paused', at: 0, trialId: 2, attempt: 1 });
  await recorder.emit(started(trialOf(3, { x: 3 })));
  await recorder.emit(failed(3, false));
  const run = await begin(handle, [specOf(7)]);
  assert.deepEqual(await keysOf(run.trials(false)), [keyOf(2), keyOf(7)]);
  const again = await begin(handle, [specOf(7)]);
  assert.deepEqual(await keysOf(again.trials(true)), [keyOf(2), keyOf(3), keyOf(7)]);
});

test('a proposal that another sweep has finished joins with its results, and is not run', async (t) => {
  const store = await openTemporary(t);
  const other = await store.openSweep(declare({ name: 'other' }));
  await record(other.recorder(), trialOf(1, { x: 5 }), [0.4, 0.6]);
  const handle = await store.openSweep(declare({ name: 'flowers' }));
  const run = await begin(handle, [{ ...specOf(1), origin: 'Sobol point 1', params: { x: 5 } }, specOf(9)]);
  assert.deepEqual(await keysOf(run.trials(false)), [keyOf(9)]);
  const [joined] = [...run.history.observations()];
  assert.deepEqual(
    joined?.epochs.map(({ objective }) => objective),
    [0.4, 0.6],
  );
  const members: Observation[] = [];
  for await (const observation of handle.observations()) members.push(observation);
  assert.deepEqual(
    members.map(({ id }) => id),
    [1],
  );
});

test('a proposal that is the work of a member under other parameters is not run, and is known from then on', async (t) => {
  const handle = await openSweep(t, 'flowers');
  await record(handle.recorder(), trialOf(1, { weights: 'a.h5' }), [0.5]);
  const run = await begin(handle, [{ ...specOf(1), position: 4, params: { weights: 'copy-of-a.h5' } }, specOf(9)]);
  assert.deepEqual(await keysOf(run.trials(false)), [keyOf(9)]);
  const alias = [...run.history.observations()].find(({ params }) => params['weights'] === 'copy-of-a.h5');
  assert.equal(alias?.epochs[0]?.objective, 0.5);
});

async function openSweep(t: TestContext, name: string): Promise<SweepHandle> {
  const store = await openTemporary(t);
  return store.openSweep(declare({ name }));
}

/** The declared part of the trial that `trialOf` makes. */
function specOf(id: number): TrialSpec {
  const { key, position, seed, params } = trialOf(id, { x: id });
  return { key, position, seed, params };
}

/** A run of a sweep whose sampler proposes these trials. */
async function begin(
  handle: SweepHandle,
  proposals: readonly TrialSpec[],
): Promise<{
  readonly history: SweepHistory;
  trials(retryFailed: boolean): AsyncIterable<{ readonly trial: TrialSpec }>;
}> {
  const history = await SweepHistory.load(OBJECTIVE, handle.observations());
  const left = [...proposals];
  const proposer = { next: () => Promise.resolve(left.shift()) };
  const known = await handle.known();
  const observe = async (trialId: number): Promise<Observation> => {
    for await (const observation of handle.observations()) if (observation.id === trialId) return observation;
    throw new Error(`no trial ${trialId}`);
  };
  return {
    history,
    trials: (retryFailed) =>
      pendingTrials(proposedTrials({ history, proposer, known, retryFailed, fresh: false, observe }), handle, {
        ...{ known, retryFailed, limit: Infinity },
      }),
  };
}

async function keysOf(trials: AsyncIterable<{ readonly trial: TrialSpec }>): Promise<string[]> {
  const keys: string[] = [];
  for await (const { trial } of trials) keys.push(trial.key);
  return keys;
}
