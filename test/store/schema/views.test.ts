import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ask,
  completed,
  declare,
  ENVIRONMENT,
  epochOf,
  failed,
  NEW_YEAR,
  openTemporary,
  recordAll,
  started,
  trialOf,
} from '../helpers.js';

/** The public interface: a change here breaks queries of users. */
const COLUMNS = {
  leaderboard: {
    rank: 'INTEGER',
    sweep: 'VARCHAR',
    trial: 'INTEGER',
    trial_key: 'VARCHAR',
    state: 'VARCHAR',
    objective: 'DOUBLE',
    best_epoch: 'INTEGER',
    seconds: 'DOUBLE',
    seed: 'BIGINT',
    note: 'VARCHAR',
    tags: 'VARCHAR[]',
    learning_rate: 'DOUBLE',
    batch_size: 'BIGINT',
    backbone: 'VARCHAR',
    mixup: 'BOOLEAN',
    alpha: 'JSON',
    'optimizer.momentum': 'DOUBLE',
  },
  trials: {
    sweep: 'VARCHAR',
    trial: 'INTEGER',
    trial_key: 'VARCHAR',
    state: 'VARCHAR',
    current: 'BOOLEAN',
    position: 'BIGINT',
    proposed_as: 'VARCHAR',
    attempt: 'INTEGER',
    failures: 'INTEGER',
    device: 'VARCHAR',
    started_at: 'TIMESTAMP',
    ended_at: 'TIMESTAMP',
    seconds: 'DOUBLE',
    objective: 'DOUBLE',
    best_epoch: 'INTEGER',
    seed: 'BIGINT',
    params: 'JSON',
    note: 'VARCHAR',
    tags: 'VARCHAR[]',
    learning_rate: 'DOUBLE',
    batch_size: 'BIGINT',
    backbone: 'VARCHAR',
    mixup: 'BOOLEAN',
    alpha: 'JSON',
    'optimizer.momentum': 'DOUBLE',
  },
  curves: {
    sweep: 'VARCHAR',
    trial: 'INTEGER',
    trial_key: 'VARCHAR',
    epoch: 'INTEGER',
    metric: 'VARCHAR',
    value: 'DOUBLE',
    recorded_at: 'TIMESTAMP',
  },
  class_metrics: {
    sweep: 'VARCHAR',
    trial: 'INTEGER',
    trial_key: 'VARCHAR',
    epoch: 'INTEGER',
    class: 'INTEGER',
    name: 'VARCHAR',
    precision: 'DOUBLE',
    recall: 'DOUBLE',
    f1: 'DOUBLE',
    support: 'BIGINT',
  },
  confusion: {
    sweep: 'VARCHAR',
    trial: 'INTEGER',
    trial_key: 'VARCHAR',
    epoch: 'INTEGER',
    label: 'VARCHAR',
    prediction: 'VARCHAR',
    count: 'BIGINT',
  },
  checkpoints: {
    sweep: 'VARCHAR',
    trial: 'INTEGER',
    trial_key: 'VARCHAR',
    attempt: 'INTEGER',
    epoch: 'INTEGER',
    best: 'BOOLEAN',
    file: 'VARCHAR',
    bytes: 'BIGINT',
    sha256: 'VARCHAR',
    recorded_at: 'TIMESTAMP',
    removed_at: 'TIMESTAMP',
  },
  failures: {
    sweep: 'VARCHAR',
    trial: 'INTEGER',
    trial_key: 'VARCHAR',
    attempt: 'INTEGER',
    device: 'VARCHAR',
    failed_at: 'TIMESTAMP',
    final: 'BOOLEAN',
    code: 'VARCHAR',
    message: 'VARCHAR',
    stack: 'VARCHAR',
    kind: 'VARCHAR',
    micro_batch: 'INTEGER',
  },
  sweeps: {
    sweep: 'VARCHAR',
    description: 'VARCHAR',
    method: 'VARCHAR',
    metric: 'VARCHAR',
    goal: 'VARCHAR',
    target: 'DOUBLE',
    declared: 'BIGINT',
    queued: 'BIGINT',
    running: 'INTEGER',
    paused: 'INTEGER',
    completed: 'INTEGER',
    stopped: 'INTEGER',
    failed: 'INTEGER',
    best_trial: 'INTEGER',
    best_objective: 'DOUBLE',
    dataset: 'VARCHAR',
    trainer: 'VARCHAR',
    revision: 'INTEGER',
    created_at: 'TIMESTAMP',
    last_run_at: 'TIMESTAMP',
    interrupted: 'INTEGER',
    warnings: 'VARCHAR[]',
  },
} as const;

