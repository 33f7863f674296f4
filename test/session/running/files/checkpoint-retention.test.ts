import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { CheckpointRetention } from '../../../../src/session/running/files/checkpoint-retention.js';
import { fanOut, type EventSink, type SweepEvent } from '../../../../src/core/trial/events.js';
import type { SweepHandle } from '../../../../src/store/sweep-handle.js';
import type { Keep } from '../../../../src/sweep/checkpointing.js';
import {
  ask,
  completed,
  declare,
  epochOf,
  failed,
  keyOf,
  openTemporary,
  started,
  temporaryFolder,
  trialOf,
} from '../../../store/helpers.js';

const KEEP: Keep = { best: true, last: true, topTrials: 1 };

/** A sweep with checkpoint retention: events go to the recorder first, as in a session. */
async function openSweep(t: TestContext, keep: Keep = KEEP) {
  const root = temporaryFolder(t);
  const store = await openTemporary(t);
  const handle = await store.openSweep(declare());
  const warnings: string[] = [];
  const retention = new CheckpointRetention({ handle, root, keep, warn: (message) => warnings.push(message) });
  return { root, store, handle, retention, warnings, sink: fanOut(handle.recorder(), retention) };
}

/** Writes the file as a trainer does, then reports the epoch. */
async function save(
  sink: EventSink,
  root: string,
  id: number,
  epoch: number,
  value: number,
  file?: string,
): Promise<void> {
  const name = file ?? `epoch-000${epoch}.ckpt`;
  mkdirSync(join(root, keyOf(id)), { recursive: true });
  writeFileSync(join(root, keyOf(id), name), '');
  const checkpoint = { file: name, bytes: 1, sha256: '0'.repeat(64) };
  await sink.emit(epochOf(id, epoch, { val_accuracy: value }, 1, { checkpoint }));
}

/** Runs a trial from its start; `end` is its last event. */
async function runTrial(
  sink: EventSink,
  handle: SweepHandle,
  root: string,
  { values, end }: { readonly values: readonly number[]; readonly end: (id: number) => SweepEvent | undefined },
): Promise<number> {
  const id = handle.nextTrialId();
  await sink.emit(started(trialOf(id)));
  for (const [index, value] of values.entries()) await save(sink, root, id, index + 1, value);
  const event = end(id);
  if (event) await sink.emit(event);
  return id;
}

/** Names of the files in a trial's folder; `undefined` if the folder does not exist. */
const filesOf = (root: string, id: number): string[] | undefined =>
  readdirSync(root).includes(keyOf(id)) ? readdirSync(join(root, keyOf(id))).sort() : undefined;

const stopped = (id: number): SweepEvent => ({
  ...{ type: 'trial-stopped', at: 0, trialId: id, attempt: 1, epoch: 2, reason: 'outpaced' },
});

test('a running trial keeps its best and its last checkpoint, or only its last', async (t) => {
  for (const best of [true, false]) {
    const { root, handle, sink } = await openSweep(t, { best, last: false, topTrials: 0 });
    const id = await runTrial(sink, handle, root, { values: [0.1, 0.9, 0.2, 0.3], end: () => undefined });
    assert.deepEqual(filesOf(root, id), best ? ['epoch-0002.ckpt', 'epoch-0004.ckpt'] : ['epoch-0004.ckpt']);
  }
});

test('the best finished trials keep their checkpoints, and a better trial displaces another', async (t) => {
  const { root, store, handle, sink } = await openSweep(t);
  const end = completed;
  const first = await runTrial(sink, handle, root, { values: [0.5, 0.4], end });
  const worse = await runTrial(sink, handle, root, { values: [0.3, 0.4], end });
  assert.deepEqual([filesOf(root, first), filesOf(root, worse)], [['epoch-0001.ckpt', 'epoch-0002.ckpt'], undefined]);
  const better = await runTrial(sink, handle, root, { values: [0.6, 0.7], end });
  assert.deepEqual([filesOf(root, first), filesOf(root, better)], [undefined, ['epoch-0002.ckpt']]);
  const rows = await ask(store.reader, 'select trial, epoch from checkpoints where removed_at is null');
  assert.deepEqual(rows, [{ trial: better, epoch: 2 }]);
});

test('of trials with equal objectives only `top_trials` are kept', async (t) => {
  const { root, handle, sink } = await openSweep(t);
  const ids = [];
  for (let count = 0; count < 3; count++) {
    ids.push(await runTrial(sink, handle, root, { values: [0.5], end: completed }));
  }
  assert.deepEqual(
    ids.map((id) => filesOf(root, id)),
    [['epoch-0001.ckpt'], undefined, undefined],
  );
});

