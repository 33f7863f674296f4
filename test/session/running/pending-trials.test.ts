import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pendingTrials, unfinishedTrials } from '../../../src/session/running/pending-trials.js';
import { declare, openTemporary, recordAll } from '../../store/helpers.js';
import { planTrials } from '../../../src/search/plan.js';
import { parseSweep } from '../../../src/sweep/parse.js';
import { manifest } from '../../fixtures/manifest.js';

test('a sweep goes on with what its plan declares and is not finished, wherever that stands', async (t) => {
  const store = await openTemporary(t);
  const handle = await store.openSweep(declare());
  await recordAll(handle, [[0.1], [0.2], [0.3]]);
  const text =
    'name: flowers\nmethod: grid\ntrainer: ./t.mjs\nmetric: { name: val_accuracy, goal: maximize }\nparameters: { x: { values: [1, 2, 3, 4, 5, 6] } }\n';
  const definition = parseSweep({ file: 'flowers.yaml', text }, { manifest });
  const plan = planTrials(definition, { fingerprint: '', trainerVersion: '1', defaults: {} });
  const known = await handle.known();
  const positions = async (finished: readonly { from: number; to: number }[], limit = Infinity): Promise<number[]> => {
    const found: number[] = [];
    for await (const { trial } of pendingTrials(unfinishedTrials(plan.enumeration!, finished), handle, {
      known,
      retryFailed: false,
      limit,
    })) {
      found.push(trial.position);
    }
    return found;
  };
  assert.deepEqual(await positions(await handle.finished()), [3, 4, 5]);
  assert.deepEqual(await positions([]), [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(
    await positions([
      { from: 0, to: 1 },
      { from: 3, to: 5 },
    ]),
    [1, 2, 5],
  );
  assert.deepEqual(await positions([{ from: 2, to: 9 }]), [0, 1]);
  assert.deepEqual(await positions([{ from: 8, to: 9 }], 2), [0, 1]);
});
