import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trialDetails } from '../../../src/store/reading/queries/trial-details.js';
import { ask, declare, openTemporary, record, trialOf } from '../helpers.js';

test('a trial has the reason of its sampler in each sweep that declares it', async (t) => {
  const store = await openTemporary(t);
  const first = await store.openSweep(declare({ name: 'first' }));
  await record(first.recorder(), { ...trialOf(1, { gamma: 2 }), origin: "the trainer's defaults" }, [0.5]);
  await record(first.recorder(), trialOf(2, { gamma: 1 }), [0.6]);
  const second = await store.openSweep(declare({ name: 'second' }));
  await second.admit([
    { id: 1, position: 7, origin: 'expected improvement 0.01 near trial 2' },
    { id: 2, position: 8 },
  ]);
  assert.deepEqual(await ask(store.reader, 'select sweep, trial, position, proposed_as from trials order by all'), [
    { sweep: 'first', trial: 1, position: '0', proposed_as: "the trainer's defaults" },
    { sweep: 'first', trial: 2, position: '1', proposed_as: null },
    { sweep: 'second', trial: 1, position: '7', proposed_as: 'expected improvement 0.01 near trial 2' },
    { sweep: 'second', trial: 2, position: '8', proposed_as: null },
  ]);
  const { memberships } = await trialDetails(store.reader, 1);
  assert.deepEqual(
    new Map(memberships.map(({ sweep, origin }) => [sweep, origin])).get('first'),
    "the trainer's defaults",
  );
});
