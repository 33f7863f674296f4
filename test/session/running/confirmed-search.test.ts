import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SweepEvent } from '../../../src/core/trial/events.js';
import type { TrialSpec } from '../../../src/core/trial/trial.js';
import type { Assignment } from '../../../src/executor/executor.js';
import { confirmedSearch } from '../../../src/session/running/confirmed-search.js';
import { UnderWay } from '../../../src/session/running/under-way.js';
import { completed, trialOf } from '../../store/helpers.js';

const assignmentOf = (id: number): Assignment => ({ trial: trialOf(id), attempts: 0, failures: 0, recordedEpochs: 0 });

async function* assignmentsOf(ids: readonly number[], limit = Infinity): AsyncGenerator<Assignment, void, undefined> {
  yield* await Promise.resolve(ids.slice(0, limit).map(assignmentOf));
}

/** A search that hands these trials out, and then two that confirm. */
function searchOf(
  ids: readonly number[],
  limit: number,
  underWay: UnderWay,
): AsyncGenerator<Assignment, void, undefined> {
  return confirmedSearch(assignmentsOf(ids), {
    limit,
    underWay,
    confirming: (): readonly TrialSpec[] => [trialOf(8), trialOf(9)],
    assign: (trials, left) => assignmentsOf([8, 9].slice(0, trials.length), left),
  });
}

const paused = (trialId: number, reason?: string): SweepEvent => ({
  ...{ type: 'trial-paused', at: 0, trialId, attempt: 1 },
  ...(reason !== undefined && { reason }),
});

test('what confirms waits until every trial of the search has ended', async () => {
  const underWay = new UnderWay();
  const search = searchOf([1, 2], Infinity, underWay);
  assert.deepEqual([(await search.next()).value?.trial.id, (await search.next()).value?.trial.id], [1, 2]);
  let isGiven = false;
  const third = search.next().then((next) => {
    isGiven = true;
    return next.value?.trial.id;
  });
  await underWay.emit(completed(1));
  // The host of trial 2 was killed because of another trial: it starts again at once.
  await underWay.emit(paused(2, 'the process was killed'));
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(isGiven, false);
  await underWay.emit(completed(2));
  assert.equal(await third, 8);
});

test('a trial that is handed out again counts once towards the limit', async () => {
  const underWay = new UnderWay();
  const ids: number[] = [];
  for await (const { trial } of searchOf([1, 2, 1], 3, underWay)) {
    ids.push(trial.id);
    await underWay.emit(completed(trial.id));
  }
  assert.deepEqual(ids, [1, 2, 1, 8]);
  const limited: number[] = [];
  for await (const { trial } of searchOf([1, 2, 1], 2, underWay)) {
    limited.push(trial.id);
    await underWay.emit(completed(trial.id));
  }
  assert.deepEqual(limited, [1, 2, 1], 'the limit is reached');
});