test('the views have these columns, in this order, with these types', async (t) => {
  const store = await openTemporary(t);
  const recorder = (await store.openSweep(declare())).recorder();
  const params = {
    learning_rate: 3e-5,
    batch_size: 16,
    backbone: 'b0',
    mixup: true,
    alpha: [0.25, 0.75],
    'optimizer.momentum': 0.9,
  };
  await recorder.emit(started(trialOf(1, params)));
  for (const [view, columns] of Object.entries(COLUMNS)) {
    const described = await ask(store.reader, `describe ${view}`);
    const found = described.map(({ column_name: name, column_type: type }) => [name, type]);
    assert.deepEqual(found, Object.entries(columns), view);
  }
});

test('a trial has the same values in every view', async (t) => {
  const store = await openTemporary(t);
  const handle = await store.openSweep(declare({ description: 'Which flower', dataset: 'photos', declared: 2 }));
  const recorder = handle.recorder();
  const trial = trialOf(handle.nextTrialId(), { gamma: 2, backbone: 'b0' }, 7);
  await recorder.emit(started(trial));
  await recorder.emit(epochOf(1, 1, { val_accuracy: 0.25, loss: 2 }));
  await recorder.emit(epochOf(1, 2, { val_accuracy: 0.75, loss: 1 }));
  await recorder.emit(completed(1, 1, NEW_YEAR + 2_500));
  const { key } = trial;
  const identity = { sweep: 'flowers', trial: 1, trial_key: key };
  assert.deepEqual(await ask(store.reader, 'from leaderboard'), [
    {
      rank: 1,
      ...identity,
      state: 'completed',
      objective: 0.75,
      best_epoch: 2,
      seconds: 2.5,
      seed: '7',
      note: null,
      tags: null,
      gamma: '2',
      backbone: 'b0',
    },
  ]);
  assert.deepEqual(await ask(store.reader, 'from trials'), [
    {
      ...{
        ...identity,
        state: 'completed',
        current: true,
        position: '0',
        proposed_as: null,
        attempt: 1,
        failures: 0,
        device: ENVIRONMENT.device,
      },
      ...{
        started_at: '2026-01-01 00:00:00',
        ended_at: '2026-01-01 00:00:02.5',
        seconds: 2.5,
        objective: 0.75,
        best_epoch: 2,
      },
      ...{ seed: '7', params: '{"gamma":2,"backbone":"b0"}', note: null, tags: null, gamma: '2', backbone: 'b0' },
    },
  ]);
  assert.deepEqual(await ask(store.reader, 'from curves order by epoch, metric'), [
    { ...identity, epoch: 1, metric: 'loss', value: 2, recorded_at: '2026-01-01 00:00:01' },
    { ...identity, epoch: 1, metric: 'val_accuracy', value: 0.25, recorded_at: '2026-01-01 00:00:01' },
    { ...identity, epoch: 2, metric: 'loss', value: 1, recorded_at: '2026-01-01 00:00:02' },
    { ...identity, epoch: 2, metric: 'val_accuracy', value: 0.75, recorded_at: '2026-01-01 00:00:02' },
  ]);
  assert.deepEqual(await ask(store.reader, 'from failures'), []);
  assert.deepEqual(await ask(store.reader, 'from sweeps'), [
    {
      ...{
        sweep: 'flowers',
        description: 'Which flower',
        method: 'grid',
        metric: 'val_accuracy',
        goal: 'maximize',
        target: null,
      },
      ...{ declared: '2', queued: '1', running: 0, paused: 0, completed: 1, stopped: 0, failed: 0 },
      ...{ best_trial: 1, best_objective: 0.75, dataset: 'photos', trainer: 'image-classifier', revision: 1 },
      ...{ created_at: '2026-01-01 00:00:00', last_run_at: '2026-01-01 00:00:00', interrupted: 0, warnings: [] },
    },
  ]);
});

