import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { EnvironmentError, IllegalTransitionError } from '../../../src/core/errors.js';
import { Program } from '../program.js';
import {
  ask,
  completed,
  declare,
  ENVIRONMENT,
  epochOf,
  failed,
  NEW_YEAR,
  openTemporary,
  record,
  started,
  temporaryFolder,
  trialOf,
} from '../helpers.js';

test('an acknowledged event can be read at once, also when many events arrive together', async (t) => {
  const store = await openTemporary(t);
  const handle = await store.openSweep(declare());
  const recorder = handle.recorder();
  await Promise.all(
    Array.from({ length: 40 }, async (_, index) => {
      const trial = trialOf(handle.nextTrialId(), { x: index });
      await record(recorder, trial, [0.1, 0.2, index / 40]);
      const [row] = await ask(store.reader, `select state, objective from leaderboard where trial = ${trial.id}`);
      assert.deepEqual(row, { state: 'completed', objective: Math.max(0.2, index / 40) });
    }),
  );
  const [{ n } = {}] = await ask(store.reader, 'select count(*)::integer as n from curves');
  assert.equal(n, 120);
});

test('events of one trial that arrive together are recorded in their order', async (t) => {
  const store = await openTemporary(t);
  const handle = await store.openSweep(declare());
  const recorder = handle.recorder();
  await Promise.all([
    recorder.emit(started(trialOf(1))),
    recorder.emit(epochOf(1, 1, { val_accuracy: 0.5 })),
    recorder.emit(failed(1, true)),
    recorder.emit(started(trialOf(1), 2)),
    recorder.emit(epochOf(1, 1, { val_accuracy: 0.4 }, 2)),
    recorder.emit(completed(1, 2)),
  ]);
  assert.deepEqual(await ask(store.reader, 'select state, attempt, failures, objective from trials'), [
    { state: 'completed', attempt: 2, failures: 1, objective: 0.4 },
  ]);
  assert.deepEqual(await ask(store.reader, 'select epoch, value from curves'), [{ epoch: 1, value: 0.4 }]);
});

test('an attempt has the input wait that it reported last, and none of the attempt before', async (t) => {
  const store = await openTemporary(t);
  const recorder = (await store.openSweep(declare())).recorder();
  await recorder.emit(started(trialOf(1)));
  await recorder.emit(Object.assign(epochOf(1, 1, { val_accuracy: 0.5 }), { inputWait: 0.5 }));
  await recorder.emit(Object.assign(epochOf(1, 2, { val_accuracy: 0.5 }), { inputWait: 0.25 }));
  await recorder.emit(failed(1, true));
  await recorder.emit(started(trialOf(1), 2));
  await recorder.emit(completed(1, 2));
  assert.deepEqual(await ask(store.reader, 'select attempt, input_wait from attempts order by attempt'), [
    { attempt: 1, input_wait: 0.25 },
    { attempt: 2, input_wait: null },
  ]);
});

test('events of progress and of hosts are not recorded and need no commit', async (t) => {
  const store = await openTemporary(t);
  const recorder = (await store.openSweep(declare())).recorder();
  const at = NEW_YEAR;
  await recorder.emit({ type: 'trial-progress', at, trialId: 1, attempt: 1, epoch: 1, epochs: 3, step: 1, steps: 9 });
  const machine = { cores: 2, cpu: 'x', gpus: [] };
  await recorder.emit({ type: 'host-waiting', at, device: 'cpu:0', reason: 'the queue is full' });
  await recorder.emit({ type: 'host-started', at, device: 'cpu:0', node: 'lab', pid: 1, machine });
  await recorder.emit({
    type: 'host-lost',
    at,
    device: 'cpu:0',
    node: 'lab',
    pid: 1,
    error: { code: 'X', message: '', stack: '' },
  });
  assert.deepEqual(await ask(store.reader, 'from trials'), []);
});

test('a warning is recorded with its attempt', async (t) => {
  const store = await openTemporary(t);
  const recorder = (await store.openSweep(declare())).recorder();
  await recorder.emit(started(trialOf(1)));
  await recorder.emit({ type: 'trial-warning', at: NEW_YEAR, trialId: 1, attempt: 1, message: '3 images are damaged' });
  assert.deepEqual(await ask(store.reader, 'select trial, attempt, message from data.warnings'), [
    { trial: 1, attempt: 1, message: '3 images are damaged' },
  ]);
});

