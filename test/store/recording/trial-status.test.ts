import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { IllegalTransitionError } from '../../../src/core/errors.js';
import type { SweepEvent } from '../../../src/core/trial/events.js';
import {
  TRIAL_MOVES,
  TRIAL_STATUSES,
  type Trial,
  type TrialMove,
  type TrialSource,
} from '../../../src/core/trial/trial.js';
import { recoverLostTrials } from '../../../src/store/recording/recover.js';
import { moveStoredTrial, writeEnded, writeRestarted } from '../../../src/store/recording/trial-status.js';
import { Writer } from '../../../src/store/recording/writer.js';
import { openStore } from '../../../src/store/store.js';
import type { SweepHandle } from '../../../src/store/sweep-handle.js';
import {
  ask,
  completed,
  declare,
  epochOf,
  failed,
  NEW_YEAR,
  openTemporary,
  record,
  started,
  temporaryFolder,
  trialOf,
} from '../helpers.js';

const SOURCES: readonly TrialSource[] = ['new', ...TRIAL_STATUSES];
const MOVES = Object.keys(TRIAL_MOVES) as TrialMove[];
const at = NEW_YEAR;

/** The event that makes each move. The running attempt is the first; `start` begins the second if there was one. */
const EVENTS: Readonly<Partial<Record<TrialMove, (trial: Trial, attempt: number) => SweepEvent>>> = {
  start: (trial, attempt) => started(trial, attempt),
  complete: ({ id }) => completed(id),
  stop: ({ id }) => ({ type: 'trial-stopped', at, trialId: id, attempt: 1, epoch: 1, reason: 'rule' }),
  pause: ({ id }) => ({ type: 'trial-paused', at, trialId: id, attempt: 1 }),
  fail: ({ id }) => failed(id, false),
  retry: ({ id }) => failed(id, true),
};

/** The move that brings a running trial to each status. */
const ARRIVALS = { queued: 'retry', paused: 'pause', completed: 'complete', stopped: 'stop', failed: 'fail' } as const;

/** Brings a trial to a status by its events. Trial 1 has recorded epochs to adopt. */
async function bringTo(handle: SweepHandle, status: TrialSource): Promise<Trial> {
  const recorder = handle.recorder();
  await record(recorder, trialOf(handle.nextTrialId()), [0.4, 0.5]);
  const trial = trialOf(handle.nextTrialId());
  if (status !== 'new') {
    await recorder.emit(started(trial));
    await recorder.emit(epochOf(trial.id, 1, { val_accuracy: 0.5 }));
    if (status !== 'running') await recorder.emit(EVENTS[ARRIVALS[status]]!(trial, 1));
  }
  await recorder.close();
  return trial;
}

/** Tries a move on a trial of a real database; returns whether it was refused, and the status afterwards. */
async function attemptMove(t: TestContext, from: TrialSource, move: TrialMove): Promise<[boolean, TrialSource]> {
  const path = `${temporaryFolder(t)}/sweeps.duckdb`;
  const store = await openStore(path, { now: () => NEW_YEAR });
  let refused = false;
  const handle = await store.openSweep(declare());
  const trial = await bringTo(handle, from);
  const event = EVENTS[move];
  try {
    if (event) await handle.recorder().emit(event(trial, from === 'new' ? 1 : 2));
    if (move === 'adopt') await handle.adopt([{ trial, source: 1, epochs: 2 }]);
    if (move === 'renew') await handle.renew(trial.id);
  } catch (error) {
    refused = true;
    if (move !== 'adopt') assert.ok(error instanceof IllegalTransitionError, String(error));
  }
  const [row] = await ask(store.reader, `select status from data.trials where id = ${trial.id}`);
  await store.close();
  if (move !== 'requeue' && move !== 'interrupt') return [refused, (row?.['status'] ?? 'new') as TrialSource];
  // The next process makes these two moves for all trials whose status allows them; others stay as they are.
  const writer = await Writer.open(path, NEW_YEAR);
  const after = await writer.transaction(async (tx) => {
    await recoverLostTrials(tx, move);
    return tx.rows('select status from data.trials where id = $1::integer', [trial.id]);
  });
  await writer.close();
  const status = (after[0]?.[0] ?? 'new') as TrialSource;
  return [status === from, status];
}

for (const from of SOURCES) {
  test(`a ${from} trial in a database makes the allowed moves, and refuses all others`, async (t) => {
    for (const move of MOVES) {
      const { from: sources, to } = TRIAL_MOVES[move];
      const isAllowed = (sources as readonly TrialSource[]).includes(from);
      const outcome = await attemptMove(t, from, move);
      // Renewing a queued trial is allowed and changes nothing.
      assert.deepEqual(outcome, [!isAllowed, isAllowed ? to : from], `${move} from ${from}`);
    }
  });
}

test('a statement that expects another status than the row has changes nothing', async (t) => {
  const store = await openTemporary(t);
  const handle = await store.openSweep(declare());
  await record(handle.recorder(), trialOf(1), [0.5]);
  await store.close();
  const writer = await Writer.open(store.path, NEW_YEAR);
  t.after(() => writer.close());
  const restarted = [1, 'failed', 'running', 2, 1, 'cpu:0', 0, 1, 1, NEW_YEAR, null, null, 'lab'];
  await assert.rejects(
    writer.transaction((tx) => writeRestarted(tx, [restarted])),
    IllegalTransitionError,
  );
  await assert.rejects(
    writer.transaction((tx) => writeEnded(tx, [[1, 'running', 'failed', 1, NEW_YEAR, 1]])),
    IllegalTransitionError,
  );
  await assert.rejects(
    writer.transaction((tx) => moveStoredTrial(tx, 'pause', 1)),
    { message: 'a completed trial cannot take "pause"' },
  );
  assert.deepEqual(await writer.transaction((tx) => tx.rows('select status, attempt from data.trials')), [
    ['completed', 1],
  ]);
});