test('a stopped or failed trial keeps no checkpoint, not even one from within its epoch', async (t) => {
  const { root, handle, sink } = await openSweep(t, { ...KEEP, topTrials: 5 });
  for (const last of [stopped, (id: number) => failed(id, false)]) {
    const id = await runTrial(sink, handle, root, {
      values: [0.9],
      end: (trial) => {
        writeFileSync(join(root, keyOf(trial), 'epoch-0002-step-000010.ckpt'), '');
        return last(trial);
      },
    });
    assert.equal(filesOf(root, id), undefined);
  }
});

test('a trial that will be retried or resumed keeps the checkpoint that it continues from', async (t) => {
  const { root, handle, sink } = await openSweep(t, { best: false, last: false, topTrials: 0 });
  const partial = 'epoch-0003-step-000010.ckpt';
  for (const last of [
    (id: number) => failed(id, true),
    (id: number): SweepEvent => ({ type: 'trial-paused', at: 0, trialId: id, attempt: 1 }),
  ]) {
    const id = await runTrial(sink, handle, root, {
      values: [0.9, 0.1],
      end: (trial) => {
        writeFileSync(join(root, keyOf(trial), partial), '');
        return last(trial);
      },
    });
    assert.deepEqual(filesOf(root, id), ['epoch-0002.ckpt', partial]);
  }
});

test('a trainer’s own files stay while they are reported, and unreported ones are never removed', async (t) => {
  const { root, handle, sink } = await openSweep(t);
  const id = handle.nextTrialId();
  await sink.emit(started(trialOf(id)));
  for (const epoch of [1, 2, 3]) await save(sink, root, id, epoch, 1 / epoch, 'state.json');
  writeFileSync(join(root, keyOf(id), 'mine.txt'), '');
  assert.deepEqual(filesOf(root, id), ['mine.txt', 'state.json']);
  await sink.emit(stopped(id));
  assert.deepEqual(filesOf(root, id), ['mine.txt']);
});

test('before a sweep continues, files and rows are made consistent', async (t) => {
  const { root, store, handle, sink, retention, warnings } = await openSweep(t);
  const id = await runTrial(sink, handle, root, { values: [0.1, 0.9, 0.2], end: () => undefined });
  const folder = join(root, keyOf(id));
  const partial = 'epoch-0004-step-000010.ckpt';
  const left = ['epoch-0004.ckpt', 'epoch-0004.ckpt.3b241101-e2bb-4255-8caf-4136c566a962.tmp'];
  for (const name of [partial, 'mine.txt', ...left]) writeFileSync(join(folder, name), '');
  rmSync(join(folder, 'epoch-0002.ckpt'));
  await retention.begin();
  assert.deepEqual(filesOf(root, id), [partial, 'epoch-0003.ckpt', 'mine.txt'].sort());
  const rows = await ask(store.reader, 'select epoch from checkpoints where removed_at is null');
  assert.deepEqual(rows, [{ epoch: 3 }]);
  assert.deepEqual(warnings, []);
});

test('checkpoints of another sweep in the same database are not removed', async (t) => {
  const { root, store, handle, sink } = await openSweep(t);
  const id = await runTrial(sink, handle, root, { values: [0.1, 0.9, 0.2], end: completed });
  const before = filesOf(root, id);
  const other = await store.openSweep(declare({ name: 'birds' }));
  const retention = new CheckpointRetention({
    handle: other,
    root,
    keep: { ...KEEP, topTrials: 0 },
    warn: (message) => assert.fail(message),
  });
  await retention.begin();
  await runTrial(fanOut(other.recorder(), retention), other, root, { values: [0.5], end: completed });
  assert.deepEqual(filesOf(root, id), before);
});

test('a file that cannot be removed gives one warning, and the sweep goes on', async (t) => {
  const { root, store, handle, sink, warnings } = await openSweep(t);
  const id = handle.nextTrialId();
  await sink.emit(started(trialOf(id)));
  await save(sink, root, id, 1, 0.1);
  // A folder with the checkpoint's name, which `rm` refuses to remove.
  rmSync(join(root, keyOf(id), 'epoch-0001.ckpt'));
  mkdirSync(join(root, keyOf(id), 'epoch-0001.ckpt/full'), { recursive: true });
  for (const epoch of [2, 3]) await save(sink, root, id, epoch, epoch / 10);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0]!, /the checkpoint .*epoch-0001\.ckpt cannot be removed: /);
  const rows = await ask(store.reader, 'select epoch from checkpoints where removed_at is null order by epoch');
  assert.deepEqual(rows, [{ epoch: 1 }, { epoch: 3 }]);
});
