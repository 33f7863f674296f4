import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Observation } from '../../../src/core/trial/observation.js';
import type { SweepEvent } from '../../../src/core/trial/events.js';
import { SweepHistory } from '../../../src/session/running/sweep-history.js';
import type { SweepHandle } from '../../../src/store/sweep-handle.js';
import { completed, declare, epochOf, failed, NEW_YEAR, openTemporary, started, trialOf } from '../../store/helpers.js';

const OBJECTIVE = { metric: 'val_accuracy', goal: 'maximize' } as const;

const EVENTS: readonly SweepEvent[] = [
  started(trialOf(2, { gamma: 2 }), 1, NEW_YEAR),
  started(trialOf(1, { gamma: 1 }), 1, NEW_YEAR),
  epochOf(2, 1, { val_accuracy: 0.5, loss: 1 }),
  epochOf(1, 1, { loss: 3 }),
  epochOf(2, 2, { val_accuracy: 0.7, loss: 0.5 }),
  failed(2, true),
  started(trialOf(2, { gamma: 2 }), 2, NEW_YEAR + 70_000),
  { ...epochOf(2, 2, { val_accuracy: 0.6 }, 2), at: NEW_YEAR + 75_000 },
  { type: 'trial-paused', at: NEW_YEAR + 80_000, trialId: 2, attempt: 2 },
  { type: 'trial-stopped', at: NEW_YEAR + 90_000, trialId: 1, attempt: 1, epoch: 1, reason: 'no hope' },
  started(trialOf(3, { gamma: 0 }), 1, NEW_YEAR + 91_000),
  failed(3, false, 1, 'oom'),
  started(trialOf(4, { gamma: 4 }), 1, NEW_YEAR + 92_000),
  { ...epochOf(4, 1, { val_accuracy: 0.9 }), at: NEW_YEAR + 93_000 },
  completed(4, 1, NEW_YEAR + 94_000),
];

test('a history from events equals the one that the database gives, after each event', async (t) => {
  const { handle } = await open(t);
  const recorder = handle.recorder();
  const history = await SweepHistory.load(OBJECTIVE, handle.observations());
  for (const event of EVENTS) {
    await recorder.emit(event);
    await history.emit(event);
    assert.deepEqual(essence(history.observations()), essence(await recorded(handle)), `after ${event.type}`);
  }
});

test('a history that is loaded in the middle goes on as the one before', async (t) => {
  const { handle } = await open(t);
  const recorder = handle.recorder();
  for (const event of EVENTS.slice(0, 8)) await recorder.emit(event);
  const history = await SweepHistory.load(OBJECTIVE, handle.observations());
  for (const event of EVENTS.slice(8)) {
    await recorder.emit(event);
    await history.emit(event);
  }
  assert.deepEqual(essence(history.observations()), essence(await recorded(handle)));
});

test('changes are taken once', async () => {
  const history = await SweepHistory.load(OBJECTIVE, none());
  for (const event of EVENTS.slice(0, 4)) await history.emit(event);
  assert.deepEqual(idsOf(history.takeChanges()), [2, 1]);
  assert.deepEqual(history.takeChanges(), []);
  await history.emit(EVENTS[4]!);
  assert.deepEqual(idsOf(history.takeChanges()), [2]);
});

test('a finished trial that starts again has no epochs', async () => {
  const history = await SweepHistory.load(OBJECTIVE, none());
  const trial = trialOf(1);
  for (const event of [started(trial), epochOf(1, 1, { val_accuracy: 0.5 }), completed(1)]) await history.emit(event);
  await history.emit(started(trial, 2));
  const { status, attempt, epochs } = history.get(1)!;
  assert.deepEqual({ status, attempt, epochs }, { status: 'running', attempt: 2, epochs: [] });
});

async function open(t: TestContext): Promise<{ readonly handle: SweepHandle }> {
  const store = await openTemporary(t);
  return { handle: await store.openSweep(declare()) };
}

async function recorded(handle: SweepHandle): Promise<Observation[]> {
  const found: Observation[] = [];
  for await (const observation of handle.observations()) found.push(observation);
  return found;
}

/** What both have: the database has the best value, too. */
const essence = (observations: Iterable<Observation>): object[] =>
  [...observations].map(({ id, key, position, params, seed, status, attempt, epochs, failure }) => ({
    ...{ id, key, position, params, seed, status, attempt, epochs: [...epochs], failure },
  }));

const idsOf = (observations: readonly Observation[]): number[] => observations.map(({ id }) => id);

async function* none(): AsyncGenerator<Observation, void, undefined> {
  // No trial is recorded.
}