test('an attempt that continues from a checkpoint extends the curve; one that goes back replaces the later epochs', async (t) => {
  const store = await openTemporary(t);
  const recorder = (await store.openSweep(declare())).recorder();
  const emitAll = async (attempt: number, epochs: Readonly<Record<number, number>>): Promise<void> => {
    await recorder.emit(started(trialOf(1), attempt));
    for (const [epoch, value] of Object.entries(epochs)) {
      await recorder.emit(epochOf(1, Number(epoch), { val_accuracy: value }, attempt));
    }
  };
  const curve = async (): Promise<unknown[]> =>
    (await ask(store.reader, 'select value from curves order by epoch')).map(({ value }) => value);
  const best = 'select objective, best_epoch from leaderboard';
  await emitAll(1, { 1: 0.1, 2: 0.9, 3: 0.2 });
  await recorder.emit(failed(1, true));
  await emitAll(2, { 4: 0.3 });
  assert.deepEqual(await curve(), [0.1, 0.9, 0.2, 0.3]);
  assert.deepEqual(await ask(store.reader, best), [{ objective: 0.9, best_epoch: 2 }]);
  await recorder.emit(failed(1, true, 2));
  await emitAll(3, { 2: 0.5 });
  assert.deepEqual(await curve(), [0.1, 0.5]);
  assert.deepEqual(await ask(store.reader, best), [{ objective: 0.5, best_epoch: 2 }]);
  const [{ n } = {}] = await ask(store.reader, 'select count(*)::integer as n from data.epochs');
  assert.equal(n, 5, 'nothing is deleted');
});

test('an event that the trial’s status does not allow is rejected; other events of the same commit are recorded', async (t) => {
  const store = await openTemporary(t);
  const recorder = (await store.openSweep(declare())).recorder();
  await record(recorder, trialOf(1), [0.5]);
  const results = await Promise.allSettled([
    recorder.emit(started(trialOf(2))),
    recorder.emit(started(trialOf(1), 2)),
    recorder.emit(epochOf(1, 2, { val_accuracy: 0.9 })),
    recorder.emit(epochOf(99, 1, { val_accuracy: 0.9 })),
    recorder.emit(epochOf(2, 1, { val_accuracy: 0.6 }, 7)),
    recorder.emit(epochOf(2, 1, { val_accuracy: 0.6 })),
  ]);
  const refused = results.map(
    (result) => result.status === 'rejected' && result.reason instanceof IllegalTransitionError,
  );
  assert.deepEqual(refused, [false, true, true, true, true, false]);
  assert.deepEqual(await ask(store.reader, 'select trial, state, objective from leaderboard order by trial'), [
    { trial: 1, state: 'completed', objective: 0.5 },
    { trial: 2, state: 'running', objective: 0.6 },
  ]);
});

test('a trial with a known key or number cannot be recorded again', async (t) => {
  const store = await openTemporary(t);
  const recorder = (await store.openSweep(declare())).recorder();
  await record(recorder, trialOf(1), [0.5]);
  const twin = { ...trialOf(2), key: trialOf(1).key };
  await assert.rejects(recorder.emit(started(twin)), EnvironmentError);
  await record(recorder, trialOf(2), [0.6]);
  assert.deepEqual(await ask(store.reader, 'select trial, objective from leaderboard order by trial'), [
    { trial: 1, objective: 0.5 },
    { trial: 2, objective: 0.6 },
  ]);
});

test('an epoch that is emitted again after an uncertain commit is recorded once', async (t) => {
  const store = await openTemporary(t);
  const handle = await store.openSweep(declare());
  const recorder = handle.recorder();
  await recorder.emit(started(trialOf(1)));
  for (const sink of [recorder, recorder, handle.recorder()]) {
    await sink.emit(epochOf(1, 1, { val_accuracy: 0.5 }));
  }
  assert.deepEqual(await ask(store.reader, 'select epoch, value from curves'), [{ epoch: 1, value: 0.5 }]);
});

test('a removed database is noticed at the next event, not at the end', async (t) => {
  const store = await openTemporary(t);
  const recorder = (await store.openSweep(declare())).recorder();
  await recorder.emit(started(trialOf(1)));
  renameSync(store.path, `${store.path}.away`);
  await assert.rejects(recorder.emit(epochOf(1, 1, { val_accuracy: 0.5 })), { code: 'STORE_GONE' });
  renameSync(`${store.path}.away`, store.path);
  await recorder.emit(epochOf(1, 1, { val_accuracy: 0.5 }));
  assert.deepEqual(await ask(store.reader, 'select value from curves'), [{ value: 0.5 }]);
});

