import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SweepEvent } from '../../../src/core/trial/events.js';
import { classMetrics } from '../../../src/store/reading/queries/class-metrics.js';
import { ask, completed, declare, epochOf, failed, openTemporary, started, trialOf } from '../helpers.js';

const NAMES = ['cat', 'dog', 'emu'];

/** An epoch with its objective and its confusion matrix. */
const seen = (epoch: number, value: number, confusion: readonly number[], attempt = 1): SweepEvent =>
  epochOf(1, epoch, { val_accuracy: value }, attempt, { classes: { names: NAMES, confusion } });

// No image is predicted to be an emu; the second matrix has no image of an emu either.
const FIRST = [4, 1, 0, 2, 3, 0, 1, 1, 0];
const SECOND = [5, 0, 0, 1, 4, 0, 0, 0, 0];
const CELLS = "select epoch, label || '>' || prediction as cell, count::integer as count from confusion order by all";

test('every epoch has precision, recall and F1 of each class; a division by zero gives 0', async (t) => {
  const store = await openTemporary(t);
  const recorder = (await store.openSweep(declare())).recorder();
  await recorder.emit(started(trialOf(1)));
  await recorder.emit(seen(1, 0.5, FIRST));
  await recorder.emit(seen(2, 0.4, SECOND));
  const rows = await ask(
    store.reader,
    'select epoch, name, precision, recall, f1, support::integer as n from class_metrics order by epoch, class',
  );
  assert.deepEqual(rows, [
    { epoch: 1, name: 'cat', precision: 4 / 7, recall: 4 / 5, f1: 8 / 12, n: 5 },
    { epoch: 1, name: 'dog', precision: 3 / 5, recall: 3 / 5, f1: 3 / 5, n: 5 },
    { epoch: 1, name: 'emu', precision: 0, recall: 0, f1: 0, n: 2 },
    { epoch: 2, name: 'cat', precision: 5 / 6, recall: 1, f1: 10 / 11, n: 5 },
    { epoch: 2, name: 'dog', precision: 1, recall: 4 / 5, f1: 8 / 9, n: 5 },
    { epoch: 2, name: 'emu', precision: 0, recall: 0, f1: 0, n: 0 },
  ]);
  const worst = await classMetrics(store.reader, 1, 1);
  assert.deepEqual(
    worst.map(({ name, support }) => [name, support]),
    [
      ['emu', 2],
      ['dog', 5],
      ['cat', 5],
    ],
  );
});

test('the view confusion has the non-zero cells of the best epoch, also when the best epoch changes', async (t) => {
  const store = await openTemporary(t);
  const recorder = (await store.openSweep(declare())).recorder();
  await recorder.emit(started(trialOf(1)));
  await recorder.emit(seen(1, 0.5, FIRST));
  const first = [
    { epoch: 1, cell: 'cat>cat', count: 4 },
    { epoch: 1, cell: 'cat>dog', count: 1 },
    { epoch: 1, cell: 'dog>cat', count: 2 },
    { epoch: 1, cell: 'dog>dog', count: 3 },
    { epoch: 1, cell: 'emu>cat', count: 1 },
    { epoch: 1, cell: 'emu>dog', count: 1 },
  ];
  assert.deepEqual(await ask(store.reader, CELLS), first);
  await recorder.emit(seen(2, 0.4, SECOND));
  assert.deepEqual(await ask(store.reader, CELLS), first, 'a worse epoch changes nothing');
  await recorder.emit(seen(3, 0.9, SECOND));
  const third = [
    { epoch: 3, cell: 'cat>cat', count: 5 },
    { epoch: 3, cell: 'dog>cat', count: 1 },
    { epoch: 3, cell: 'dog>dog', count: 4 },
  ];
  assert.deepEqual(await ask(store.reader, CELLS), third);
  await recorder.emit(completed(1));
  assert.deepEqual(await ask(store.reader, CELLS), third);
  assert.deepEqual(
    await ask(store.reader, 'select distinct epoch from data.confusion'),
    [{ epoch: 3 }],
    'no more is kept',
  );
});

test('an attempt that goes back also supersedes the classes of the epochs that it replaces, in memory and in the database', async (t) => {
  const store = await openTemporary(t);
  const sweep = await store.openSweep(declare());
  const recorder = sweep.recorder();
  await recorder.emit(started(trialOf(1)));
  await recorder.emit(seen(1, 0.5, SECOND));
  await recorder.emit(seen(2, 0.6, FIRST));
  await recorder.emit(seen(3, 0.7, FIRST));
  await recorder.emit(failed(1, true));
  await recorder.close();
  const again = sweep.recorder();
  await again.emit(started(trialOf(1), 2));
  await again.emit(seen(2, 0.1, FIRST, 2));
  const best = await ask(store.reader, 'select epoch, sum(count)::integer as n from confusion group by epoch');
  assert.deepEqual(best, [{ epoch: 1, n: 10 }], 'the first epoch is the best again, and still has its confusion');
  const epochs = await ask(
    store.reader,
    'select epoch, count(*)::integer as n from class_metrics group by epoch order by 1',
  );
  assert.deepEqual(epochs, [
    { epoch: 1, n: 3 },
    { epoch: 2, n: 3 },
  ]);
  assert.deepEqual(await ask(store.reader, 'select distinct attempt, epoch from data.confusion'), [
    { attempt: 1, epoch: 1 },
  ]);
});
