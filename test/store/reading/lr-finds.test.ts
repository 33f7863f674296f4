import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownLrFinds } from '../../../src/store/reading/queries/lr-finds.js';
import { ask, declare, findOf, keyOf, openTemporary } from '../helpers.js';

test('a range test is read back as it was recorded, including losses that are not finite', async (t) => {
  const store = await openTemporary(t);
  const [whole, failed] = [
    findOf(1),
    findOf(2, {
      suggestions: undefined,
      dataset: undefined,
      points: [{ step: 1, learningRate: 1, loss: NaN, smoothedLoss: Infinity }],
    }),
  ];
  await store.recordLrFind(whole);
  await store.recordLrFind(failed);
  const known = await knownLrFinds(store.reader, [whole.key, failed.key, keyOf(3)]);
  assert.deepEqual([...known.keys()].sort(), [whole.key, failed.key].sort());
  assert.deepEqual(known.get(whole.key), whole);
  assert.deepEqual(known.get(failed.key), failed);
});

test('recording a range test with a known key changes nothing', async (t) => {
  const store = await openTemporary(t);
  await store.recordLrFind(findOf(1));
  await store.recordLrFind(findOf(1, { seed: 4 }));
  assert.deepEqual(await ask(store.reader, 'select lr_find, seed::integer as seed, steps from lr_finds'), [
    { lr_find: 1, seed: 3, steps: 2 },
  ]);
  assert.equal((await ask(store.reader, 'from lr_curves')).length, 2);
});

test('the view lr_finds names each sweep that uses a test, and has NULL for an unused test', async (t) => {
  const store = await openTemporary(t);
  for (const id of [1, 2, 3]) await store.recordLrFind(findOf(id));
  const [birds, flowers] = [await store.openSweep(declare({ name: 'birds' })), await store.openSweep(declare())];
  await birds.noteLrFinds([keyOf(1), keyOf(2)]);
  await flowers.noteLrFinds([keyOf(2)]);
  const asked = 'select lr_find, sweep from lr_finds order by lr_find, sweep';
  assert.deepEqual(await ask(store.reader, asked), [
    { lr_find: 1, sweep: 'birds' },
    { lr_find: 2, sweep: 'birds' },
    { lr_find: 2, sweep: 'flowers' },
    { lr_find: 3, sweep: null },
  ]);
  await birds.noteLrFinds([keyOf(3)]);
  assert.deepEqual(await ask(store.reader, "select lr_find from lr_finds where sweep = 'birds'"), [{ lr_find: 3 }]);
});