test('a closed recorder has written everything, rejects further events, and can be closed again', async (t) => {
  const store = await openTemporary(t);
  const recorder = (await store.openSweep(declare())).recorder();
  const last = recorder.emit(started(trialOf(1)));
  await recorder.close();
  await recorder.close();
  await last;
  assert.deepEqual(await ask(store.reader, 'select state, device from trials'), [
    { state: 'running', device: ENVIRONMENT.device },
  ]);
  await assert.rejects(recorder.emit(completed(1)), { code: 'STORE_CLOSED' });
});

test('text of any kind is read back unchanged', async (t) => {
  const store = await openTemporary(t);
  const recorder = (await store.openSweep(declare({ name: 'naïve "quotes"; drop table' }))).recorder();
  const text = `'"; drop view leaderboard; -- \u0000 \u2028 日本語 🦆`;
  await recorder.emit(started(trialOf(1, { 'a "name"; \u2028 ä': text })));
  await recorder.emit({ type: 'trial-warning', at: NEW_YEAR, trialId: 1, attempt: 1, message: text });
  const [row = {}] = await ask(store.reader, 'from leaderboard');
  assert.equal(row['a "name"; \u2028 ä'], text);
  assert.equal(row['sweep'], 'naïve "quotes"; drop table');
  assert.deepEqual(await ask(store.reader, 'select message from data.warnings'), [{ message: text }]);
});

/** Runs a process with a file size limit of `limit` bytes, which it lifts later. */
async function withoutRoom(t: TestContext, limit: number): Promise<string | undefined> {
  const program = new Program(t, 'no-room', [join(temporaryFolder(t), 'sweeps.duckdb'), String(limit)]);
  if ((await program.ended()) !== 77) return program.stdout;
  t.skip('this machine has no prlimit');
  return undefined;
}

test('a full disk rejects new events, keeps earlier ones, and recording goes on when there is space', async (t) => {
  const said = await withoutRoom(t, 2_000_000);
  if (said === undefined) return;
  assert.match(
    said,
    /^DISK_FULL\nfile \d+ log \d+\n(\d+) of \1 are there\n(\d+) of \2 are there\n\2 of \2 are there\n$/,
  );
});

test('a database checkpoint without disk space loses no recorded event and no later one', async (t) => {
  const limit = 20_000_000;
  const said = await withoutRoom(t, limit);
  if (said === undefined) return;
  assert.match(
    said,
    /^DISK_FULL\nfile \d+ log \d+\n(\d+) of \1 are there\n(\d+) of \2 are there\n\2 of \2 are there\n$/,
  );
  const [, file, log] = /file (\d+) log (\d+)/.exec(said)!;
  assert.ok(Number(file) > limit / 2, 'the checkpoint began');
  assert.ok(Number(log) > 16 * 2 ** 20, 'the checkpoint failed: the log is complete and has grown since');
});

test('recording the ten thousandth trial takes as long as the first', async (t) => {
  const store = await openTemporary(t);
  const handle = await store.openSweep(declare());
  const recorder = handle.recorder();
  const costs: number[] = [];
  for (let round = 0; round < 20; round++) {
    const before = process.cpuUsage();
    await Promise.all(
      Array.from({ length: 500 }, () => {
        const id = handle.nextTrialId();
        return record(recorder, trialOf(id, { x: id % 7, y: id / 3, name: `b${id % 5}` }), [0.5, 0.6]);
      }),
    );
    const { user, system } = process.cpuUsage(before);
    costs.push(user + system);
  }
  const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
  const [early, late] = [median(costs.slice(1, 8)), median(costs.slice(-7))];
  assert.ok(late < 2 * early, `500 trials took ${early} µs of CPU at first and ${late} µs at last`);
});

test('the objective of a running trial can be read after each epoch, while other trials report and end', async (t) => {
  const store = await openTemporary(t);
  const handle = await store.openSweep(declare());
  const recorder = handle.recorder();
  const beside = Array.from({ length: 8 }, (_, index) => record(recorder, trialOf(index + 2), [0.1, 0.2, 0.3]));
  await recorder.emit(started(trialOf(1)));
  const rows: unknown[] = [];
  for (const [index, value] of [0.4, 0.6, 0.5].entries()) {
    await recorder.emit(epochOf(1, index + 1, { val_accuracy: value }));
    rows.push(...(await ask(store.reader, 'select objective, best_epoch, rank from leaderboard where trial = 1')));
  }
  assert.deepEqual(rows, [
    { objective: 0.4, best_epoch: 1, rank: null },
    { objective: 0.6, best_epoch: 2, rank: null },
    { objective: 0.6, best_epoch: 2, rank: null },
  ]);
  await Promise.all(beside);
});
