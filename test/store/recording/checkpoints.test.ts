import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SweepEvent } from '../../../src/core/trial/events.js';
import { topTrials } from '../../../src/store/reading/queries/top-trials.js';
import {
  ask,
  completed,
  declare,
  ENVIRONMENT,
  epochOf,
  failed,
  keyOf,
  NEW_YEAR,
  openTemporary,
  started,
  trialOf,
} from '../helpers.js';

const sha256 = (digit: string): string => digit.repeat(64);

const saved = (trial: number, epoch: number, value: number, file: string, attempt = 1): SweepEvent =>
  epochOf(trial, epoch, { val_accuracy: value }, attempt, {
    checkpoint: { file, bytes: 1000 + epoch, sha256: sha256(String(epoch)) },
  });

const ON_DISK = 'select trial, attempt, epoch, file, best from checkpoints where removed_at is null order by all';

test('a checkpoint is recorded with its epoch, and is marked as the best or the last one', async (t) => {
  const store = await openTemporary(t);
  const sweep = await store.openSweep(declare());
  const recorder = sweep.recorder();
  for (const id of [1, 2]) {
    await recorder.emit(started(trialOf(sweep.nextTrialId())));
    await recorder.emit(saved(id, 1, id / 4, 'one'));
    await recorder.emit(saved(id, 2, 0.1, 'two'));
  }
  await recorder.emit(completed(1));
  const of = { attempt: 1, rank: undefined, status: 'running' } as const;
  const second = [
    {
      ...of,
      trialId: 2,
      key: keyOf(2),
      epoch: 1,
      best: true,
      last: false,
      file: 'one',
      bytes: 1001,
      sha256: sha256('1'),
    },
    {
      ...of,
      trialId: 2,
      key: keyOf(2),
      epoch: 2,
      best: false,
      last: true,
      file: 'two',
      bytes: 1002,
      sha256: sha256('2'),
    },
  ];
  assert.deepEqual(await sweep.checkpoints(2), second);
  assert.deepEqual(
    (await sweep.checkpoints()).map(({ trialId, rank, status, epoch }) => [trialId, rank, status, epoch]),
    [
      [1, 1, 'completed', 1],
      [1, 1, 'completed', 2],
      [2, undefined, 'running', 1],
      [2, undefined, 'running', 2],
    ],
  );
  const other = await store.openSweep(declare({ name: 'birds' }));
  assert.deepEqual(await other.checkpoints(), [], 'only its own trials');
});

test('a checkpoint whose file is replaced or removed no longer counts as on disk', async (t) => {
  const store = await openTemporary(t);
  const sweep = await store.openSweep(declare());
  const recorder = sweep.recorder();
  await recorder.emit(started(trialOf(1)));
  await recorder.emit(saved(1, 1, 0.5, 'a'));
  await recorder.emit(saved(1, 2, 0.4, 'b'));
  await recorder.emit(saved(1, 3, 0.3, 'a'));
  const row = { trial: 1, attempt: 1 };
  const left = [
    { ...row, epoch: 2, file: 'b', best: false },
    { ...row, epoch: 3, file: 'a', best: false },
  ];
  assert.deepEqual(await ask(store.reader, ON_DISK), left);
  await sweep.markRemoved([{ trialId: 1, file: 'b' }]);
  await sweep.markRemoved([]);
  assert.deepEqual(await ask(store.reader, ON_DISK), left.slice(1));
  assert.deepEqual(
    await ask(store.reader, 'select epoch, removed_at from checkpoints where removed_at is not null order by 1'),
    [
      { epoch: 1, removed_at: '2026-01-01 00:00:03' },
      { epoch: 2, removed_at: '2026-01-01 00:00:00' },
    ],
  );
  await recorder.emit(saved(1, 4, 0.2, 'b'));
  assert.deepEqual(
    (await sweep.checkpoints(1)).map(({ epoch, file }) => [epoch, file]),
    [
      [3, 'a'],
      [4, 'b'],
    ],
  );
});

test('a later attempt replaces a file of an earlier one, also in another process', async (t) => {
  const store = await openTemporary(t);
  const sweep = await store.openSweep(declare());
  const first = sweep.recorder();
  await first.emit(started(trialOf(1)));
  for (const epoch of [1, 2]) await first.emit(saved(1, epoch, 0.5, `epoch-${epoch}`));
  await first.emit(failed(1, true));
  await first.close();
  const second = sweep.recorder();
  await second.emit(started(trialOf(1), 2));
  await second.emit(saved(1, 2, 0.6, 'epoch-2', 2));
  assert.deepEqual(await ask(store.reader, ON_DISK), [
    { trial: 1, attempt: 1, epoch: 1, file: 'epoch-1', best: false },
    { trial: 1, attempt: 2, epoch: 2, file: 'epoch-2', best: true },
  ]);
});

test('a failure has its kind and its micro-batch', async (t) => {
  const store = await openTemporary(t);
  const recorder = (await store.openSweep(declare())).recorder();
  const trial = trialOf(1);
  const environment = { ...ENVIRONMENT, microBatch: 8 };
  await recorder.emit({ type: 'trial-started', at: NEW_YEAR, trialId: 1, attempt: 1, trial, environment });
  const error = { code: 'OOM', message: 'no memory', stack: '', hint: 'Take smaller batches.' };
  const at = NEW_YEAR;
  await recorder.emit({ type: 'trial-failed', at, trialId: 1, attempt: 1, kind: 'oom', error, willRetry: true });
  await recorder.emit(started(trial, 2));
  await recorder.emit(failed(1, false, 2));
  assert.deepEqual(
    await ask(store.reader, 'select attempt, kind, micro_batch, message from failures order by attempt'),
    [
      { attempt: 1, kind: 'oom', micro_batch: 8, message: 'no memory. Take smaller batches.' },
      { attempt: 2, kind: 'code', micro_batch: null, message: 'the loss is NaN' },
    ],
  );
});

test('trials with equal objectives are ordered by declared position, not by start', async (t) => {
  const store = await openTemporary(t);
  const sweep = await store.openSweep(declare());
  const recorder = sweep.recorder();
  // As after a crash that lost the first trial's row, so that it started again after the second trial.
  for (const [id, position] of [
    [1, 1],
    [2, 0],
  ] as const) {
    await recorder.emit(started({ ...trialOf(id), position }));
    await recorder.emit(saved(id, 1, 0.5, 'one'));
    await recorder.emit(completed(id));
  }
  assert.deepEqual(
    (await sweep.checkpoints()).map(({ trialId, rank }) => [trialId, rank]),
    [
      [1, 2],
      [2, 1],
    ],
  );
  const { trials } = await topTrials(store.reader, 'flowers', 10);
  assert.deepEqual(
    trials.map(({ trial, rank }) => [trial, rank]),
    [
      [2, 1],
      [1, 1],
    ],
  );
  assert.deepEqual(await ask(store.reader, 'select best_trial from sweeps'), [{ best_trial: 2 }]);
});
