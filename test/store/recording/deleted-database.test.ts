import assert from 'node:assert/strict';
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventSink } from '../../../src/core/trial/events.js';
import { openStore, type Store } from '../../../src/store/store.js';
import { ask, completed, declare, epochOf, NEW_YEAR, started, temporaryFolder, trialOf } from '../helpers.js';

const skip = existsSync('/proc/self/fd') ? false : 'deleted files are found through /proc';

/** A database with one recorded trial. */
async function openRecorded(t: TestContext): Promise<{ store: Store; recorder: EventSink }> {
  const store = await openStore(join(temporaryFolder(t), 'results', 'sweeps.duckdb'), { now: () => NEW_YEAR });
  t.after(() => store.close());
  const recorder = (await store.openSweep(declare())).recorder();
  await recordTrial(recorder, 1);
  return { store, recorder };
}

async function recordTrial(recorder: EventSink, id: number): Promise<void> {
  await recorder.emit(started(trialOf(id)));
  await recorder.emit(epochOf(id, 1, { val_accuracy: id / 10 }));
  await recorder.emit(completed(id));
}

const trialsAt = async (path: string): Promise<unknown> => {
  const store = await openStore(path, { now: () => NEW_YEAR });
  try {
    return await ask(store.reader, 'select trial, state, objective from trials order by trial');
  } finally {
    await store.close();
  }
};

const FIRST = { trial: 1, state: 'completed', objective: 0.1 };
const SECOND = { trial: 2, state: 'completed', objective: 0.2 };

test(
  'a database that is deleted while it is open is written again with all rows, and recording goes on',
  { skip },
  async (t) => {
    const { store, recorder } = await openRecorded(t);
    let restored = 0;
    store.onRestored(() => restored++);
    rmSync(join(store.path, '..'), { recursive: true });
    await recordTrial(recorder, 2);
    assert.equal(restored, 1);
    assert.deepEqual(await ask(store.reader, 'select count(*)::int as trials from trials'), [{ trials: 2 }]);
    await recorder.close();
    await store.close();
    assert.deepEqual(await trialsAt(store.path), [FIRST, SECOND]);
  },
);

test(
  'a deleted database is noticed within seconds, also while nothing is recorded',
  { skip, timeout: 30_000 },
  async (t) => {
    const { store } = await openRecorded(t);
    rmSync(store.path);
    rmSync(`${store.path}.wal`, { force: true });
    while (!existsSync(store.path)) await sleep(100);
    await store.close();
    assert.deepEqual(await trialsAt(store.path), [FIRST]);
  },
);

test('a database that is deleted just before it is closed is written again', { skip }, async (t) => {
  const { store } = await openRecorded(t);
  rmSync(store.path);
  await store.close();
  assert.deepEqual(await trialsAt(store.path), [FIRST]);
});

test('a database that was moved, or replaced by another file, is not written over', async (t) => {
  const { store, recorder } = await openRecorded(t);
  renameSync(store.path, `${store.path}.moved`);
  await assert.rejects(recorder.emit(started(trialOf(2))), { code: 'STORE_GONE' });
  writeFileSync(store.path, 'something else');
  await assert.rejects(recorder.emit(started(trialOf(2))), { code: 'STORE_GONE' });
  rmSync(store.path);
  renameSync(`${store.path}.moved`, store.path);
  await recordTrial(recorder, 2);
  await store.close();
  assert.deepEqual(await trialsAt(store.path), [FIRST, SECOND]);
});
