import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { ParameterColumns } from '../../../src/store/schema/parameter-columns.js';
import { createRecorder } from '../../../src/store/recording/events/recorder.js';
import { DoubtfulCommitError } from '../../../src/store/store-errors.js';
import { openStore } from '../../../src/store/store.js';
import type { Transaction } from '../../../src/store/recording/transaction.js';
import { Writer } from '../../../src/store/recording/writer.js';
import { ask, completed, declare, epochOf, NEW_YEAR, started, temporaryFolder, trialOf } from '../helpers.js';

for (const onDisk of [true, false]) {
  test(`after a commit with an unknown outcome, the event is ${onDisk ? 'found on disk' : 'recorded again'}`, async (t) => {
    const path = join(temporaryFolder(t), 'sweeps.duckdb');
    const empty = await openStore(path, { now: () => NEW_YEAR });
    await empty.openSweep(declare());
    await empty.close();
    const writer = await Writer.open(path, NEW_YEAR);
    let doubts = 0;
    const doubtfully = async <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => {
      const written: string[] = [];
      const watched = async (tx: Transaction): Promise<T> => {
        const append = tx.append.bind(tx);
        tx.append = (table, rows) => {
          written.push(table);
          return append(table, rows);
        };
        const value = await work(tx);
        if (written.length > 0 && !onDisk && doubts % 2 === 0) throw new Error('the disk is away');
        return value;
      };
      const done = await writer.transaction(watched).catch(() => undefined);
      if (written.length > 0 && doubts++ % 2 === 0)
        throw new DoubtfulCommitError(path, new Error('it ran out of memory'));
      return done as T;
    };
    const sweep = { id: 1, revision: 1, objective: declare().objective };
    const recorder = createRecorder({
      writer: { transaction: doubtfully, runner: writer.runner },
      columns: new ParameterColumns(),
      sweep,
    });
    await recorder.emit(started(trialOf(1)));
    await recorder.emit(epochOf(1, 1, { val_accuracy: 0.5 }));
    await recorder.emit(epochOf(1, 2, { val_accuracy: 0.75 }));
    await recorder.emit(completed(1));
    assert.ok(doubts >= 4, `${doubts} commits were in doubt`);
    await recorder.close();
    await writer.close();
    const store = await openStore(path, { now: () => NEW_YEAR });
    t.after(() => store.close());
    assert.deepEqual(await ask(store.reader, 'select trial, state, attempt, objective from trials'), [
      { trial: 1, state: 'completed', attempt: 1, objective: 0.75 },
    ]);
    assert.deepEqual(
      await ask(store.reader, "select epoch, value from curves where metric = 'val_accuracy' order by epoch"),
      [
        { epoch: 1, value: 0.5 },
        { epoch: 2, value: 0.75 },
      ],
    );
    assert.deepEqual(await ask(store.reader, 'select attempt, outcome from data.attempts'), [
      { attempt: 1, outcome: 'completed' },
    ]);
  });
}

test('an event that is emitted again after a commit with an unknown outcome is recorded once', async (t) => {
  const path = join(temporaryFolder(t), 'sweeps.duckdb');
  const empty = await openStore(path, { now: () => NEW_YEAR });
  await empty.openSweep(declare());
  await empty.close();
  const writer = await Writer.open(path, NEW_YEAR);
  t.after(() => writer.close());
  // The first commit, and the tries that the recorder makes by itself.
  let doubts = 3;
  const doubtfully = async <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => {
    const done = await writer.transaction(work);
    if (doubts-- > 0) throw new DoubtfulCommitError(path, new Error('it ran out of memory'));
    return done;
  };
  const sweep = { id: 1, revision: 1, objective: declare().objective };
  const recorder = createRecorder({
    writer: { transaction: doubtfully, runner: writer.runner },
    columns: new ParameterColumns(),
    sweep,
  });
  await assert.rejects(recorder.emit(started(trialOf(1))), { code: 'STORE_FAILED' });
  await assert.rejects(recorder.emit(started(trialOf(1))), { code: 'ILLEGAL_TRANSITION' });
  await recorder.emit(epochOf(1, 1, { val_accuracy: 0.5 }));
  await recorder.close();
});
