import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SweepHandle } from '../../../src/store/sweep-handle.js';
import type { RecordedObservation } from '../../../src/store/reading/trials/observations.js';
import {
  completed,
  declare,
  epochOf,
  failed,
  keyOf,
  NEW_YEAR,
  openTemporary,
  record,
  started,
  tamper,
  trialOf,
} from '../helpers.js';
import { openStore } from '../../../src/store/store.js';

async function read(handle: SweepHandle): Promise<RecordedObservation[]> {
  const rows: RecordedObservation[] = [];
  for await (const row of handle.observations()) rows.push(row);
  return rows;
}

test('observations include open and failed trials, each with its objective by epoch', async (t) => {
  const store = await openTemporary(t);
  const handle = await store.openSweep(declare());
  const recorder = handle.recorder();
  const other = await store.openSweep(declare({ name: 'others' }));
  for (const id of [1, 2, 3, 4]) await recorder.emit(started(trialOf(id, { x: id }), 1, NEW_YEAR));
  await recorder.emit(epochOf(1, 1, { val_accuracy: 0.5, val_loss: 1 }));
  await recorder.emit(epochOf(1, 3, { val_accuracy: 0.4 }));
  await recorder.emit(completed(1));
  await recorder.emit(epochOf(2, 1, { val_accuracy: NaN, val_loss: 2 }));
  await recorder.emit({ type: 'trial-paused', at: NEW_YEAR + 9_000, trialId: 3, attempt: 1 });
  await recorder.emit(failed(4, false, 1, 'oom'));
  await other.recorder().emit(started(trialOf(5)));
  const of = (id: number): object => ({ id, key: keyOf(id), position: id - 1, params: { x: id }, seed: 1, attempt: 1 });
  assert.deepEqual(await read(handle), [
    {
      ...of(1),
      status: 'completed',
      epochs: [
        { epoch: 1, objective: 0.5, seconds: 1 },
        { epoch: 3, objective: 0.4, seconds: 2 },
      ],
      best: 0.5,
      failure: undefined,
    },
    {
      ...of(2),
      status: 'running',
      epochs: [{ epoch: 1, objective: undefined, seconds: 1 }],
      best: undefined,
      failure: undefined,
    },
    { ...of(3), status: 'paused', epochs: [], best: undefined, failure: undefined },
    { ...of(4), status: 'failed', epochs: [], best: undefined, failure: 'oom' },
  ]);
});

test('the seconds of an epoch after a retry count from the start of the attempt; superseded epochs are left out', async (t) => {
  const store = await openTemporary(t);
  const handle = await store.openSweep(declare());
  const recorder = handle.recorder();
  await recorder.emit(started(trialOf(1)));
  await recorder.emit(epochOf(1, 1, { val_accuracy: 0.1 }));
  await recorder.emit(epochOf(1, 2, { val_accuracy: 0.9 }));
  await recorder.emit(failed(1, true));
  await recorder.emit(started(trialOf(1), 2, NEW_YEAR + 500));
  await recorder.emit(epochOf(1, 2, { val_accuracy: 0.3 }, 2));
  const [row] = await read(handle);
  assert.equal(row?.attempt, 2);
  assert.equal(row.best, 0.3);
  assert.deepEqual(row.epochs, [
    { epoch: 1, objective: 0.1, seconds: 1 },
    { epoch: 2, objective: 0.3, seconds: 1.5 },
  ]);
});

test('observations have the order in which trials joined the sweep, whatever their numbers', async (t) => {
  const store = await openTemporary(t);
  const other = await store.openSweep(declare({ name: 'others' }));
  for (const id of [2, 5]) await record(other.recorder(), trialOf(id, { x: id }), [0.5]);
  const handle = await store.openSweep(declare());
  const ids = async (of: SweepHandle): Promise<number[]> => (await read(of)).map(({ id }) => id);
  const recorder = handle.recorder();
  for (const id of [6, 3]) await recorder.emit(started(trialOf(id, { x: id })));
  await handle.admit([{ id: 5, position: 0 }]);
  await Promise.all([4, 1].map((id) => recorder.emit(started(trialOf(id, { x: id })))));
  for (const id of [1, 3, 6]) await recorder.emit(epochOf(id, 1, { val_accuracy: id / 10 }));
  await recorder.emit(completed(3));
  await recorder.emit(failed(6, true));
  await recorder.emit(started(trialOf(6, { x: 6 }), 2));
  const joined = [6, 3, 5, 4, 1];
  assert.deepEqual(await ids(handle), joined);
  await recorder.close();
  await store.close();
  // Deleted rows of another sweep, a rewritten column and a checkpoint may give rows other numbers, but no other order.
  await tamper(
    store.path,
    `delete from data.members where sweep = 1; checkpoint;
     alter table data.members alter column position set data type bigint; update data.members set position = -trial; checkpoint;`,
  );
  const again = await openStore(store.path, { now: () => NEW_YEAR });
  t.after(() => again.close());
  const resumed = await again.openSweep(declare());
  assert.deepEqual(await ids(resumed), joined);
});

test('a hundred thousand trials are read in order', async (t) => {
  const before = await openTemporary(t);
  await before.openSweep(declare());
  await before.close();
  const count = 100_000;
  await tamper(
    before.path,
    `insert into data.trials by name
       select (i + 1)::integer as id, printf('%016x', i) as key, 1 as seed, '{"x":1}' as params, 'completed' as status,
         1 as attempt, 0 as failures, 'cpu:0' as device, 0 as slot, 1 as threads, epoch_ms(0) as started_at,
         epoch_ms(0) as attempt_started_at from range(${count}) r(i);
     insert into data.members by name
       select 1 as sweep, (i + 1)::integer as trial, i as position, true as current from range(${count}) r(i);
     insert into data.epochs by name
       select (i + 1)::integer as trial, 1 as attempt, e::integer as epoch, 'val_accuracy' as metric, i / ${count} as value,
         epoch_ms(e * 1000) as recorded_at, false as superseded from range(${count}) r(i), range(1, 6) s(e);`,
  );
  const store = await openStore(before.path, { now: () => NEW_YEAR });
  t.after(() => store.close());
  const handle = await store.openSweep(declare());
  let next = 1;
  for await (const { id, epochs } of handle.observations()) {
    assert.equal(id, next++);
    assert.equal(epochs.length, 5);
    assert.equal(epochs[4]?.seconds, 1);
  }
  assert.equal(next, count + 1);
});