test('ranks follow the goal, equal objectives share a rank, and each sweep has its own ranks', async (t) => {
  const store = await openTemporary(t);
  await recordAll(await store.openSweep(declare()), [[0.5], [0.9], [0.7, 0.9], [0.1]]);
  const losses = declare({ name: 'losses', objective: { metric: 'val_loss', goal: 'minimize' } });
  await recordAll(await store.openSweep(losses), [[3], [1, 2], [2]], 'val_loss');
  const board = await ask(
    store.reader,
    'select sweep, trial, rank, objective, best_epoch from leaderboard order by sweep, rank, trial',
  );
  assert.deepEqual(
    board.map((row) => Object.values(row)),
    [
      ['flowers', 2, 1, 0.9, 1],
      ['flowers', 3, 1, 0.9, 2],
      ['flowers', 1, 3, 0.5, 1],
      ['flowers', 4, 4, 0.1, 1],
      ['losses', 6, 1, 1, 1],
      ['losses', 7, 2, 2, 1],
      ['losses', 5, 3, 3, 1],
    ],
  );
});

test('only completed and stopped trials have a rank; the others show their best objective so far', async (t) => {
  const store = await openTemporary(t);
  const handle = await store.openSweep(declare());
  const recorder = handle.recorder();
  for (let id = 1; id <= 6; id++) {
    await recorder.emit(started(trialOf(handle.nextTrialId())));
    await recorder.emit(epochOf(id, 1, { val_accuracy: id / 10 }));
  }
  await recorder.emit(completed(1));
  await recorder.emit({
    type: 'trial-stopped',
    at: NEW_YEAR,
    trialId: 2,
    attempt: 1,
    epoch: 1,
    reason: 'below the median',
  });
  await recorder.emit(failed(3, false));
  await recorder.emit(failed(4, true));
  await recorder.emit({ type: 'trial-paused', at: NEW_YEAR, trialId: 5, attempt: 1 });
  const board = await ask(store.reader, 'select rank, trial, state, objective from leaderboard order by rank, trial');
  assert.deepEqual(
    board.map((row) => Object.values(row)),
    [
      [1, 2, 'stopped', 0.2],
      [2, 1, 'completed', 0.1],
      [null, 3, 'failed', 0.3],
      [null, 4, 'queued', 0.4],
      [null, 5, 'paused', 0.5],
      [null, 6, 'running', 0.6],
    ],
  );
  const [counts] = await ask(store.reader, 'select queued, running, paused, completed, stopped, failed from sweeps');
  assert.deepEqual(counts, { queued: '7', running: 1, paused: 1, completed: 1, stopped: 1, failed: 1 });
});

test('a value that is not finite is never the best, and a trial with no finite value has no rank', async (t) => {
  const store = await openTemporary(t);
  await recordAll(await store.openSweep(declare()), [[NaN, 0.2, Infinity], [NaN], []]);
  assert.deepEqual(
    await ask(store.reader, 'select trial, rank, objective, best_epoch from leaderboard order by trial'),
    [
      { trial: 1, rank: 1, objective: 0.2, best_epoch: 2 },
      { trial: 2, rank: null, objective: null, best_epoch: null },
      { trial: 3, rank: null, objective: null, best_epoch: null },
    ],
  );
  assert.deepEqual(
    (await ask(store.reader, 'select value from curves where trial = 1 order by epoch')).map(({ value }) => value),
    ['NaN', 0.2, 'Infinity'],
  );
});

test('the view failures has every failed attempt, and says whether it was final', async (t) => {
  const store = await openTemporary(t);
  const handle = await store.openSweep(declare());
  const recorder = handle.recorder();
  const trial = trialOf(handle.nextTrialId());
  await recorder.emit(started(trial));
  await recorder.emit(failed(1, true));
  await recorder.emit(started(trial, 2));
  await recorder.emit(failed(1, false, 2));
  assert.deepEqual(
    await ask(store.reader, 'select attempt, final, code, message, device from failures order by attempt'),
    [
      { attempt: 1, final: false, code: 'DIVERGED', message: 'the loss is NaN', device: 'cpu:0' },
      { attempt: 2, final: true, code: 'DIVERGED', message: 'the loss is NaN', device: 'cpu:0' },
    ],
  );
  assert.deepEqual(await ask(store.reader, 'select state, attempt, failures, seconds from trials'), [
    { state: 'failed', attempt: 2, failures: 2, seconds: 120 },
  ]);
});
